import { BoundedMap } from '../bounded-map.ts';
import type { RawHeaders } from '../headers.ts';
import { within } from '../in-time.ts';
import { textMember } from '../json.ts';
import { clientKind } from '../normalise/client-kind.ts';
import type { Slices } from '../slices.ts';
import { affinityKey } from './affinity.ts';
import { type BodyHashes, Chains, hashBody } from './chains.ts';
import type { RunnerParts, TurnContext } from './context.ts';
import { Issuers } from './issuers.ts';
import { KnownBodies } from './known-bodies.ts';
import { type AskedUpgrade, OpenAhead } from './open-ahead.ts';
import { safeWatcher } from './safe-watch.ts';
import type { SideRequest, SideSink } from './side-request.ts';
import { SideRun } from './side-run.ts';
import { Spares } from './spares.ts';
import type { Successor } from './successor.ts';
import { Successors } from './successors.ts';
import { ToldItems } from './told-items.ts';
import { TransportMemory } from './transport-memory.ts';
import type { Running, SteerableTurn, TurnRequest, TurnSink } from './turn.ts';
import { TurnRun } from './turn-run.ts';

/** Models that the last tier is kept of. */
const keptTiers = 100;
/** A client's upgrade is answered without upstream's headers after that. */
const greetingLimitMs = 3_000;

/** What ends with its account, too. */
interface Stoppable extends Running {
  accountRemoved(accountId: string): void;
}

/** Starts turns and knows those that run. */
export class TurnRunner {
  readonly transports: TransportMemory;
  readonly spares: Spares;
  readonly toldItems = new ToldItems();
  readonly #context: TurnContext;
  readonly #running = new Set<Stoppable>();
  #onIdle: (() => void) | null = null;
  #isStopped = false;

  constructor(parts: RunnerParts) {
    this.transports = new TransportMemory(parts.clock, (id, overHttp) => parts.accounts.note(id, { overHttp }));
    this.spares = new Spares(parts);
    this.#context = {
      ...parts,
      watcher: safeWatcher(parts.watcher, parts.log),
      chains: new Chains(),
      knownBodies: new KnownBodies(),
      issuers: new Issuers(),
      transports: this.transports,
      spares: this.spares,
      toldItems: this.toldItems,
      lastTiers: new BoundedMap(keptTiers),
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

  /** Takes note of a request that has come: the version of a Codex client is remembered where it is the newest. */
  meet(headers: RawHeaders): void {
    this.#context.newestVersion.see(clientKind(headers).version);
  }

  /** A client's frame that is no turn went up while none of its turns ran. */
  noteStray(headers: RawHeaders, type: string): void {
    this.#context.watcher.strayFrame?.(headers, type);
  }

  /** Whether a websocket client should be told to use HTTP: the account it would get is served over HTTP only. */
  prefersHttp(headers: RawHeaders): boolean {
    const { sessions, accounts, transports } = this.#context;
    const key = affinityKey(headers, {});
    const account = accounts.peek(key === null ? null : sessions.resolve(key).accountId);
    return account !== null && transports.isHttpOnly(account);
  }

  /**
   * Opens upstream's websocket for a Codex client that wants one, and resolves with upstream's answer headers for it: none
   * where they take too long. Rejects with what refuses the client's upgrade.
   */
  async greet(upgrade: AskedUpgrade, signal: AbortSignal): Promise<RawHeaders> {
    this.meet(upgrade.headers);
    const opening = new OpenAhead(upgrade, this.#context, signal);
    const headers = await within(this.#context.clock, greetingLimitMs, opening.run());
    if (headers === null) opening.late();
    return headers ?? [];
  }

  /** A client's websocket has closed; its session, if it was one, is forgotten. */
  connectionClosed(connectionId: string): void {
    this.#context.sessions.disconnect(connectionId);
  }

  /** Ends every turn that still runs, and those that are started from now on: their clients are told `stopping`. */
  abortAll(): void {
    this.#isStopped = true;
    for (const turn of this.#running) turn.abort('stopping');
  }

  /** Ends one turn, upstream's part of it too, and tells its client `turn_stopped`. False where it does not run. */
  stopTurn(id: string): boolean {
    const turn = [...this.#running].find((running) => running.id === id);
    turn?.abort('turn_stopped');
    return turn !== undefined;
  }

  /** Hashes a long body ahead of its turn. */
  hash({ body, raw }: Pick<TurnRequest, 'body' | 'raw'>): Slices<BodyHashes> {
    return hashBody(body, { isLong: true, known: { bodies: this.#context.knownBodies, raw } });
  }

  /** Ends every turn of an API key; their clients are told `turn_stopped`. */
  stopTurnsOf(keyName: string): void {
    for (const turn of this.#running) if (turn.keyName === keyName) turn.abort('turn_stopped');
  }

  /** Nothing goes on with an account that is gone: turns of which nothing was told go to another, the others end as `turn_stopped`. */
  accountRemoved(accountId: string): void {
    for (const turn of this.#running) turn.accountRemoved(accountId);
  }

  /** Starts a turn. Its answer, or its error, goes to `sink`; nothing is thrown. `over` is called after the last of it. */
  start(request: TurnRequest, sink: TurnSink, over: () => void): SteerableTurn {
    this.meet(request.headers);
    if (request.clientTransport === 'ws' && clientKind(request.headers).isCodex)
      this.#context.lastTiers.renew(textMember(request.body, 'model') ?? '', textMember(request.body, 'service_tier'));
    return this.#run(new TurnRun(request, sink, this.#context), over);
  }

  /** Listens to what upstream begins by itself on a Codex client's websocket; `sink` tells the client what upstream does not. */
  successors(sink: TurnSink): Successors {
    const host = {
      context: this.#context,
      began: (successor: Successor) => void this.#running.add(successor),
      over: (successor: Successor) => {
        this.#running.delete(successor);
        this.#checkIdle();
      },
    };
    return new Successors(host, sink);
  }

  /** Relays a Codex client's request that is no turn. Its answer, or its error, goes to `sink`; nothing is thrown. */
  relay(request: SideRequest, sink: SideSink): Running {
    this.meet(request.headers);
    return this.#run(new SideRun(request, sink, this.#context), () => {});
  }

  #run<T extends TurnRun | SideRun>(turn: T, over: () => void): T {
    this.#running.add(turn);
    void turn.run().finally(() => {
      this.#running.delete(turn);
      over();
      this.#checkIdle();
    });
    if (this.#isStopped) turn.abort('stopping');
    return turn;
  }

  #checkIdle(): void {
    if (this.#running.size === 0) this.#onIdle?.();
  }
}
