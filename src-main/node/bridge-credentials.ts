import { createHash, randomBytes } from 'node:crypto';
import { BoundedMap } from '../core/bounded-map.ts';
import type { Clock } from '../core/ports.ts';
import { sameSecret } from '../core/same-secret.ts';
import type { Hello } from '../shared/bridge-wire.ts';
import type { BrowserKeys, Challenge, PageFacts } from './browser-keys.ts';
import type { Caller } from './call.ts';

const ticketLifeMs = 60_000;
const keptLimit = 50;

/** Whom a credential lets in; `session` is what a tab keeps for its next connection. */
export interface Admission {
  readonly caller: Caller;
  readonly session: string | null;
  /** Whose sign-in this is, where the browser stays signed in. */
  readonly browser: string | null;
}

interface CredentialsOptions {
  readonly clock: Clock;
  readonly controlToken: string;
  /** Null on the desktop face, which has no dashboard in browsers. */
  readonly browsers: BrowserKeys | null;
}

/** What a browser that named itself has to answer; `admit` takes its signature. */
interface Challenged {
  readonly challenge: Challenge;
  admit(signature: string): Admission | null;
}

export interface BridgeCredentials {
  /** A new ticket: good once, for a minute. */
  mintTicket(): string;
  /** Checks a hello. A page (which has an origin) and a command (null) take different credentials. */
  admit(hello: Exclude<Hello['hello'], BrowserHello>, page: PageFacts | null): Admission | null;
  /** Asks a browser that names itself for a proof; null for one that is not known. */
  challenge(hello: BrowserHello, page: PageFacts | null): Challenged | null;
}

type BrowserHello = Extract<Hello['hello'], { browser: string }>;

/** A random secret as used for tickets, sessions and the control token. */
export function makeSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Keeps tickets and tab sessions, in memory only: both end with the process. What lasts is in `browser-keys.ts`. */
export function createCredentials(options: CredentialsOptions): BridgeCredentials {
  const { clock, controlToken, browsers } = options;
  // By hash, so that a lookup takes the same time whatever was sent.
  const ticketExpiries = new BoundedMap<string, number>(keptLimit);
  const sessions = new BoundedMap<string, { readonly browser: string | null }>(keptLimit);
  browsers?.onRevoke((id) => {
    for (const [key, { browser }] of [...sessions.entries()]) if (browser === id) sessions.delete(key);
  });

  const openSession = (browser: string | null): Admission => {
    const session = makeSecret();
    sessions.set(digest(session), { browser });
    return { caller: 'screen', session, browser };
  };
  const isGoodTicket = (ticket: string): boolean => {
    const key = digest(ticket);
    const expiresAtMs = ticketExpiries.get(key);
    ticketExpiries.delete(key);
    return expiresAtMs !== undefined && clock.monotonicMs() < expiresAtMs;
  };

  return {
    mintTicket: () => {
      const ticket = makeSecret();
      ticketExpiries.set(digest(ticket), clock.monotonicMs() + ticketLifeMs);
      return ticket;
    },
    admit: (hello, page) => {
      if ('control' in hello) {
        const isCommand = page === null && sameSecret(hello.control, controlToken);
        return isCommand ? { caller: 'command', session: null, browser: null } : null;
      }
      if (page === null || browsers === null) return null;
      if ('ticket' in hello) {
        if (!isGoodTicket(hello.ticket)) return null;
        return openSession(hello.publicKey === undefined ? null : browsers.enrol(hello.publicKey, page));
      }
      const known = sessions.get(digest(hello.session));
      return known === undefined ? null : { caller: 'screen', session: hello.session, browser: known.browser };
    },
    challenge: ({ browser }, page) => {
      const challenge = page === null ? null : (browsers?.challenge(browser, page) ?? null);
      if (challenge === null || page === null || browsers === null) return null;
      return {
        challenge,
        admit: (signature) => (browsers.proves(browser, page, { challenge, signature }) ? openSession(browser) : null),
      };
    },
  };
}

function digest(secret: string): string {
  return createHash('sha256').update(secret).digest('base64');
}
