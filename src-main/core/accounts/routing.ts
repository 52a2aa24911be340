import { isJsonObject, parseJsonObject, textMember } from '../json.ts';
import type { Clock } from '../ports.ts';
import type { Account } from './account.ts';

/* Where upstream wants an account's turns sent (reference/codex-official.md §8, "accounts/check gate"). */

const freshMs = 60 * 60_000;
const retryMs = 60_000;
const noOverride = 'NO_CONSTRAINT';

/** Reads `/wham/accounts/check` on an account's behalf; null when it could not be read. */
export type ReadAccountsCheck = (account: Account) => Promise<Buffer | null>;

interface Known {
  readonly override: string | null;
  /** Monotonic ms. */
  readonly staleAtMs: number;
}

/**
 * The `x-openai-account-routing-override` of each account. Only an account that was never read makes a turn wait; a failure
 * counts as none, since the official client tolerates it where it is not talking to upstream directly.
 */
export class AccountRouting {
  readonly #clock: Clock;
  readonly #read: ReadAccountsCheck;
  readonly #known = new Map<string, Known>();
  readonly #reading = new Map<string, Promise<string | null>>();

  constructor(clock: Clock, read: ReadAccountsCheck) {
    this.#clock = clock;
    this.#read = read;
  }

  /** The header's value for an account's turns; null sends none. */
  async overrideFor(account: Account): Promise<string | null> {
    const known = this.#known.get(account.id);
    if (known === undefined) return this.refresh(account);
    if (this.#clock.monotonicMs() >= known.staleAtMs) void this.refresh(account);
    return known.override;
  }

  /** Reads it now, once however many ask. Never rejects. */
  refresh(account: Account): Promise<string | null> {
    const running = this.#reading.get(account.id);
    if (running !== undefined) return running;
    const started = this.#refresh(account).finally(() => this.#reading.delete(account.id));
    this.#reading.set(account.id, started);
    return started;
  }

  async #refresh(account: Account): Promise<string | null> {
    const body = await this.#read(account).catch(() => null);
    const read = body === null ? undefined : readOverride(body, account.workspaceId);
    const override = read === undefined ? (this.#known.get(account.id)?.override ?? null) : read;
    const staleAtMs = this.#clock.monotonicMs() + (read === undefined ? retryMs : freshMs);
    this.#known.set(account.id, { override, staleAtMs });
    return override;
  }
}

/** The override of one workspace, which must be named exactly once; undefined for an answer that does not say. */
export function readOverride(body: Buffer, workspaceId: string): string | null | undefined {
  const accounts = parseJsonObject(body.toString('utf8'))?.accounts;
  if (!Array.isArray(accounts)) return undefined;
  const [entry, ...others] = accounts.filter(isJsonObject).filter((item) => item.id === workspaceId);
  if (entry === undefined || others.length > 0) return undefined;
  const override = textMember(entry, 'account_routing_override');
  if (override === null || override === noOverride) return null;
  // It becomes a header.
  return /^[A-Za-z0-9_.-]{1,64}$/.test(override) ? override : undefined;
}
