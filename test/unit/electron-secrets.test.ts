import { describe, expect, it } from 'vitest';
import { createSafeSecrets } from '../../src-main/electron/secrets.ts';
import { plainSecrets } from '../../src-main/node/secrets.ts';

type Backend = 'basic_text' | 'gnome_libsecret' | 'unknown';

/** A keyring that turns texts around. */
function keyring({ available = true, backend = 'gnome_libsecret' as Backend } = {}) {
  const reverse = (text: string) => [...text].reverse().join('');
  return {
    isAsyncEncryptionAvailable: async () => available,
    encryptStringAsync: async (plain: string) => Buffer.from(reverse(plain)),
    decryptStringAsync: async (sealed: Buffer) => {
      if (sealed.length === 0) throw new Error('cannot decrypt');
      return { shouldReEncrypt: false, result: reverse(sealed.toString()) };
    },
    getSelectedStorageBackend: () => backend,
  };
}

describe('the secrets of the desktop face', () => {
  it('are sealed by the keyring and opened again', async () => {
    const box = await createSafeSecrets(keyring(), 'linux');
    const sealed = await box.seal('rt_token');
    expect(sealed).toMatch(/^safe:/);
    expect(sealed).not.toContain('rt_token');
    expect(await box.open(sealed)).toBe('rt_token');
    expect(box.encrypts).toBe(true);
  });

  it('sealed here cannot be opened on plain Node, which says so', async () => {
    const box = await createSafeSecrets(keyring(), 'darwin');
    await expect(plainSecrets.open(await box.seal('token'))).rejects.toMatchObject({ code: 'secrets_locked' });
  });

  it('sealed by plain Node can be opened here', async () => {
    const box = await createSafeSecrets(keyring(), 'win32');
    expect(await box.open(await plainSecrets.seal('token'))).toBe('token');
  });

  it.each([
    ['there is no keyring', keyring({ available: false })],
    ['the keyring is only obfuscation', keyring({ backend: 'basic_text' })],
    ['the keyring fails', { ...keyring(), isAsyncEncryptionAvailable: () => Promise.reject(new Error('no bus')) }],
  ])('stay plain, and say so, where %s', async (_name, storage) => {
    const box = await createSafeSecrets(storage, 'linux');
    expect(box.encrypts).toBe(false);
    expect(await box.seal('token')).toBe('plain:token');
    await expect(box.open('safe:bmVrb3Q=')).rejects.toMatchObject({ code: 'secrets_locked' });
  });

  it('stay plain where Chromium has no keyring to ask and seals with the key of its source', async () => {
    const reversing = keyring();
    const storage = { ...reversing, encryptStringAsync: async (plain: string) => Buffer.from(`v10${plain}`) };
    expect((await createSafeSecrets(storage, 'linux')).encrypts).toBe(false);
    // Elsewhere the same mark is on what the keychain and the user's own key seal.
    for (const platform of ['darwin', 'win32'] as const) {
      expect((await createSafeSecrets(storage, platform)).encrypts).toBe(true);
    }
  });

  it.each(['safe:', 'token', ''])('that the keyring cannot open, %j, are locked, not lost', async (sealed) => {
    const box = await createSafeSecrets(keyring(), 'linux');
    await expect(box.open(sealed)).rejects.toMatchObject({ code: 'secrets_locked' });
  });
});
