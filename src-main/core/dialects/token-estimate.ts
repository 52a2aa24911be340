import { setImmediate as nextTurnOfLoop } from 'node:timers/promises';
import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import { tokensOfMember, tokensPerItem } from './input-tokens.ts';
import { estimateText } from './text-tokens.ts';

/** Work is done in slices of this size, with a turn of the event loop between them. */
const sliceChars = 64 * 1024;

/** Every text of a value with the member it is in. */
function* texts(value: Json | undefined, member: string): Generator<readonly [string, string]> {
  if (typeof value === 'string') yield [member, value];
  else if (Array.isArray(value)) for (const one of value) yield* texts(one, member);
  else if (isJsonObject(value)) for (const [key, one] of Object.entries(value)) yield* texts(one, key);
}

async function estimateLong(text: string): Promise<number> {
  let tokens = 0;
  for (let at = 0; at < text.length; at += sliceChars) {
    if (at > 0) await nextTurnOfLoop();
    tokens += estimateText(text.slice(at, at + sliceChars));
  }
  return tokens;
}

/** About how many input tokens a Responses body is. Upstream has no endpoint that counts. */
export async function estimateInput({ instructions, input, tools, text }: JsonObject): Promise<number> {
  let tokens = 0;
  let sinceTurn = 0;
  for (const [member, said] of texts([instructions ?? '', input ?? []], '')) {
    sinceTurn += said.length;
    if (sinceTurn > sliceChars) {
      sinceTurn = 0;
      await nextTurnOfLoop();
    }
    tokens += tokensOfMember(member, said) ?? (await estimateLong(said));
  }
  const items = Array.isArray(input) ? input.length : typeof input === 'string' ? 1 : 0;
  const schemas = [tools, text].filter((part) => part !== undefined).map((part) => JSON.stringify(part));
  for (const schema of schemas) tokens += await estimateLong(schema);
  return Math.ceil(tokens + items * tokensPerItem);
}
