import type { SlipstreamError } from '../../../shared/errors.ts';
import { isJsonObject, type JsonObject } from '../../json.ts';
import type { ClientDialect } from '../dialect.ts';
import { commentSign, openAiMembers, openAiModel, openAiModels } from '../openai-forms.ts';
import { estimateInput } from '../token-estimate.ts';
import { readCounted } from './request.ts';

/** An error of Responses: what upstream sent passes as it came. */
function responsesError(error: SlipstreamError): JsonObject {
  return isJsonObject(error.upstreamBody) ? error.upstreamBody : { error: openAiMembers(error) };
}

/** OpenAI's Responses: what upstream itself speaks. */
export const responsesDialect: ClientDialect = {
  turnPath: '/responses',
  // An estimate made here, since upstream does not count.
  questions: [
    {
      path: '/responses/input_tokens',
      standsIn: true,
      answer: async (body) => ({
        object: 'response.input_tokens',
        input_tokens: await estimateInput(readCounted(body)),
      }),
    },
  ],
  readTurn: null,
  answerForm: { gap: null, hasItems: true },
  requestIdHeader: 'x-request-id',
  error: responsesError,
  sign: commentSign,
  isSpokenBy: () => false,
  models: openAiModels,
  model: openAiModel,
};
