import { describe, expect, it, vi } from 'vitest';
import { createSafeSecrets } from '../../src-main/electron/secrets.ts';
import { plainSecrets } from '../../src-main/node/secrets.ts';

type Backend = 'basic_text' | 'gnome_libsecret' | 'unknown';

/** A keyring that turns texts around. */
function keyring({ available = true, backend = 'gnome_libsecret' as Backend, shouldReEncrypt = false } = {}) {
  const reverse = (text: string) => [...text].reverse().join('');
  return {
    isAsyncEncryptionAvailable: async () => available,
    encryptStringAsync: async (plain: string) => Buffer.from(reverse(plain)),
    decryptStringAsync: async (sealed: Buffer) => {
      if (sealed.length === 0) throw new Error('cannot decrypt');
      return { shouldReEncrypt, result: reverse(sealed.toString()) };
    },
    getSelectedStorageBackend: () => backend,
  };
}

const refuse = async () => false;
/** The keyring stays as it is. */
const noNews = { hasOpened: refuse, offerRestart: () => {} };

/** The box once its keyring has answered. */
async function answered(
  storage: ReturnType<typeof keyring>,
  platform: NodeJS.Platform = 'linux',
  askForPlain: (keyring: 'locked' | 'none') => Promise<boolean> = refuse,
  more = noNews,
) {
  const box = createSafeSecrets({ storage, platform, askForPlain, ...more });
  await new Promise<void>((resolve) => box.keyring?.onAnswer(resolve));
  return box;
}

describe('the secrets of the desktop face', () => {
  it('are sealed by the keyring and opened again', async () => {
    const box = await answered(keyring());
    const sealed = await box.seal('rt_token');
    expect(sealed).toMatch(/^safe:/);
    expect(sealed).not.toContain('rt_token');
    expect(await box.open(sealed)).toEqual({ plain: 'rt_token', isStale: false });
    expect(box.encrypts).toBe(true);
  });

  it('sealed here cannot be opened on plain Node, which says so', async () => {
    const box = await answered(keyring(), 'darwin');
    await expect(plainSecrets.open(await box.seal('token'))).rejects.toMatchObject({ code: 'secrets_locked' });
  });

  it('sealed by plain Node can be opened here', async () => {
    const box = await answered(keyring(), 'win32');
    expect(await box.open(await plainSecrets.seal('token'))).toEqual({ plain: 'token', isStale: false });
  });

  it('are told to be stale where the keyring has a newer key', async () => {
    const box = await answered(keyring({ shouldReEncrypt: true }));
    expect(await box.open(await box.seal('token'))).toEqual({ plain: 'token', isStale: true });
  });

  const notOpen = [
    ['there is no keyring', keyring({ available: false }), 'locked'],
    ['the keyring is only obfuscation', keyring({ backend: 'basic_text' }), 'none'],
    ['the keyring fails', { ...keyring(), isAsyncEncryptionAvailable: () => Promise.reject(new Error()) }, 'locked'],
    [
      'Chromium seals with the key of its source',
      { ...keyring(), encryptStringAsync: async (plain: string) => Buffer.from(`v10${plain}`) },
      'none',
    ],
  ] as const;

  it.each(notOpen)('are not written plain without a yes where %s', async (_name, storage, told) => {
    const ask = vi.fn(refuse);
    const box = await answered(storage, 'linux', ask);
    expect(box.encrypts).toBe(false);
    await expect(box.seal('token')).rejects.toMatchObject({ code: 'secrets_unprotected' });
    await expect(box.open('safe:bmVrb3Q=')).rejects.toMatchObject({ code: 'secrets_locked' });
    expect(ask.mock.calls).toEqual([[told]]);
  });

  it.each(notOpen)('are written plain after one yes where %s', async (_name, storage) => {
    const ask = vi.fn(async () => true);
    const box = await answered(storage, 'linux', ask);
    expect(await Promise.all([box.seal('token'), box.seal('other')])).toEqual(['plain:token', 'plain:other']);
    expect(await box.seal('token')).toBe('plain:token');
    expect(ask).toHaveBeenCalledOnce();
  });

  it('are written plain without a question where plain ones are stored already', async () => {
    const box = await answered(keyring({ backend: 'basic_text' }));
    await box.open('plain:token');
    expect(await box.seal('token')).toBe('plain:token');
  });

  it('are sealed elsewhere than on Linux by what bears the same mark', async () => {
    const storage = { ...keyring(), encryptStringAsync: async (plain: string) => Buffer.from(`v10${plain}`) };
    for (const platform of ['darwin', 'win32'] as const)
      expect((await answered(storage, platform)).encrypts).toBe(true);
  });

  it('wait for nobody to be opened, and to be sealed for the keyring’s answer', async () => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const storage = { ...keyring(), isAsyncEncryptionAvailable: () => promise };
    const box = createSafeSecrets({ storage, platform: 'linux', askForPlain: refuse, ...noNews });
    await expect(box.open('safe:bmVrb3Q=')).rejects.toMatchObject({ code: 'secrets_locked' });
    const sealing = box.seal('token');
    resolve(true);
    expect((await box.open(await sealing)).plain).toBe('token');
  });

  it('are opened once the keyring is unlocked and asked again', async () => {
    let available = false;
    const box = await answered({ ...keyring(), isAsyncEncryptionAvailable: async () => available });
    const heard = vi.fn();
    box.keyring?.onAnswer(heard);
    available = true;
    await box.keyring?.retry();
    expect([box.encrypts, heard.mock.calls.length]).toEqual([true, 2]);
    expect((await box.open('safe:bmVrb3Q=')).plain).toBe('token');
  });

  it.each([
    [true, 1],
    [false, 0],
  ])(
    'of a keyring that Chromium goes on calling locked, and that says it is open: %s, want another start',
    async (isOpen, offers) => {
      const offerRestart = vi.fn();
      const box = await answered(keyring({ available: false }), 'linux', refuse, {
        hasOpened: async () => isOpen,
        offerRestart,
      });
      await box.keyring?.retry();
      expect([box.encrypts, offerRestart.mock.calls.length]).toEqual([false, offers]);
    },
  );

  it.each(['safe:', 'token', ''])('that the keyring cannot open, %j, are locked, not lost', async (sealed) => {
    const box = await answered(keyring());
    await expect(box.open(sealed)).rejects.toMatchObject({ code: 'secrets_locked' });
  });
});
