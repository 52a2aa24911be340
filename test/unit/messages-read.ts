import type { ReadContext } from '../../src-main/core/dialects/translation.ts';
import type { RawHeaders } from '../../src-main/core/headers.ts';
import type { Json, JsonObject } from '../../src-main/core/json.ts';
import type { Change } from '../../src-main/shared/model.ts';
import { messagesFrom } from '../support/read-texts.ts';

/** Messages requests as a client of one known model makes them, read. */

export const context = (headers: RawHeaders = []): ReadContext => ({
  headers,
  efforts: (model) => (model === 'gpt-5.5' ? ['low', 'medium', 'high', 'xhigh'] : null),
  offered: () => ['gpt-5.5', 'gpt-5.5-fast'],
});

/** A request with `more` in it, as it is read for upstream. */
export function read(
  more: JsonObject,
  headers?: RawHeaders,
): { readonly body: JsonObject; readonly changes: readonly Change[] } {
  const body = { model: 'gpt-5.5', max_tokens: 100, messages: [{ role: 'user', content: 'hi' }], ...more };
  return messagesFrom(Buffer.from(JSON.stringify(body)), context(headers));
}

export const inputOf = (messages: Json, more: JsonObject = {}): Json | undefined =>
  read({ messages, ...more }).body.input;
export const paths = ({ changes }: { readonly changes: readonly Change[] }) => changes.map(({ path }) => path);
