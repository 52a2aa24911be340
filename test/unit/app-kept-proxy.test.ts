import { describe, expect, it } from 'vitest';
import { KeptProxy } from '../../src-main/app/kept-proxy.ts';
import type { SecretBox } from '../../src-main/core/ports.ts';
import { SlipstreamError } from '../../src-main/shared/errors.ts';
import type { Settings } from '../../src-main/shared/settings.ts';
import { testHost } from '../support/host.ts';

const address = 'http://ada:s3cret@proxy.example:3128/';
const shown = 'http://********:********@proxy.example:3128/';

const sealedOf = (plain: string) => `box:${Buffer.from(plain).toString('base64')}`;

/** A keyring, as it is at first. */
function boxOf(state: 'open' | 'locked' | 'none', isStale = false) {
  const listeners = new Set<() => void>();
  const box = { state, sealings: 0 };
  const secrets: SecretBox = {
    get encrypts() {
      return box.state === 'open';
    },
    seal: async (plain) => {
      box.sealings += 1;
      if (box.state !== 'open') throw new SlipstreamError('secrets_unprotected');
      return sealedOf(plain);
    },
    open: async (sealed) => {
      if (box.state !== 'open') throw new SlipstreamError('secrets_locked');
      return { plain: Buffer.from(sealed.slice(4), 'base64').toString(), isStale };
    },
    keyring: {
      retry: async () => {},
      onAnswer: (hear) => {
        listeners.add(hear);
        hear();
      },
    },
  };
  const answer = async (now: typeof state) => {
    box.state = now;
    for (const hear of listeners) hear();
    await new Promise(setImmediate);
  };
  return { box, secrets, answer };
}

async function started(kept: Partial<Settings>, keyring = boxOf('open')) {
  const host = { ...testHost(kept), secrets: keyring.secrets };
  host.dispose();
  const hidden = new Set<string>();
  const proxy = await KeptProxy.open({ host, hide: (secret) => hidden.add(secret) });
  await new Promise(setImmediate);
  return { host, proxy, hidden, file: () => JSON.stringify(host.settings.read()), ...keyring };
}

describe('the proxy of all accounts', () => {
  it('is written with its credentials sealed, and has them again after the next start', async () => {
    const { proxy, host, file, hidden } = await started({});
    host.settings.write(await proxy.seal(address));
    expect(proxy.address).toBe(address);
    expect(host.settings.read()).toMatchObject({ proxyUrl: shown, sealedProxy: sealedOf(address) });
    expect(file()).not.toContain('s3cret');
    const next = await started(host.settings.read());
    expect(next.proxy.address).toBe(address);
    expect([[...hidden], [...next.hidden]]).toEqual([['s3cret'], ['s3cret']]);
  });

  it('that an earlier version, or an editor, wrote as it is, is sealed at the start', async () => {
    const { proxy, host, file } = await started({ proxyUrl: address });
    expect(proxy.address).toBe(address);
    expect(host.settings.read()).toMatchObject({ proxyUrl: shown, sealedProxy: sealedOf(address) });
    expect(file()).not.toContain('s3cret');
  });

  it('is kept as it is where it has no credentials, and nothing is sealed then', async () => {
    const plain = 'socks5h://127.0.0.1:1080';
    const { proxy, host, box } = await started({ proxyUrl: shown, sealedProxy: sealedOf(address) });
    for (const next of [plain, null]) {
      host.settings.write(await proxy.seal(next));
      expect(host.settings.read()).toMatchObject({ proxyUrl: next, sealedProxy: null });
      expect(proxy.address).toBe(next);
    }
    expect(box.sealings).toBe(0);
  });

  it('is used without what cannot be opened yet, never past, and whole once the keyring is open', async () => {
    const { proxy, answer, hidden } = await started(
      { proxyUrl: shown, sealedProxy: sealedOf(address) },
      boxOf('locked'),
    );
    expect(proxy.address).toBe(shown);
    // What a screen was shown comes back while it is locked.
    expect(await proxy.seal(shown)).toEqual({});
    await answer('open');
    expect(proxy.address).toBe(address);
    expect(hidden).toContain('s3cret');
  });

  it('that lies open already is used as it is, and nobody is asked, until a keyring can seal it', async () => {
    const { proxy, host, box, answer } = await started({ proxyUrl: address }, boxOf('none'));
    expect([proxy.address, box.sealings]).toEqual([address, 0]);
    await answer('open');
    expect(host.settings.read().proxyUrl).toBe(shown);
    expect(proxy.address).toBe(address);
  });

  it('is refused where its credentials would lie open, and what was there stays', async () => {
    const { proxy, answer } = await started({ proxyUrl: shown, sealedProxy: sealedOf(address) });
    await answer('none');
    await expect(proxy.seal('http://eve:other@proxy.example:3128/')).rejects.toMatchObject({
      code: 'secrets_unprotected',
    });
    expect(proxy.address).toBe(address);
  });

  it.each(['http://another.example:3128/', 'http://proxy.example:3128/', null])(
    'that somebody wrote into the file, %s, counts, and what was sealed before goes',
    async (written) => {
      const { proxy, host } = await started({ proxyUrl: written, sealedProxy: sealedOf(address) });
      expect(proxy.address).toBe(written);
      expect(host.settings.read().sealedProxy).toBeNull();
    },
  );

  it('is sealed anew where its key is an old one', async () => {
    const { box, proxy } = await started({ proxyUrl: shown, sealedProxy: sealedOf(address) }, boxOf('open', true));
    expect([box.sealings, proxy.address]).toEqual([1, address]);
  });
});
