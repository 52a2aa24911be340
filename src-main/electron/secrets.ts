import type { SafeStorage } from 'electron';
import type { SecretBox } from '../core/ports.ts';
import { isPlainSealed, plainSecrets } from '../node/secrets.ts';
import { SlipstreamError } from '../shared/errors.ts';

const prefix = 'safe:';

type Storage = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
>;

/**
 * Seals with the system's keyring; after the app is ready. Where there is none the box seals like the plain one and says
 * so. What was stored plain, by the other face or before a keyring was there, can be opened either way.
 */
export async function createSafeSecrets(storage: Storage, platform: NodeJS.Platform): Promise<SecretBox> {
  const encrypts = await hasKeyring(storage, platform);
  return {
    encrypts,
    seal: async (plain) => {
      if (!encrypts) return plainSecrets.seal(plain);
      return `${prefix}${(await storage.encryptStringAsync(plain)).toString('base64')}`;
    },
    open: async (sealed) => {
      if (isPlainSealed(sealed)) return plainSecrets.open(sealed);
      if (!encrypts || !sealed.startsWith(prefix)) {
        throw new SlipstreamError('secrets_locked', { message: lockedHere });
      }
      try {
        return (await storage.decryptStringAsync(Buffer.from(sealed.slice(prefix.length), 'base64'))).result;
      } catch (cause) {
        throw new SlipstreamError('secrets_locked', { message: lockedHere, cause });
      }
    },
  };
}

const lockedHere =
  'The stored tokens were sealed by a keyring that is not open now. Unlock it and start Slipstream again.';

async function hasKeyring(storage: Storage, platform: NodeJS.Platform): Promise<boolean> {
  // "basic_text" encrypts with a password that is in Chromium's source: that is no encryption.
  if (platform === 'linux' && storage.getSelectedStorageBackend() === 'basic_text') return false;
  try {
    return (await storage.isAsyncEncryptionAvailable()) && !(platform === 'linux' && (await isObfuscation(storage)));
  } catch {
    return false;
  }
}

/** Whether Chromium falls back on that password though the desktop has a backend: on Linux it marks what it seals so. */
async function isObfuscation(storage: Storage): Promise<boolean> {
  return (await storage.encryptStringAsync('probe')).subarray(0, 3).toString('latin1') === 'v10';
}
