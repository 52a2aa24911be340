import type { SlipstreamError } from '../../../shared/errors.ts';
import type { JsonObject } from '../../json.ts';
import { errorType, membersWithReset } from '../openai-forms.ts';

/** An error of Chat Completions, in a body and in a stream alike: its four members are always there. */
export function chatError(error: SlipstreamError): JsonObject {
  const unsaid = { message: error.message, type: errorType(error), param: null, code: null };
  return { error: { ...unsaid, ...membersWithReset(error) } };
}
