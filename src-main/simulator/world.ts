/** What all parts of one simulator share: its accounts, rules, script, log and clock settings. */
import type { AccountRegistry, SimulatedAccount } from './accounts/accounts.ts';
import type { CiphertextSeal } from './accounts/ciphertext.ts';
import type { TokenRegistry } from './accounts/tokens.ts';
import type { AcceptFault } from './faults/fault-table.ts';
import type { FaultScript } from './faults/faults.ts';
import { newSecret } from './ids.ts';
import type { SimulatorLog } from './log.ts';
import type { Catalogue } from './model/catalogue.ts';
import type { Refusal } from './rules/refusal.ts';
import { usageLimitRefusal } from './rules/refusal.ts';
import type { HeaderRules, Strictness } from './rules/validate-headers.ts';
import { type PaceClock, seededRandom, type Timing } from './turns/timing.ts';

export interface WorldOptions {
  readonly strictness: Strictness;
  /** What `response.completed.service_tier` says (promise S8). */
  readonly serviceTierEcho: string;
  readonly echoRequest: boolean;
  /** A socket older than this gets `websocket_connection_limit_reached` (upstream: 60 min). */
  readonly socketLifetimeMs: number;
  /** Websocket messages of at least this many characters are deflated, if the client offered it. */
  readonly compressFromChars: number;
  /** 400s over HTTP as `{"detail":"…"}`, the other shape seen from chatgpt.com. */
  readonly httpDetailErrors: boolean;
  /** The largest websocket message, where upgrades announce it; null: 16 MiB, unannounced. */
  readonly maxMessageBytes: number | null;
  /** Paths below the base that nothing is known of are answered, with what came. */
  readonly answersUnknownPaths: boolean;
}

export interface WorldParts {
  readonly options: WorldOptions;
  readonly tokens: TokenRegistry;
  readonly accounts: AccountRegistry;
  readonly catalogue: Catalogue;
  readonly seal: CiphertextSeal;
  readonly log: SimulatorLog;
  readonly faults: FaultScript;
  readonly timing: Timing;
  readonly paceClock: PaceClock;
  readonly seed: number;
}

export class World {
  readonly options: WorldOptions;
  readonly tokens: TokenRegistry;
  readonly accounts: AccountRegistry;
  readonly catalogue: Catalogue;
  readonly seal: CiphertextSeal;
  readonly log: SimulatorLog;
  readonly faults: FaultScript;
  readonly random: () => number;
  readonly paceClock: PaceClock;
  /** Bytes of the longest prompt seen per account and cache key: what counts as cached. */
  readonly promptCache = new Map<string, number>();
  timing: Timing;
  /** Turns that were given a tier. */
  granted = 0;
  #connections = 0;

  constructor(parts: WorldParts) {
    this.options = parts.options;
    this.tokens = parts.tokens;
    this.accounts = parts.accounts;
    this.catalogue = parts.catalogue;
    this.seal = parts.seal;
    this.log = parts.log;
    this.faults = parts.faults;
    this.timing = parts.timing;
    this.paceClock = parts.paceClock;
    this.random = seededRandom(parts.seed);
  }

  get headerRules(): HeaderRules {
    return {
      tokens: this.tokens,
      accounts: this.accounts,
      strictness: this.options.strictness,
      ownsTurnState: (accountId, turnState) => this.seal.check(accountId, turnState) === 'ok',
    };
  }

  /** Numbers sockets in the order they come. */
  nextConnection(): number {
    this.#connections += 1;
    return this.#connections;
  }

  /** Response headers of an upgrade or a post (PROTOCOL.md, Websocket, Usage and limits). */
  responseHeaders(account: SimulatedAccount, model: string | undefined): Record<string, string> {
    return {
      'x-request-id': `req_${newSecret(12)}`,
      'x-codex-turn-state': this.seal.seal(account.id, 1),
      'x-models-etag': this.catalogue.etag,
      ...(model === undefined ? {} : { 'openai-model': model }),
      ...account.usage.headers(),
    };
  }

  /** The 429 of an account that has nothing left. */
  usageLimit(account: SimulatedAccount | undefined, resetsAt?: number): Refusal {
    const at = resetsAt ?? account?.usage.primary.resetAt ?? Math.floor(Date.now() / 1000) + 3600;
    return usageLimitRefusal(account?.plan ?? 'plus', at, account?.usage.headers() ?? {});
  }

  logRefusal(where: 'upgrade' | 'frame' | 'http' | 'issuer', connection: number, refusal: Refusal): void {
    const { status, code, message, param } = refusal;
    this.log.add({ kind: 'refusal', where, connection, status, code, message, param });
  }

  logFault(point: string, fault: AcceptFault | { kind: string }, connection: number): void {
    this.log.add({ kind: 'fault', point, fault: fault.kind, connection });
  }
}
