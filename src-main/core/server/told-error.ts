import { type SlipstreamError, toSlipstreamError } from '../../shared/errors.ts';
import type { Logger } from '../ports.ts';

/** What a client is told of an error; one of Slipstream's own goes into the log with its cause. */
export function toldError(thrown: unknown, log: Logger): SlipstreamError {
  const error = toSlipstreamError(thrown);
  if (error.code === 'internal') log.error('A request failed inside Slipstream.', { error: error.cause ?? error });
  return error;
}
