import type { FastPolicy } from '../../shared/tiers.ts';
import type { Account } from '../accounts/account.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { Refresher } from '../accounts/refresh.ts';
import type { RawHeaders } from '../headers.ts';
import type { Catalogue } from '../models/catalogue.ts';
import type { Platform } from '../normalise/identity.ts';
import type { Clock, Logger } from '../ports.ts';
import type { HttpExecutor } from '../upstream/http.ts';
import type { SocketPool } from '../upstream/pool.ts';
import type { TurnWatcher } from '../watch.ts';
import { affinityKey } from './affinity.ts';
import { Chains } from './chains.ts';
import { safeWatcher } from './safe-watch.ts';
import { Sessions } from './sessions.ts';
import { type SideRequest, SideRun, type SideSink } from './side-run.ts';
import { TransportMemory } from './transport-memory.ts';
import type { Running, RunningTurn, TurnRequest, TurnSink } from './turn.ts';
import { TurnRun } from './turn-run.ts';

/** What the user set, as of a turn's start. */
export interface TurnSettings {
  readonly fastPolicy: FastPolicy;
  readonly originator: string;
  readonly installationId: string;
}

export interface RunnerParts {
  readonly accounts: Accounts;
  readonly refresher: Refresher;
  readonly pool: SocketPool;
  readonly http: HttpExecutor;
  readonly catalogue: Catalogue;
  /** What upstream asks of an account's turns as `x-openai-account-routing-override`; null for nothing. Never rejects. */
  readonly routingOverride: (account: Account) => Promise<string | null>;
  readonly watcher: TurnWatcher;
  readonly clock: Clock;
  readonly log: Logger;
  readonly upstreamUrl: string;
  /** A JSON value without secrets; what upstream says of a failure passes it on the way to the client. */
  readonly scrub: (value: unknown) => unknown;
  readonly platform: Platform;
  readonly settings: () => TurnSettings;
  /** Every account rests: looks whether one has been reset early. */
  readonly readResting: () => Promise<void>;
}

/** What turns share beyond the parts: the memory of sessions, chains and transports. */
export interface TurnContext extends RunnerParts {
  readonly sessions: Sessions;
  readonly chains: Chains;
  readonly transports: TransportMemory;
}

/** Starts turns and knows those that run. */
export class TurnRunner {
  readonly transports: TransportMemory;
  readonly #context: TurnContext;
  readonly #running = new Set<Running>();
  #onIdle: (() => void) | null = null;
  #isStopped = false;

  constructor(parts: RunnerParts) {
    this.transports = new TransportMemory(parts.clock);
    this.#context = {
      ...parts,
      watcher: safeWatcher(parts.watcher, parts.log),
      sessions: new Sessions(),
      chains: new Chains(),
      transports: this.transports,
    };
  }

  get runningCount(): number {
    return this.#running.size;
  }

  /** Resolves when no turn runs. */
  idle(): Promise<void> {
    if (this.#running.size === 0) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onIdle = resolve;
    return promise;
  }

  /** Whether a websocket client should be told to use HTTP: the account it would get is served over HTTP only. */
  prefersHttp(headers: RawHeaders): boolean {
    const { sessions, accounts, transports } = this.#context;
    const key = affinityKey(headers, {});
    const account = key === null ? accounts.anyUsable() : accounts.peek(sessions.resolve(key).accountId);
    return account !== null && transports.isHttpOnly(account);
  }

  /** A client's websocket has closed; its session, if it was one, is forgotten. */
  connectionClosed(connectionId: string): void {
    this.#context.sessions.forget(connectionId);
  }

  /** Ends every turn that still runs, and those that are started from now on: their clients are told `stopping`. */
  abortAll(): void {
    this.#isStopped = true;
    for (const turn of this.#running) turn.abort('stopping');
  }

  /** Starts a turn. Its answer, or its error, goes to `sink`; nothing is thrown. `over` is called after the last of it. */
  start(request: TurnRequest, sink: TurnSink, over: () => void): RunningTurn {
    return this.#run(new TurnRun(request, sink, this.#context), over);
  }

  /** Relays a Codex client's request that is no turn. Its answer, or its error, goes to `sink`; nothing is thrown. */
  relay(request: SideRequest, sink: SideSink): Running {
    return this.#run(new SideRun(request, sink, this.#context), () => {});
  }

  #run<T extends TurnRun | SideRun>(turn: T, over: () => void): T {
    this.#running.add(turn);
    void turn.run().finally(() => {
      this.#running.delete(turn);
      over();
      if (this.#running.size === 0) this.#onIdle?.();
    });
    if (this.#isStopped) turn.abort('stopping');
    return turn;
  }
}
