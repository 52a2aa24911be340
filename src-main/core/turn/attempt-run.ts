import { toSlipstreamError } from '../../shared/errors.ts';
import type { Transport } from '../../shared/model.ts';
import { english } from '../../shared/words/english.ts';
import { type Account, accountLabel } from '../accounts/account.ts';
import { usageFromHeaders } from '../accounts/usage.ts';
import { headerValue, type RawHeaders } from '../headers.ts';
import type { Normalised } from '../normalise/normalise.ts';
import { lookAfter } from '../patience.ts';
import type { Timer } from '../ports.ts';
import {
  type Attempt,
  type AttemptListener,
  type AttemptOutcome,
  type UpstreamRequest,
  wireOutcome,
} from '../upstream/attempt.ts';
import type { AttemptStart, AttemptWatch, ExchangeWatch } from '../watch.ts';
import type { WireEvent } from '../wire-event.ts';
import type { TurnContext } from './context.ts';
import type { Relay } from './relay.ts';
import type { Session } from './sessions.ts';
import { socketKey } from './socket-key.ts';
import { noteSealed } from './strangers.ts';
import type { TurnLine } from './turn.ts';
import { upstreamWords } from './upstream-words.ts';

/**
 * How long upstream may say nothing, or a client take nothing. The official client gives up after 300 s, counted from
 * before our own wait begins (PROTOCOL.md, Ways in); told in time it knows why.
 */
const silenceMs = 290_000;

export interface AttemptParts {
  readonly transport: Transport;
  readonly path: UpstreamRequest['path'];
  readonly account: Account;
  readonly session: Session;
  readonly shaped: Normalised;
  readonly previousResponseId: string | null;
  readonly wantsNewSocket: boolean;
  /** Whether a whole request may run on the socket that ends in this response. */
  readonly mayReplace: (responseId: string) => boolean;
  /** It may wait for a socket where its account has none to spare. */
  readonly mayQueue: boolean;
  readonly relay: Relay;
  readonly watch: ExchangeWatch;
}

/**
 * One attempt: gives a shaped turn to a transport and its events to the relay, and watches for silence. `outcome` says what
 * became of it on the wire, and rejects only with an error of our own.
 */
export class AttemptRun implements AttemptListener {
  readonly outcome: Promise<AttemptOutcome>;
  /** Of the socket it runs on, or would over a websocket. */
  readonly socketKey: string;
  readonly #context: TurnContext;
  readonly #parts: AttemptParts;
  readonly #watch: AttemptWatch;
  readonly #target: Pick<AttemptStart, 'account' | 'url'>;
  readonly #settle: Omit<PromiseWithResolvers<AttemptOutcome>, 'promise'>;
  #attempt: Attempt | null = null;
  #status: number | null = null;
  #lastEventMs: number;
  #sentAtMs: number;
  #silence: Timer;
  #isOver = false;
  #isPaused = false;

