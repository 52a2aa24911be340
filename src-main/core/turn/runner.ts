import { v7 as uuidV7 } from 'uuid';
import { type SlipstreamError, toSlipstreamError } from '../../shared/errors.ts';
import type { FastPolicy, Transport } from '../../shared/model.ts';
import { type Account, accountLabel, usesWebsockets } from '../accounts/account.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { usageFromEvent, usageFromHeaders } from '../accounts/usage.ts';
import { headerValue, type RawHeaders } from '../headers.ts';
import { type JsonObject, textMember } from '../json.ts';
import type { Platform } from '../normalise/identity.ts';
import { type Normalised, normalise } from '../normalise/normalise.ts';
import type { Clock, Logger } from '../ports.ts';
import type { Attempt, AttemptOutcome, UpstreamRequest } from '../upstream/attempt.ts';
import type { Catalogue } from '../upstream/catalogue.ts';
import type { HttpExecutor } from '../upstream/http.ts';
import type { SocketPool } from '../upstream/pool.ts';
import type { ExchangeWatch, TurnWatcher } from '../watch.ts';
import { affinityKey } from './affinity.ts';
import { decideNext, type NextStep } from './next-step.ts';
import { Relay } from './relay.ts';
import type { Session, Sessions } from './sessions.ts';
import type { RunningTurn, TurnRequest, TurnSink } from './turn.ts';

/** What the user set, as of this turn. */
export interface TurnSettings {
  readonly fastPolicy: FastPolicy;
  readonly originator: string;
  readonly installationId: string;
}

export interface RunnerParts {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly pool: SocketPool;
  readonly http: HttpExecutor;
  readonly catalogue: Catalogue;
  readonly watcher: TurnWatcher;
  readonly clock: Clock;
  readonly log: Logger;
  readonly upstreamUrl: string;
  readonly platform: Platform;
  readonly settings: () => TurnSettings;
}

/** How long an account that upstream refused a websocket is served over HTTP (DESIGN §5.5). */
const httpOnlyForMs = 10 * 60_000;

/** Runs turns: session, account, shaping, attempts, relay. The one place that knows all of them. */
export class TurnRunner {
  readonly #parts: RunnerParts;
  readonly #running = new Set<RunningTurn>();
  /** Accounts that upstream refused a websocket, until when (monotonic ms). */
  readonly #httpOnlyUntil = new Map<string, number>();
  #onIdle: (() => void) | null = null;

  constructor(parts: RunnerParts) {
    this.#parts = parts;
  }

  get runningCount(): number {
    return this.#running.size;
  }

  /** Resolves when no turn runs. */
  idle(): Promise<void> {
    return this.#running.size === 0 ? Promise.resolve() : new Promise((resolve) => (this.#onIdle = resolve));
  }

  /** Whether a websocket client should be told to use HTTP: the account it would get is served over HTTP only. */
  prefersHttp(headers: RawHeaders): boolean {
    const session = this.#parts.sessions.resolve(affinityKey(headers, {}));
    try {
      return this.#transportFor(this.#parts.accounts.choose(session.accountId, new Set())) === 'http';
    } catch {
      return false;
    }
  }

  /** Ends every turn that still runs. */
  abortAll(): void {
    for (const turn of this.#running) turn.abort();
  }

  /** Starts a turn. Its answer, or its error, goes to `sink`; nothing is thrown. `over` is called after the last of it. */
  start(request: TurnRequest, sink: TurnSink, over: () => void): RunningTurn {
    const turn = new Turn(request, sink, this.#parts, {
      transportFor: (account) => this.#transportFor(account),
      refusedWebsocket: (account) => {
        this.#httpOnlyUntil.set(account.id, this.#parts.clock.monotonicMs() + httpOnlyForMs);
      },
      over: () => {
        this.#running.delete(turn);
        over();
        if (this.#running.size === 0) this.#onIdle?.();
      },
    });
    this.#running.add(turn);
    void turn.run();
    return turn;
  }

  #transportFor(account: Account): Transport {
    const isHttpOnly = (this.#httpOnlyUntil.get(account.id) ?? 0) > this.#parts.clock.monotonicMs();
    return isHttpOnly || !usesWebsockets(account) ? 'http' : 'ws';
  }
}

interface TurnHooks {
  readonly transportFor: (account: Account) => Transport;
  readonly refusedWebsocket: (account: Account) => void;
  readonly over: () => void;
}

/** One turn under way, over all its attempts. */
class Turn implements RunningTurn {
  readonly #request: TurnRequest;
  readonly #sink: TurnSink;
  readonly #parts: RunnerParts;
  readonly #hooks: TurnHooks;
  readonly #watch: ExchangeWatch;
  readonly #relay: Relay;
  readonly #session: Session;
  readonly #settings: TurnSettings;
  readonly #turnId = uuidV7();
  readonly #excluded = new Set<string>();
  #account: Account | null = null;
  #attempt: Attempt | null = null;
  #isAborted = false;

