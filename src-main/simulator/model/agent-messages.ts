/** What agents of a Codex client write to each other: arguments that only their account can read, and messages made of them. */
import type { CiphertextSeal } from '../accounts/ciphertext.ts';
import { isObject, type Json, type JsonObject, objectsOf, parseJson, stringOf } from '../json.ts';
import type { PlannedItem } from './answer.ts';

/** A call whose arguments are sealed where its tool wants them so. */
export function sealedCall(item: PlannedItem, seal: CiphertextSeal, accountId: string): PlannedItem {
  if (item.kind !== 'call' || item.tool.kind !== 'function') return item;
  const { properties } = item.tool.parameters;
  const args = parseJson(item.args);
  if (!isObject(properties) || !isObject(args)) return item;
  const sealed = Object.entries(args).map(([name, value]): [string, Json] => {
    const schema = properties[name];
    const isSealed = isObject(schema) && schema.encrypted === true && typeof value === 'string';
    return [name, isSealed ? seal.hide(accountId, value) : value];
  });
  return { ...item, args: JSON.stringify(Object.fromEntries(sealed)) };
}

/** A message of another agent as one of the user's, for who answers it; every other item as it is. */
export function readable(item: JsonObject, seal: CiphertextSeal): JsonObject {
  if (item.type !== 'agent_message') return item;
  const content = objectsOf(item.content).map((part) => ({
    type: 'input_text',
    text: part.type === 'encrypted_content' ? seal.read(stringOf(part.encrypted_content)) : stringOf(part.text),
  }));
  return { type: 'message', role: 'user', content };
}
