import { cutText } from '../../shared/cut-text.ts';
import { plainName } from '../../shared/visible-text.ts';
import { isJsonObject, type JsonObject, textMember } from '../json.ts';
import { answerObject } from '../json-answer.ts';
import type { Clock, Logger } from '../ports.ts';
import { SingleFlight } from '../single-flight.ts';
import type { Account } from './account.ts';

/* Where upstream wants an account's turns sent (PROTOCOL.md, Side endpoints). */

const freshMs = 60 * 60_000;
const retryMs = 60_000;
const noConstraint = 'NO_CONSTRAINT';
const longestName = 80;

interface RoutingParts {
  readonly clock: Clock;
  readonly log: Logger;
  /** Origin of the upstream that turns go to. */
  readonly upstreamOrigin: string;
  /** Reads `/wham/accounts/check` on an account's behalf; null when it could not be read. */
  readonly read: (account: Account) => Promise<Buffer | null>;
  /** What a workspace is called was told. */
  readonly noteName?: (accountId: string, name: string | null) => void;
}

/** What accounts/check says of one workspace. */
export interface WorkspaceRouting {
  /** The header's value; null sends none. */
  readonly override: string | null;
  /** Where its turns are wanted, as `https://host`; null for anywhere. */
  readonly origin: string | null;
  /** What its owner called it; null for a personal one without a name, or where nothing is told. */
  readonly name: string | null;
}

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
  readonly #parts: RoutingParts;
  /** `account origin` of those that were warned of. */
  readonly #warned = new Set<string>();
  readonly #known = new Map<string, Known>();
  readonly #reading = new SingleFlight<string | null>();

  constructor(parts: RoutingParts) {
    this.#parts = parts;
  }

  /** The header's value for an account's turns; null sends none. */
  async overrideFor(account: Account): Promise<string | null> {
    const known = this.#known.get(account.id);
    if (known === undefined) return this.refresh(account);
    if (this.#parts.clock.monotonicMs() >= known.staleAtMs) void this.refresh(account);
    return known.override;
  }

  /** Reads it now, once however many ask. Never rejects. */
  refresh(account: Account): Promise<string | null> {
    return this.#reading.run(account.id, () => this.#refresh(account));
  }

  async #refresh(account: Account): Promise<string | null> {
    const body = await this.#parts.read(account).catch(() => null);
    const read = body === null ? undefined : readRouting(body, account.workspaceId);
    const override = read === undefined ? (this.#known.get(account.id)?.override ?? null) : read.override;
    const staleAtMs = this.#parts.clock.monotonicMs() + (read === undefined ? retryMs : freshMs);
    this.#known.set(account.id, { override, staleAtMs });
    this.#warnOf(account, read?.origin ?? null);
    if (read !== undefined) this.#parts.noteName?.(account.id, read.name);
    return override;
  }

  /*
   * The official client follows `workspace_backend_origin` to any https host (PROTOCOL.md, Ways in). It is not
   * followed here: an account is used with the upstream it belongs to and no other, and the hosts that upstream
   * may name are not known, so a list of those that could be trusted with a token would be a guess.
   */
  #warnOf(account: Account, origin: string | null): void {
    const { log, upstreamOrigin } = this.#parts;
    const key = `${account.id} ${origin}`;
    if (origin === null || origin === upstreamOrigin || this.#warned.has(key)) return;
    this.#warned.add(key);
    const about = { account: account.id, wanted: origin, used: upstreamOrigin };
    log.warn("Upstream wants an account's turns sent to another host; they go on to the configured one.", about);
  }
}

/** The routing of one workspace, which must be named exactly once; undefined for an answer that does not say. */
export function readRouting(body: Buffer, workspaceId: string): WorkspaceRouting | undefined {
  const accounts = answerObject(body)?.accounts;
  if (!Array.isArray(accounts)) return undefined;
  const [entry, ...others] = accounts.filter(isJsonObject).filter((item) => item.id === workspaceId);
  if (entry === undefined || others.length > 0) return undefined;
  const override = textMember(entry, 'account_routing_override');
  const origin = originOf(textMember(entry, 'workspace_backend_origin'));
  const name = nameOf(entry);
  if (override === null || override === noConstraint) return { override: null, origin, name };
  // It becomes a header.
  return /^[A-Za-z0-9_.-]{1,64}$/.test(override) ? { override, origin, name } : undefined;
}

/** A workspace's name on one line; one without a name is told by its structure, where that tells it from others. */
function nameOf(entry: JsonObject): string | null {
  const whole = textMember(entry, 'name')?.replaceAll(/[\s\p{Cc}]+/gu, ' ');
  const name = cutText(plainName(whole ?? ''), longestName);
  return name || (textMember(entry, 'structure') === 'personal' ? 'Personal' : null);
}

function originOf(text: string | null): string | null {
  return text === null || text === noConstraint ? null : (URL.parse(text)?.origin ?? null);
}
