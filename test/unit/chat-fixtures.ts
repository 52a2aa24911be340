import type { Json, JsonObject } from '../../src-main/core/json.ts';
import { chatFrom } from '../support/read-texts.ts';

/** Requests of Chat Completions, and the input items they should become. */

export const hello: JsonObject = { role: 'user', content: 'hello' };

export function read(chat: JsonObject) {
  return chatFrom(Buffer.from(JSON.stringify({ model: 'gpt-5.5', messages: [hello], ...chat })));
}

export function inputOf(...messages: Json[]) {
  return read({ messages }).body.input;
}

export function notesOf(chat: JsonObject): string[] {
  return read(chat).changes.map(({ path, action }) => `${action} ${path}`);
}

export function input(text: string): JsonObject {
  return { type: 'message', role: 'user', content: [{ type: 'input_text', text }] };
}

export function call(id: string, name = 'clock', args = '{}'): JsonObject {
  return { id, type: 'function', function: { name, arguments: args } };
}

export function asked(...calls: JsonObject[]): JsonObject {
  return { role: 'assistant', content: null, tool_calls: calls };
}

export function result(id: string, content: Json = 'noon'): JsonObject {
  return { role: 'tool', tool_call_id: id, content };
}
