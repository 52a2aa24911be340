import { SlipstreamError } from '../../shared/errors.ts';
import type { RawHeaders } from '../headers.ts';

/**
 * An error as a client is told it: upstream's words without secrets (PROTOCOL.md, Numbered cases, 42), and more
 * headers where its answer has some.
 */
export function errorForClient(
  error: SlipstreamError,
  scrub: (value: unknown) => unknown,
  moreHeaders: RawHeaders,
): SlipstreamError {
  const { code, status, headers, retryAfterSeconds, upstreamBody, cause } = error;
  return new SlipstreamError(code, {
    message: String(scrub(error.message)),
    status,
    headers: [...headers, ...moreHeaders],
    cause,
    ...(upstreamBody === undefined ? {} : { upstreamBody: scrub(upstreamBody) }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}
