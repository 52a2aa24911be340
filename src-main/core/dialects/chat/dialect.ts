import type { ClientDialect } from '../dialect.ts';
import { commentSign, openAiModel, openAiModels } from '../openai-forms.ts';
import { textGap } from '../output-items.ts';
import { chatError } from './error.ts';
import { readChatTurn } from './request.ts';

/** OpenAI's Chat Completions. */
export const chatDialect: ClientDialect = {
  turnPath: '/chat/completions',
  questions: [],
  readTurn: readChatTurn,
  answerForm: { gap: textGap, hasItems: false },
  requestIdHeader: 'x-request-id',
  error: chatError,
  sign: commentSign,
  isSpokenBy: () => false,
  models: openAiModels,
  model: openAiModel,
};