  constructor(context: TurnContext, parts: AttemptParts) {
    const { promise, ...settle } = Promise.withResolvers<AttemptOutcome>();
    const { account, path, previousResponseId, shaped, transport, watch } = parts;
    this.#context = context;
    this.#parts = parts;
    this.outcome = promise;
    this.#settle = settle;
    this.#target = {
      account: { id: account.id, label: accountLabel(account) },
      url: `${context.upstreamUrl}${path}${shaped.query}`,
    };
    this.socketKey = socketKey(account, parts.session, shaped);
    this.#watch = watch.attempt({
      transport,
      headers: shaped.headers,
      body: shaped.body,
      isIncrement: previousResponseId !== null,
      ...this.#target,
    });
    this.#lastEventMs = context.clock.monotonicMs();
    this.#sentAtMs = context.clock.epochMs();
    this.#silence = lookAfter(context.clock, silenceMs, () => this.#checkSilence());
    try {
      this.#attempt = this.#start();
    } catch (thrown) {
      this.failed(thrown);
    }
  }

  #start(): Attempt {
    const { pool, http, upstreamUrl } = this.#context;
    const { account, path, previousResponseId, session, shaped, transport } = this.#parts;
    const { mayQueue, mayReplace, wantsNewSocket } = this.#parts;
    const executor = transport === 'ws' ? pool : http;
    return executor.start(
      {
        baseUrl: upstreamUrl,
        path,
        query: shaped.query,
        headers: shaped.headers,
        body: shaped.body,
        socketKey: this.socketKey,
        accountId: account.id,
        previousResponseId,
        wantsNewSocket,
        mayReplace,
        mayQueue,
        isOneOff: session.isOneOff,
      },
      this,
    );
  }

  /** When upstream was asked, epoch ms. */
  get sentAtMs(): number {
    return this.#sentAtMs;
  }

  get accountId(): string {
    return this.#parts.account.id;
  }

  resume(): void {
    this.#isPaused = false;
    this.#lastEventMs = this.#context.clock.monotonicMs();
    this.#attempt?.resume();
  }

  abort(): void {
    this.#attempt?.abort();
  }

  /** An account is gone: nothing goes on with what signs in to it. */
  accountRemoved(accountId: string): void {
    if (accountId !== this.accountId) return;
    this.ended({ kind: 'account-removed' });
    this.#attempt?.abort();
  }

  get line(): TurnLine | null {
    const upstream = this.#attempt?.line() ?? null;
    if (upstream === null) return null;
    const { session, shaped } = this.#parts;
    const { headers, model, tierSent, modelHasTier } = shaped;
    return { upstream, sessionId: session.id, ...this.#target, headers, model, tierSent, modelHasTier };
  }

  supersede(): void {
    this.#attempt?.supersede();
  }

  /** Ends the attempt as a whole one, though upstream would go on. */
  enough(): void {
    this.ended({ kind: 'finished' });
    this.#attempt?.abort();
  }

  connection(info: Parameters<AttemptListener['connection']>[0]): void {
    if (this.#isOver) return;
    this.#watch.connected(info);
    if (info.isOpen) this.#parts.watch.mark('upstreamReady');
  }

  ready(info: { readonly reused: boolean; readonly status: number; readonly headers: RawHeaders }): void {
    if (this.#isOver) return;
    try {
      this.#noteReady(info);
    } catch (thrown) {
      this.threw(thrown);
    }
  }

  #noteReady(info: { readonly reused: boolean; readonly status: number; readonly headers: RawHeaders }): void {
    const { account, transport, relay, watch } = this.#parts;
    this.#status = info.status;
    this.#watch.ready(info);
    if (transport === 'ws' && !info.reused) this.#context.transports.noteUpgrade(account, info.headers);
    relay.ready(info.headers, transport === 'ws');
    const turnState = headerValue(info.headers, 'x-codex-turn-state');
    if (transport === 'http' && turnState !== null) this.#context.issuers.note(turnState, account.id);
    // A socket's headers are as old as the socket; events tell its usage from then on.
    if (info.reused) return;
    const usage = usageFromHeaders(info.headers, this.#context.clock.epochMs());
    this.#context.accounts.noteUsage(account.id, usage);
    if (usage?.primary != null) watch.quota(usage.primary.usedPercent);
  }

  sent(): void {
    const { watch, shaped } = this.#parts;
    this.#sentAtMs = this.#context.clock.epochMs();
    this.#watch.sent();
    this.#parts.relay.sent();
    watch.mark('requestSent');
    watch.frame('upstream-out', 'response.create', shaped.body.length);
  }

  event(event: WireEvent, atMs = this.#context.clock.monotonicMs()): void {
    if (this.#isOver) return;
    this.#lastEventMs = atMs;
    try {
      noteSealed(event, this.#context.issuers, this.#parts.account.id);
      if (this.#parts.relay.event(event, atMs)) return;
      this.#isPaused = true;
      this.#attempt?.pause();
    } catch (thrown) {
      this.threw(thrown);
    }
  }

  /** Ends the attempt with what handling its events led to: a fault of the wire is its outcome, anything else is our own. */
  threw(thrown: unknown): void {
    const outcome = wireOutcome(thrown);
    if (outcome === null) this.failed(thrown);
    else this.ended(outcome);
    this.#attempt?.abort();
  }

  ended(outcome: AttemptOutcome): void {
    if (!this.#isLast()) return;
    const refusal = this.#parts.relay.refusal;
    this.#watch.ended({
      status: outcome.kind === 'refused' ? outcome.status : this.#status,
      closeCode: outcome.kind === 'dropped' ? outcome.closeCode : null,
      error:
        outcomeError(outcome) ??
        (refusal === null ? null : { code: refusal.code ?? refusal.type ?? 'error', message: refusal.message }),
      said: upstreamWords(outcome, this.#parts.relay.told),
    });
    this.#settle.resolve(outcome);
  }

  failed(cause: unknown): void {
    if (!this.#isLast()) return;
    const { code, message } = toSlipstreamError(cause);
    this.#watch.ended({ status: this.#status, closeCode: null, error: { code, message }, said: null });
    this.#settle.reject(cause);
  }

  /** Whether this is the first end that is told. */
  #isLast(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#silence.cancel();
    return true;
  }

  /** One timer an attempt, set again only when it rings: events need not touch it. */
  #checkSilence(): void {
    const leftMs = silenceMs - (this.#context.clock.monotonicMs() - this.#lastEventMs);
    if (leftMs > 0) {
      this.#silence = lookAfter(this.#context.clock, leftMs, () => this.#checkSilence());
      return;
    }
    this.ended({ kind: 'timed-out', who: this.#isPaused ? 'client' : 'upstream' });
    this.#attempt?.abort();
  }
}

function outcomeError(outcome: AttemptOutcome): { readonly code: string; readonly message: string } | null {
  switch (outcome.kind) {
    case 'finished':
    case 'aborted':
      return null;
    case 'refused':
      return { code: 'upstream_refused', message: `status ${outcome.status}` };
    case 'unreachable':
      return {
        code: outcome.fault === 'name' ? 'upstream_unresolved' : 'upstream_unreachable',
        message: outcome.message,
      };
    case 'dropped':
      return { code: 'upstream_closed', message: outcome.reason };
    case 'timed-out':
      return outcome.who === 'client'
        ? { code: 'client_stalled', message: english.t('failures.turn.attempt.client') }
        : { code: 'upstream_timeout', message: english.t('failures.turn.attempt.silent') };
    case 'chain-lost':
      return { code: 'previous_response_not_found', message: english.t('failures.turn.attempt.chain') };
    case 'account-removed':
      return { code: 'turn_stopped', message: english.t('failures.turn.attempt.removed') };
    case 'pool-full':
      return { code: 'pool_full', message: english.t('failures.turn.attempt.pool') };
  }
}
