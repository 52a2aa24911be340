import type { SecretBox } from '../core/ports.ts';
import { SlipstreamError } from '../shared/errors.ts';

const prefix = 'plain:';

/** Text as `plainSecrets` seals it, told from what a desktop keyring has sealed. */
export function isPlainSealed(sealed: string): boolean {
  return sealed.startsWith(prefix);
}

/** Seals nothing: where no keyring is at hand the file's mode (0600) is the only protection, and `encrypts` says so. */
export const plainSecrets: SecretBox = {
  encrypts: false,
  seal: async (plain) => `${prefix}${plain}`,
  open: async (sealed) => {
    if (!isPlainSealed(sealed)) throw new SlipstreamError('secrets_locked');
    return { plain: sealed.slice(prefix.length), isStale: false };
  },
};
