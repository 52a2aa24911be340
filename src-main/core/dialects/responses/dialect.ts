import type { SlipstreamError } from '../../../shared/errors.ts';
import { isJsonObject, type JsonObject } from '../../json.ts';
import type { ClientDialect } from '../dialect.ts';
import { commentSign, openAiMembers, openAiModel, openAiModels } from '../openai-forms.ts';

/** An error of Responses: what upstream sent passes as it came. */
function responsesError(error: SlipstreamError): JsonObject {
  return isJsonObject(error.upstreamBody) ? error.upstreamBody : { error: openAiMembers(error) };
}

/** OpenAI's Responses: what upstream itself speaks. */
export const responsesDialect: ClientDialect = {
  turnPath: '/responses',
  questions: [],
  readTurn: null,
  answerForm: { gap: null, hasItems: true },
  requestIdHeader: 'x-request-id',
  error: responsesError,
  sign: commentSign,
  isSpokenBy: () => false,
  models: openAiModels,
  model: openAiModel,
};
