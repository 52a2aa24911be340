import type { SafeStorage } from 'electron';
import type { SecretBox } from '../core/ports.ts';
import { isPlainSealed, plainSecrets } from '../node/secrets.ts';
import { SlipstreamError } from '../shared/errors.ts';

const prefix = 'safe:';

type Storage = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
>;

/** What the system's keyring said: it has not yet, it is open, it is locked or missing, or there is none but a well-known key. */
type KeyringState = 'asked' | 'open' | 'locked' | 'none';

interface SafeSecretsOptions {
  readonly storage: Storage;
  readonly platform: NodeJS.Platform;
  /** Asks the user whether tokens may be stored unencrypted; told whether there is a keyring that could be unlocked. */
  readonly askForPlain: (keyring: 'locked' | 'none') => Promise<boolean>;
  /** Whether the keyring says that it is open, asked past Chromium, which asks it once and keeps the answer of a run. */
  readonly hasOpened: () => Promise<boolean>;
  /** Says that it is open, and that only another start can use it. */
  readonly offerRestart: () => void;
}

/**
 * Seals with the system's keyring, which is asked at once and waited for by nobody; after the app is ready. Where it does not
 * open, tokens are stored plain only after the user's yes; where plain ones are stored already, that was said before.
 * What was stored plain, by the other face or before a keyring was there, can be opened either way.
 */
export function createSafeSecrets({
  storage,
  platform,
  askForPlain,
  hasOpened,
  offerRestart,
}: SafeSecretsOptions): SecretBox {
  let state: KeyringState = 'asked';
  let isPlainAllowed = false;
  let asking: Promise<boolean> | null = null;
  const listeners = new Set<() => void>();
  const ask = async () => {
    state = await keyringState(storage, platform);
    for (const hear of listeners) hear();
  };
  let answer = ask();
  const allowPlain = async (keyring: 'locked' | 'none') => {
    asking ??= askForPlain(keyring).finally(() => {
      asking = null;
    });
    isPlainAllowed ||= await asking;
    return isPlainAllowed;
  };
  return {
    get encrypts() {
      return state === 'open';
    },
    seal: async (plain) => {
      // A rotated token must not be lost to a keyring that waits for a password.
      if (state === 'asked' && !isPlainAllowed) await answer;
      if (state === 'open') return `${prefix}${(await storage.encryptStringAsync(plain)).toString('base64')}`;
      if (!isPlainAllowed && !(await allowPlain(state === 'none' ? 'none' : 'locked')))
        throw new SlipstreamError('secrets_unprotected');
      return plainSecrets.seal(plain);
    },
    open: async (sealed) => {
      if (isPlainSealed(sealed)) {
        isPlainAllowed = true;
        return plainSecrets.open(sealed);
      }
      if (state !== 'open' || !sealed.startsWith(prefix)) throw new SlipstreamError('secrets_locked');
      try {
        const opened = await storage.decryptStringAsync(Buffer.from(sealed.slice(prefix.length), 'base64'));
        return { plain: opened.result, isStale: opened.shouldReEncrypt };
      } catch (cause) {
        throw new SlipstreamError('secrets_locked', { cause });
      }
    },
    keyring: {
      retry: async () => {
        if (state === 'locked' || state === 'none') {
          state = 'asked';
          answer = ask();
        }
        await answer;
        if (state !== 'open' && (await hasOpened())) offerRestart();
      },
      onAnswer: (listener) => {
        listeners.add(listener);
        if (state !== 'asked') listener();
      },
    },
  };
}

async function keyringState(storage: Storage, platform: NodeJS.Platform): Promise<Exclude<KeyringState, 'asked'>> {
  try {
    // "basic_text" encrypts with a password that is in Chromium's source: that is no encryption.
    if (platform === 'linux' && storage.getSelectedStorageBackend() === 'basic_text') return 'none';
    if (!(await storage.isAsyncEncryptionAvailable())) return 'locked';
    return platform === 'linux' && (await isObfuscation(storage)) ? 'none' : 'open';
  } catch {
    return 'locked';
  }
}

/** Whether Chromium falls back on that password though the desktop has a backend: on Linux it marks what it seals so. */
async function isObfuscation(storage: Storage): Promise<boolean> {
  return (await storage.encryptStringAsync('probe')).subarray(0, 3).toString('latin1') === 'v10';
}
