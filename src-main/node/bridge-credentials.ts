import { createHash, randomBytes } from 'node:crypto';
import { BoundedMap } from '../core/bounded-map.ts';
import type { Clock } from '../core/ports.ts';
import { sameSecret } from '../core/same-secret.ts';
import type { Hello } from '../shared/bridge-wire.ts';
import type { Caller } from './call.ts';

const ticketLifeMs = 60_000;
const keptLimit = 50;

/** Whom a credential lets in; `session` is what a tab keeps for its next connection. */
interface Admission {
  readonly caller: Caller;
  readonly session: string | null;
}

interface CredentialsOptions {
  readonly clock: Clock;
  readonly controlToken: string;
  /** False on the desktop face, which has no dashboard in browsers. */
  readonly allowDashboard: boolean;
}

export interface BridgeCredentials {
  /** A new ticket: good once, for a minute. */
  mintTicket(): string;
  /** Checks a hello. A page (which has an origin) and a command (which has none) take different credentials. */
  admit(hello: Hello['hello'], fromPage: boolean): Admission | null;
}

/** A random secret as used for tickets, sessions and the control token. */
export function makeSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Keeps tickets and tab sessions, in memory only: both end with the process. */
export function createCredentials(options: CredentialsOptions): BridgeCredentials {
  const { clock, controlToken, allowDashboard } = options;
  // By hash, so that a lookup takes the same time whatever was sent.
  const ticketExpiries = new BoundedMap<string, number>(keptLimit);
  const sessions = new BoundedMap<string, true>(keptLimit);

  const openSession = (): Admission => {
    const session = makeSecret();
    sessions.set(digest(session), true);
    return { caller: 'screen', session };
  };
  const takeTicket = (ticket: string): Admission | null => {
    const key = digest(ticket);
    const expiresAtMs = ticketExpiries.get(key);
    ticketExpiries.delete(key);
    return expiresAtMs !== undefined && clock.monotonicMs() < expiresAtMs ? openSession() : null;
  };

  return {
    mintTicket: () => {
      const ticket = makeSecret();
      ticketExpiries.set(digest(ticket), clock.monotonicMs() + ticketLifeMs);
      return ticket;
    },
    admit: (hello, fromPage) => {
      if ('control' in hello) {
        return !fromPage && sameSecret(hello.control, controlToken) ? { caller: 'command', session: null } : null;
      }
      if (!fromPage || !allowDashboard) return null;
      if ('ticket' in hello) return takeTicket(hello.ticket);
      return sessions.has(digest(hello.session)) ? { caller: 'screen', session: hello.session } : null;
    },
  };
}

function digest(secret: string): string {
  return createHash('sha256').update(secret).digest('base64');
}
