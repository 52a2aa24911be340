import { cutText } from '../../../shared/cut-text.ts';
import { tell } from '../../../shared/words/told.ts';
import { isJsonObject, type Json, type JsonObject, objectMember, textMember } from '../../json.ts';
import { checkCallPairs } from '../call-pairs.ts';
import type { ChangeNotes } from '../change-notes.ts';
import { invalidRequest } from '../request-json.ts';
import { shortName } from '../short-name.ts';
import type { ToolNames } from '../tool-names.ts';
import { translateContent } from './content.ts';

/** A call that waits for its output. */
interface PendingCall {
  readonly callId: string;
  /** As the client knows it; the output of a legacy call names nothing else. */
  readonly name: string;
  readonly isCustom: boolean;
}

/** Members of messages that are read, by role; the others have no place upstream. */
const readMembers = new Map<unknown, readonly string[]>([
  ['assistant', ['content', 'refusal', 'tool_calls', 'function_call']],
  ['tool', ['content', 'tool_call_id', 'name']],
  ['function', ['content', 'name']],
]);

const droppedMembers = new Map([
  ['name', tell('why.chat.speakers')],
  ['audio', tell('why.chat.audio')],
  ['reasoning_content', tell('why.chat.reasoning')],
]);

/** Walks the messages in order, since outputs belong to the calls before them. */
class MessageTranslator {
  readonly items: JsonObject[] = [];
  readonly #names: ToolNames;
  readonly #notes: ChangeNotes;
  /** By call id, in order. */
  readonly #pending = new Map<string, PendingCall>();
  readonly #answered = new Set<string>();

  constructor(names: ToolNames, notes: ChangeNotes) {
    this.#names = names;
    this.#notes = notes;
  }

  add(message: Json, index: number): void {
    const path = `messages[${index}]`;
    if (!isJsonObject(message)) throw invalidRequest(`${path} must be an object.`);
    this.#noteDropped(message, path);
    switch (message.role) {
      case 'system':
      case 'developer':
      case 'user':
        this.#say(message.role, translateContent(message.content, `${path}.content`, 'client', this.#notes), path);
        break;
      case 'assistant':
        this.#assistant(message, path);
        break;
      case 'tool':
        this.#output(message, path, textMember(message, 'tool_call_id'));
        break;
      case 'function':
        this.#output(message, path, this.#callNamed(textMember(message, 'name')));
        break;
      default:
        throw invalidRequest(`${path}.role must be system, developer, user, assistant or tool.`);
    }
  }

  #noteDropped(message: JsonObject, path: string): void {
    const read = readMembers.get(message.role) ?? ['content'];
    for (const [key, value] of Object.entries(message)) {
      if (key === 'role' || value === null || value === undefined || read.includes(key)) continue;
      const why = droppedMembers.get(key);
      this.#notes.add(`${path}.${cutText(key, 100)}`, 'dropped', why ?? tell('why.chat.message.unknown'));
    }
  }

  #say(role: string, content: readonly JsonObject[], path: string): void {
    if (content.length > 0) this.items.push({ type: 'message', role, content });
    else this.#notes.add(path, 'removed', tell('why.chat.message.empty'));
  }

  #assistant(message: JsonObject, path: string): void {
    const refusal = textMember(message, 'refusal');
    const content = [
      ...translateContent(message.content, `${path}.content`, 'assistant', this.#notes),
      ...(refusal === null || refusal === '' ? [] : [{ type: 'refusal', refusal }]),
    ];
    const calls = this.#calls(message, path);
    if (content.length > 0 || calls.length === 0) this.#say('assistant', content, path);
    this.items.push(...calls);
  }

  #calls(message: JsonObject, path: string): readonly JsonObject[] {
    const legacy = objectMember(message, 'function_call');
    const given = message.tool_calls ?? (legacy === null ? [] : [{ type: 'function', function: legacy }]);
    if (!Array.isArray(given)) throw invalidRequest(`${path}.tool_calls must be a list.`);
    return given.map((call: Json, index) => this.#call(call, `${path}.tool_calls[${index}]`));
  }

  #call(call: Json, path: string): JsonObject {
    if (!isJsonObject(call)) throw invalidRequest(`${path} must be an object.`);
    const isCustom = call.type === 'custom';
    const made = objectMember(call, isCustom ? 'custom' : 'function');
    const name = textMember(made, 'name');
    if (made === null || name === null) throw invalidRequest(`${path} must say which tool it calls.`);
    const callId = this.#callId(textMember(call, 'id'), path);
    this.#pending.set(callId, { callId, name, isCustom });
    const common = { call_id: callId, name: this.#names.wire(name) };
    if (isCustom) return { type: 'custom_tool_call', ...common, input: textMember(made, 'input') ?? '' };
    const { arguments: given } = made;
    return {
      type: 'function_call',
      ...common,
      arguments: typeof given === 'string' ? given : JSON.stringify(given ?? {}),
    };
  }

  #callId(id: string | null, path: string): string {
    if (id !== null && id !== '') return shortName(id);
    this.#notes.add(`${path}.id`, 'added', tell('why.chat.call.id'));
    return `call_missing_${this.items.length}_${this.#pending.size}`;
  }

  #callNamed(name: string | null): string | null {
    for (const call of this.#pending.values()) if (call.name === name) return call.callId;
    return null;
  }

  /** A tool's output; without an id, that of the first call that waits. A second one for the same call, upstream would refuse. */
  #output(message: JsonObject, path: string, id: string | null): void {
    const isUnnamed = id === null || id === '';
    const call = isUnnamed ? this.#pending.values().next().value : this.#pending.get(shortName(id));
    if (call === undefined) {
      if (id === null || !this.#answered.has(shortName(id)))
        throw invalidRequest(
          `${path} is the result of ${isUnnamed ? 'a call' : `"${id}"`}, which no message before it makes.`,
        );
      this.#notes.add(path, 'dropped', tell('why.chat.call.answered'));
      return;
    }
    this.#pending.delete(call.callId);
    this.#answered.add(call.callId);
    const { content } = message;
    const output =
      typeof content === 'string' ? content : translateContent(content, `${path}.content`, 'client', this.#notes);
    const type = call.isCustom ? 'custom_tool_call_output' : 'function_call_output';
    this.items.push({ type, call_id: call.callId, output: output.length === 0 ? '' : output });
  }
}

/** Messages as input items (PROTOCOL.md, Other dialects). System messages stay where they are; none becomes instructions. */
export function translateMessages(
  messages: Json | undefined,
  names: ToolNames,
  notes: ChangeNotes,
): readonly JsonObject[] {
  const translator = new MessageTranslator(names, notes);
  const list: readonly Json[] = Array.isArray(messages) ? messages : [];
  for (const [index, message] of list.entries()) translator.add(message, index);
  checkCallPairs(translator.items);
  return translator.items;
}
