import type { SlipstreamError } from '../../../shared/errors.ts';
import type { JsonObject } from '../../json.ts';
import { membersWithReset } from '../openai-forms.ts';

/** Anthropic's error types by HTTP status (its API reference, "Errors"). */
const anthropicTypes: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  503: 'overloaded_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

/** Claude Code compacts a conversation when it reads these words, whatever the code (seen in 2.1.330). */
const tooLong = 'prompt is too long';

/** Anthropic's SDKs read this and send the whole conversation instead (seen in 1.12.0). */
const noThreads = { details: { error_code: 'thread_unsupported_request', unsupported: ['thread'] } };

function isTooLong(code: unknown, message: string): boolean {
  return code === 'context_length_exceeded' || message.includes('exceeds the context window');
}

/** An error of Messages, in a body and in a stream's `error` event alike. */
export function messagesError(error: SlipstreamError, requestId: string | null): JsonObject {
  const type = anthropicTypes[error.status] ?? (error.status >= 500 ? 'api_error' : 'invalid_request_error');
  const { message: said, code } = membersWithReset(error);
  const message = typeof said === 'string' ? said : error.message;
  const words = isTooLong(code, message) ? `${tooLong}: ${message}` : message;
  const details = error.code === 'thread_unsupported' ? noThreads : {};
  return { type: 'error', error: { type, message: words, ...details }, request_id: requestId };
}
