import { headerValue } from '../../headers.ts';
import type { Json, JsonObject } from '../../json.ts';
import { ownBuffer } from '../../own-memory.ts';
import { type ClientDialect, type ListedModel, unknownDateMs } from '../dialect.ts';
import { estimateInput } from '../token-estimate.ts';
import { messagesError } from './error.ts';
import { readMessages, readMessagesTurn } from './request.ts';

function messagesModel({ slug, name, contextTokens }: ListedModel): JsonObject {
  return {
    type: 'model',
    id: slug,
    display_name: name,
    created_at: new Date(unknownDateMs).toISOString(),
    max_input_tokens: contextTokens,
    lifecycle: 'active',
    ...{ max_tokens: null, capabilities: null, line: null, deprecated_at: null, retires_at: null },
  };
}

function messagesModels(models: readonly ListedModel[]): Json {
  return {
    data: models.map(messagesModel),
    has_more: false,
    first_id: models[0]?.slug ?? null,
    last_id: models.at(-1)?.slug ?? null,
  };
}

/** Anthropic's Messages. */
export const messagesDialect: ClientDialect = {
  turnPath: '/messages',
  // An estimate made here, since upstream does not count.
  questions: [
    {
      path: '/messages/count_tokens',
      answer: async (body, context) => ({
        input_tokens: await estimateInput(readMessages(body, context).body),
      }),
    },
  ],
  readTurn: readMessagesTurn,
  answerForm: { gap: null, hasItems: false },
  requestIdHeader: 'request-id',
  error: messagesError,
  sign: ownBuffer('event: ping\ndata: {"type":"ping"}\n\n'),
  isSpokenBy: (headers) => headerValue(headers, 'anthropic-version') !== null,
  models: messagesModels,
  model: messagesModel,
};