  constructor(request: TurnRequest, sink: TurnSink, parts: RunnerParts, hooks: TurnHooks) {
    this.#request = request;
    this.#sink = sink;
    this.#parts = parts;
    this.#hooks = hooks;
    this.#settings = parts.settings();
    this.#session = parts.sessions.resolve(affinityKey(request.headers, request.body));
    this.#watch = parts.watcher.begin({
      id: uuidV7(),
      dialect: request.dialect,
      clientTransport: request.clientTransport,
      kind: request.kind,
      method: request.method,
      path: request.path,
      headers: request.headers,
      body: request.raw,
      model: textMember(request.body, 'model') ?? '',
      tierAsked: textMember(request.body, 'service_tier'),
      acceptedMs: request.acceptedMs,
      bodyReadMs: request.bodyReadMs,
    });
    this.#watch.session(this.#session.id);
    this.#relay = new Relay({
      sink,
      watch: this.#watch,
      clock: parts.clock,
      onRateLimits: (event) => this.#noteRateLimits(event),
    });
  }

  /** Runs attempts until one ends the turn. Never rejects. */
  async run(): Promise<void> {
    try {
      let transport: Transport | null = null;
      for (;;) {
        const step: NextStep = await this.#tryOnce(transport);
        if (step.kind === 'done') return this.#finish();
        if (step.kind === 'fail') throw step.error;
        transport = step.transport;
      }
    } catch (thrown) {
      this.#fail(toSlipstreamError(thrown));
    } finally {
      this.#relay.close();
      this.#hooks.over();
    }
  }

  resume(): void {
    this.#attempt?.resume();
  }

  abort(): void {
    this.#isAborted = true;
    this.#attempt?.abort();
  }

  async #tryOnce(forcedTransport: Transport | null): Promise<NextStep> {
    const { accounts, clock } = this.#parts;
    const account = accounts.choose(this.#session.accountId, this.#excluded);
    this.#account = account;
    this.#session.accountId = account.id;
    this.#watch.account({ id: account.id, label: accountLabel(account) });
    this.#watch.mark('accountChosen');
    this.#watch.mark('tokenReady');
    const transport = forcedTransport ?? this.#hooks.transportFor(account);
    const shaped = this.#shape(account, transport, clock.epochMs());
    const outcome = await this.#attemptOver(transport, account, shaped);
    if (outcome.kind === 'refused' && outcome.status === 426 && transport === 'ws')
      this.#hooks.refusedWebsocket(account);
    return decideNext({
      outcome,
      transport,
      refusal: this.#relay.refusal,
      isCommitted: this.#relay.isCommitted,
      clientTransport: this.#request.clientTransport,
      kind: this.#request.kind,
      hasPreviousResponse: this.#previousResponseId() !== null,
      isAborted: this.#isAborted,
      upstreamHost: new URL(this.#parts.upstreamUrl).host,
    });
  }

  #shape(account: Account, transport: Transport, nowMs: number): Normalised {
    const { catalogue, platform } = this.#parts;
    const shaped = normalise({
      body: this.#request.body,
      raw: this.#request.raw,
      headers: this.#request.headers,
      transport,
      policy: this.#settings.fastPolicy,
      sessionId: this.#session.id,
      account: { accessToken: account.tokens.accessToken, accountId: account.workspaceId, routingOverride: null },
      tiersOf: (slug) => catalogue.tiersOf(slug),
      originator: this.#settings.originator,
      installationId: this.#settings.installationId,
      turnId: this.#turnId,
      turnStartedAtMs: nowMs,
      platform,
    });
    this.#watch.normalised(shaped);
    this.#watch.mark('normalised');
    return shaped;
  }

  #attemptOver(transport: Transport, account: Account, shaped: Normalised): Promise<AttemptOutcome> {
    const { upstreamUrl, pool, http } = this.#parts;
    const previousResponseId = this.#previousResponseId();
    if (transport === 'http' && previousResponseId !== null) return Promise.resolve({ kind: 'chain-lost' });
    const request: UpstreamRequest = {
      baseUrl: upstreamUrl,
      headers: shaped.headers,
      body: shaped.body,
      socketKey: socketKey(account, this.#session, shaped),
      accountId: account.id,
      previousResponseId,
      isOneOff: this.#session.isOneOff,
    };
    const watch = this.#watch.attempt({
      transport,
      account: { id: account.id, label: accountLabel(account) },
      url: `${upstreamUrl}/responses`,
      headers: shaped.headers,
      body: shaped.body,
    });
    this.#relay.begin(shaped.modelAlias);
    let status: number | null = null;
    return new Promise((resolve) => {
      const attempt = (transport === 'ws' ? pool : http).start(request, {
        ready: (info) => {
          status = info.status;
          watch.ready(info);
          this.#watch.mark('upstreamReady');
          this.#relay.ready(info.headers, transport === 'ws');
          this.#parts.accounts.noteUsage(account.id, usageFromHeaders(info.headers, this.#parts.clock.epochMs()));
        },
        sent: () => {
          watch.sent();
          this.#watch.mark('requestSent');
          this.#watch.frame('upstream-out', 'response.create', shaped.body.length);
        },
        event: (event) => {
          if (!this.#relay.event(event)) attempt.pause();
        },
        ended: (outcome) => {
          watch.ended({
            status: outcome.kind === 'refused' ? outcome.status : status,
            closeCode: outcome.kind === 'dropped' ? outcome.closeCode : null,
            error: outcomeError(outcome),
          });
          resolve(outcome);
        },
      });
      this.#attempt = attempt;
      if (this.#isAborted) attempt.abort();
    });
  }

  #previousResponseId(): string | null {
    return textMember(this.#request.body, 'previous_response_id');
  }

  #noteRateLimits(event: JsonObject): void {
    if (this.#account === null) return;
    this.#parts.accounts.noteUsage(this.#account.id, usageFromEvent(event, this.#parts.clock.epochMs()));
  }

  #finish(): void {
    this.#sink.end();
    this.#watch.committed(this.#sink.told.status, this.#sink.told.headers);
    this.#watch.mark('flushed');
    const status = this.#relay.finalStatus ?? 'completed';
    this.#watch.ended(
      status,
      status === 'failed' ? { code: 'upstream_refused', message: 'Upstream ended the response with an error.' } : null,
    );
  }

  #fail(error: SlipstreamError): void {
    const isGone = error.code === 'client_gone';
    if (error.code === 'internal') this.#parts.log.error('A turn failed inside Slipstream.', { error: error.cause });
    const wasCommitted = this.#relay.isCommitted;
    if (!isGone) this.#sink.fail(error);
    if (!isGone && !wasCommitted) this.#watch.committed(this.#sink.told.status, this.#sink.told.headers);
    this.#watch.mark('flushed');
    this.#watch.ended(isGone ? 'cancelled' : 'failed', { code: error.code, message: error.message });
  }
}

/** Sockets are shared only where upstream cannot tell the difference (DESIGN §5.6). */
function socketKey(account: Account, session: Session, shaped: Normalised): string {
  const identity = ['originator', 'user-agent', 'x-openai-account-routing-override'].map((name) =>
    headerValue(shaped.headers, name),
  );
  return JSON.stringify([account.id, session.id, shaped.routingHint, ...identity]);
}

function outcomeError(outcome: AttemptOutcome): { readonly code: string; readonly message: string } | null {
  switch (outcome.kind) {
    case 'finished':
    case 'aborted':
      return null;
    case 'refused':
      return { code: 'upstream_refused', message: `status ${outcome.status}` };
    case 'unreachable':
      return { code: 'upstream_unreachable', message: outcome.message };
    case 'dropped':
      return { code: 'upstream_closed', message: outcome.reason };
    case 'chain-lost':
      return { code: 'previous_response_not_found', message: 'no open socket holds the previous response' };
    case 'pool-full':
      return { code: 'pool_full', message: 'too many turns on this account' };
  }
}
