import type { Dialect } from '../../shared/model.ts';
import { dialectNames } from '../../shared/turn-words.ts';
import type { RawHeaders } from '../headers.ts';
import { chatDialect } from './chat/dialect.ts';
import type { ClientDialect } from './dialect.ts';
import { messagesDialect } from './messages/dialect.ts';
import { responsesDialect } from './responses/dialect.ts';

/** The dialects there are, by name. */
export const dialects: Readonly<Record<Dialect, ClientDialect>> = {
  responses: responsesDialect,
  chat: chatDialect,
  messages: messagesDialect,
};

/** The dialect that a caller's headers show, on paths that several share; Responses where they show none. */
export function dialectOfHeaders(headers: RawHeaders): Dialect {
  return dialectNames.find((name) => dialects[name].isSpokenBy(headers)) ?? 'responses';
}
