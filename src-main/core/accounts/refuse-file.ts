import { SlipstreamError } from '../../shared/errors.ts';
import { saidInEnglish } from '../../shared/words/said.ts';
import type { Told } from '../../shared/words/told-text.ts';

/** Throws `account_file_invalid`, which says what is wrong with a file that was to be imported. */
export function refuseFile(told: Told): never {
  throw new SlipstreamError('account_file_invalid', saidInEnglish(told));
}
