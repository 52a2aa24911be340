import { SlipstreamError } from '../../../shared/errors.ts';
import { tell } from '../../../shared/words/told.ts';
import { sameSecret } from '../../same-secret.ts';
import { authorizeUrl, newProof, type SignInProof } from './authorize.ts';
import { listenForCallback } from './callback-listener.ts';
import type { PageKind } from './callback-page.ts';
import type { Flow, FlowParts } from './flow.ts';

const limitMs = 5 * 60_000;

/** Signs in with the system's browser, which comes back to a port of this machine. Throws `sign_in_ports_taken`. */
export async function startBrowserFlow(parts: FlowParts, ports: readonly number[]): Promise<Flow> {
  const { clock, issuerUrl, end } = parts;
  const proof = newProof();
  const returns = new Returns(parts, proof);
  const listener = await listenForCallback({
    ports,
    clock,
    handlers: {
      callback: (query) => returns.take(query),
      cancelled: () => end('cancelled', tell('failures.signIn.port')),
    },
  });
  const { redirectUri } = listener;
  returns.redirectUri = redirectUri;
  const timer = clock.after(limitMs, () => end('failed', tell('failures.signIn.late')));
  return {
    url: authorizeUrl(issuerUrl, redirectUri, proof),
    userCode: null,
    expiresAt: clock.epochMs() + limitMs,
    close: (when) => {
      timer.cancel();
      listener.close(when);
    },
    paste: async (address) => {
      const url = URL.parse(address.trim());
      const page = url?.pathname === '/auth/callback' ? await returns.take(url.searchParams) : 'unknown';
      if (!isEnd(page)) throw new SlipstreamError('sign_in_address_invalid');
    },
  };
}

function isEnd(page: PageKind): boolean {
  return page === 'done' || page === 'refused' || page === 'failed';
}

/** Judges what comes back, from the listener or pasted: only the holder of the state ends the sign-in, and only once. */
class Returns {
  redirectUri = '';
  readonly #parts: FlowParts;
  readonly #proof: SignInProof;
  #isUsed = false;

  constructor(parts: FlowParts, proof: SignInProof) {
    this.#parts = parts;
    this.#proof = proof;
  }

  async take(query: URLSearchParams): Promise<PageKind> {
    const { grant, end } = this.#parts;
    if (!this.#isOurs(query)) return 'wrong-state';
    const error = query.get('error');
    const code = query.get('code');
    if (error === null && !code) return 'no-code';
    this.#isUsed = true;
    if (error !== null || !code) {
      end('failed', refusalText(error ?? ''));
      return 'refused';
    }
    const isDone = await grant({ code, redirectUri: this.redirectUri, verifier: this.#proof.verifier });
    return isDone ? 'done' : 'failed';
  }

  #isOurs(query: URLSearchParams): boolean {
    const [state, ...others] = query.getAll('state');
    const isSame = sameSecret(state ?? '', this.#proof.state);
    return isSame && others.length === 0 && query.getAll('code').length <= 1 && !this.#isUsed;
  }
}

/** The issuer's word for why, where it looks like one. */
function refusalText(error: string): string {
  if (error === 'access_denied') return tell('failures.signIn.refused.user');
  return /^[a-z_]{1,60}$/i.test(error)
    ? tell('failures.signIn.refused', { why: error })
    : tell('failures.signIn.refused.unsaid');
}
