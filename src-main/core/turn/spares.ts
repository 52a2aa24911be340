import { type Account, isAvoided } from '../accounts/account.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { BoundedMap } from '../bounded-map.ts';
import type { RawHeaders } from '../headers.ts';
import type { Normalised } from '../normalise/normalise.ts';
import type { Clock, Logger } from '../ports.ts';
import type { SocketPool } from '../upstream/pool.ts';
import { oneOffSession, type Session } from './sessions.ts';
import { socketKey } from './socket-key.ts';

const mostOfAccount = 2;
const mostInAll = 4;
/** Whoever refuses a spare, or closes one so soon, does not want any. */
const welcomeFromMs = 30_000;
const unwelcomeMs = 5 * 60_000;
const keptRests = 100;

interface SpareParts {
  readonly accounts: Pick<Accounts, 'peek' | 'health'>;
  readonly pool: Pick<SocketPool, 'warm' | 'renewSpare' | 'closeSpare'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly upstreamUrl: string;
  /** The user lets spare connections stand, and takes turns. */
  readonly mayKeepSpares: () => boolean;
}

/** One that is open, or on its way. */
interface Spare {
  readonly kind: string;
  readonly account: Account;
  readonly model: string;
  readonly sessionId: string;
  readonly socketKey: string;
  readonly openedMs: number;
  readonly abort: AbortController;
}

/** What a spare is opened for. */
export interface SpareQuestion {
  readonly account: Account;
  /** Upstream's name. */
  readonly model: string;
  readonly kind: string;
  /** The upgrade of a session that is still to come. */
  readonly upgradeOf: (session: Session) => Pick<Normalised, 'headers' | 'routingHint'>;
}

/** What two upgrades have in common that differ in their session alone. */
export function upgradeKind(headers: RawHeaders, sessionId: string): string {
  return JSON.stringify(headers).replaceAll(sessionId, '');
}

/**
 * Upstream websockets that stand upgraded for sessions to come, one of each kind: account, model, tier and whatever else the
 * upgrade says. Each has the id of the session that will take it, which Slipstream mints. Those that nobody asks for close.
 */
export class Spares {
  readonly #parts: SpareParts;
  /** The one that was asked for longest ago first. */
  readonly #spares = new Set<Spare>();
  /** Monotonic ms, by account. */
  readonly #unwelcomeUntil = new BoundedMap<string, number>(keptRests);

  constructor(parts: SpareParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#spares.size;
  }

  /** Whether there may be one for this account. */
  hasFor(accountId: string): boolean {
    return this.#ofAccount(accountId).length > 0;
  }

  /** The session id of a spare that is ready: whoever takes it is that session. Null where there is none. */
  take(accountId: string, kind: string): string | null {
    const spare = this.#find(accountId, kind);
    if (spare === undefined || !this.#parts.pool.renewSpare(spare.socketKey)) return null;
    this.#spares.delete(spare);
    return spare.sessionId;
  }

  /** A turn of this kind has been served: its spare is kept for longer, or one is opened. */
  keep({ account, model, kind, upgradeOf }: SpareQuestion): void {
    const known = this.#find(account.id, kind);
    if (known !== undefined) {
      this.#parts.pool.renewSpare(known.socketKey);
      this.#spares.delete(known);
      this.#spares.add(known);
      return;
    }
    if (!this.#mayOpen(account, model)) return;
    const session = oneOffSession();
    const upgrade = upgradeOf(session);
    // What the client itself says there nobody knows ahead.
    if (upgradeKind(upgrade.headers, session.id) !== kind) return;
    this.#makeRoom(account.id);
    const key = socketKey(account, session, upgrade);
    const openedMs = this.#parts.clock.monotonicMs();
    const abort = new AbortController();
    const spare: Spare = { kind, account, model, sessionId: session.id, socketKey: key, openedMs, abort };
    this.#spares.add(spare);
    this.#open(spare, upgrade.headers).catch((error: unknown) => {
      this.#spares.delete(spare);
      this.#parts.log.error('A spare connection could not be opened.', { error });
    });
  }

  /** Closes those whose account has changed, or can take no turn now. */
  review(): void {
    for (const spare of [...this.#spares]) if (!this.#isServed(spare.account, spare.model)) this.#drop(spare);
  }

  /** Closes all; the next turns open others, where they may. */
  close(): void {
    for (const spare of [...this.#spares]) this.#drop(spare);
  }

  async #open(spare: Spare, headers: RawHeaders): Promise<void> {
    const { pool, upstreamUrl } = this.#parts;
    const { account, socketKey: key, abort } = spare;
    const opened = await pool.warm(
      {
        baseUrl: upstreamUrl,
        headers,
        socketKey: key,
        accountId: account.id,
        isOneOff: true,
        whenSpareGone: (byUs) => this.#gone(spare, byUs),
      },
      abort.signal,
    );
    if (opened === null || 'outcome' in opened) this.#gone(spare, opened === null || abort.signal.aborted);
    else if (!this.#spares.has(spare)) pool.closeSpare(key);
  }

  #gone(spare: Spare, byUs: boolean): void {
    this.#spares.delete(spare);
    const nowMs = this.#parts.clock.monotonicMs();
    if (!byUs && nowMs - spare.openedMs < welcomeFromMs)
      this.#unwelcomeUntil.renew(spare.account.id, nowMs + unwelcomeMs);
  }

  #drop(spare: Spare): void {
    this.#spares.delete(spare);
    spare.abort.abort();
    this.#parts.pool.closeSpare(spare.socketKey);
  }

  #makeRoom(accountId: string): void {
    const own = this.#ofAccount(accountId);
    const tooMany = [
      ...own.slice(0, Math.max(0, own.length + 1 - mostOfAccount)),
      ...(this.#spares.size < mostInAll || own.length >= mostOfAccount ? [] : [...this.#spares].slice(0, 1)),
    ];
    for (const spare of tooMany) this.#drop(spare);
  }

  #mayOpen(account: Account, model: string): boolean {
    const { mayKeepSpares, clock, upstreamUrl } = this.#parts;
    // Without TLS there is little to win.
    if (!upstreamUrl.startsWith('https:') || !mayKeepSpares()) return false;
    if ((this.#unwelcomeUntil.get(account.id) ?? 0) > clock.monotonicMs()) return false;
    return this.#isServed(account, model);
  }

  /** Upstream would take a turn of this sign-in and model now. */
  #isServed(account: Account, model: string): boolean {
    const { accounts, clock } = this.#parts;
    const now = accounts.peek(account.id, new Set(), { model: model.toLowerCase(), isLastResortTaken: true });
    const isSame = now?.id === account.id && now.proxyUrl === account.proxyUrl;
    if (!isSame || now.tokens.accessToken !== account.tokens.accessToken) return false;
    const health = accounts.health(account.id);
    const { usage } = health;
    const nowMs = clock.epochMs();
    const isFull = [usage?.primary, usage?.secondary].some(
      (window) => window != null && window.usedPercent >= 100 && (window.resetAt === null || window.resetAt > nowMs),
    );
    return !isFull && !isAvoided(health, nowMs);
  }

  #ofAccount(accountId: string): readonly Spare[] {
    return [...this.#spares].filter(({ account }) => account.id === accountId);
  }

  #find(accountId: string, kind: string): Spare | undefined {
    return this.#ofAccount(accountId).find((spare) => spare.kind === kind);
  }
}
