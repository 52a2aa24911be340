import type { MutantList } from './mutants.ts';
import { validChat, validMessages, validResponses } from './valid-bodies.ts';

/** Through the whole program, on real sockets. */
const responses = { valid: validResponses, all: 500, sample: 100 };

/** Requests with something odd in them, for each reader of a dialect and for each way through the whole program. */
export const mutantLists = {
  chatRead: { valid: validChat, seed: 11, all: 20_000, sample: 2_000 },
  messagesRead: { valid: validMessages, seed: 11, all: 20_000, sample: 2_000 },
  messagesCounted: { valid: validMessages, seed: 12, all: 2_000, sample: 200 },
  responsesOverSockets: { ...responses, seed: 2 },
  responsesOverHttp: { ...responses, seed: 4 },
  frames: { ...responses, seed: 7 },
  chat: { valid: validChat, seed: 5, all: 300, sample: 100 },
  messages: { valid: validMessages, seed: 5, all: 300, sample: 100 },
} as const satisfies Readonly<Record<string, MutantList>>;
