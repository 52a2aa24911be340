import type { Host } from '../core/ports.ts';
import { proxySecrets, shownProxy } from '../shared/proxy-address.ts';
import type { Settings } from '../shared/settings.ts';

interface KeptProxyParts {
  readonly host: Pick<Host, 'settings' | 'secrets' | 'log'>;
  /** Told of what must be seen nowhere. */
  readonly hide: (secret: string) => void;
}

/**
 * The proxy of every account that has none of its own. The settings file has its address as screens show it, and beside it
 * the whole one, sealed as tokens are.
 */
export class KeptProxy {
  readonly #parts: KeptProxyParts;
  /** What was sealed or opened last. */
  #known: { readonly sealed: string; readonly address: string } | null = null;

  private constructor(parts: KeptProxyParts) {
    this.#parts = parts;
  }

  /** Opens what is sealed, and seals what an earlier version, or an editor, wrote as it is; again whenever the keyring answers. */
  static async open(parts: KeptProxyParts): Promise<KeptProxy> {
    const proxy = new KeptProxy(parts);
    const { settings, secrets } = parts.host;
    const hide = () => proxySecrets(proxy.address).forEach(parts.hide);
    settings.onChange(hide);
    const renew = () => proxy.#renew().then(hide);
    hide();
    if (secrets.keyring === undefined) await renew();
    else secrets.keyring.onAnswer(() => void renew());
    return proxy;
  }

  /** The address with its credentials; where they cannot be opened, with the mask that screens show in their place. */
  get address(): string | null {
    const { proxyUrl, sealedProxy } = this.#parts.host.settings.read();
    return this.#known !== null && this.#known.sealed === sealedProxy && shownProxy(this.#known.address) === proxyUrl
      ? this.#known.address
      : proxyUrl;
  }

  /** What to write for an address. Throws `secrets_unprotected` where its credentials would lie open and nobody has said yes. */
  async seal(address: string | null): Promise<Partial<Pick<Settings, 'proxyUrl' | 'sealedProxy'>>> {
    // What screens were shown comes back: it stays as it is.
    if (address === this.address) return {};
    const shown = shownProxy(address);
    if (address === null || shown === address) return { proxyUrl: address, sealedProxy: null };
    const sealed = await this.#parts.host.secrets.seal(address);
    this.#known = { sealed, address };
    return { proxyUrl: shown, sealedProxy: sealed };
  }

  async #renew(): Promise<void> {
    const { settings, secrets, log } = this.#parts.host;
    const { proxyUrl, sealedProxy } = settings.read();
    const isBare = proxyUrl !== null && proxyUrl !== shownProxy(proxyUrl);
    try {
      if (isBare) {
        // Nobody is asked at a start whether it may lie open, where it does so already.
        if (secrets.encrypts || secrets.keyring === undefined) await this.#write(proxyUrl);
        return;
      }
      if (sealedProxy === null) return;
      const { plain, isStale } = await secrets.open(sealedProxy);
      // Another address was written into the file.
      if (shownProxy(plain) !== proxyUrl) settings.write({ sealedProxy: null });
      else if (isStale) await this.#write(plain);
      else this.#known = { sealed: sealedProxy, address: plain };
    } catch (error) {
      log.warn('What signs in to the proxy could not be opened or sealed.', { error });
    }
  }

  async #write(address: string): Promise<void> {
    const { settings, secrets } = this.#parts.host;
    const sealed = await secrets.seal(address);
    this.#known = { sealed, address };
    settings.write({ proxyUrl: shownProxy(address), sealedProxy: sealed });
  }
}
