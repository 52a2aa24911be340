import type { Dialect } from '../../shared/model.ts';
import { readChatTurn } from './chat/request.ts';
import { readMessagesTurn } from './messages/request.ts';
import type { ReadTurn } from './translation.ts';

/** A dialect that upstream does not speak. */
export type TranslatedDialect = Exclude<Dialect, 'responses'>;

/** How the requests of each of them are read. */
export const turnReaders: Readonly<Record<TranslatedDialect, ReadTurn>> = {
  chat: readChatTurn,
  messages: readMessagesTurn,
};
