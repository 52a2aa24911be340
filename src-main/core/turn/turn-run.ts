import { v7 as uuidV7 } from 'uuid';
import { isOwnFault, SlipstreamError, toSlipstreamError } from '../../shared/errors.ts';
import type { Transport } from '../../shared/model.ts';
import type { Account } from '../accounts/account.ts';
import { planFrom, usageFromEvent } from '../accounts/usage.ts';
import { type JsonObject, objectMember, textMember } from '../json.ts';
import { clientKind } from '../normalise/client-kind.ts';
import type { Normalised } from '../normalise/normalise.ts';
import type { AttemptOutcome } from '../upstream/attempt.ts';
import { type ExchangeWatch, type TurnWatcher, type WaitName, waitedFor } from '../watch.ts';
import { AccountChoice } from './account-choice.ts';
import { AttemptRun, socketKey } from './attempt-run.ts';
import type { ChainMatch } from './chains.ts';
import type { TurnContext, TurnSettings } from './context.ts';
import { Conversation } from './conversation.ts';
import { LastWord } from './last-word.ts';
import { decideNext, httpOnlyError, type NextStep, type Rest } from './next-step.ts';
import { Relay } from './relay.ts';
import { TurnShaper } from './shape.ts';
import { maxFrameBytes } from './transport-memory.ts';
import type { AbortReason, SteerableTurn, TurnRequest, TurnSink } from './turn.ts';

/** A turn as one account and transport get it. */
interface ShapedTurn {
  readonly transport: Transport;
  readonly shaped: Normalised;
  /** The chain that stands for the items left out; null when everything is sent. */
  readonly increment: ChainMatch | null;
}

function beginWatch(watcher: TurnWatcher, id: string, request: TurnRequest, sessionId: string): ExchangeWatch {
  const { raw, body, translated, mended, ...asked } = request;
  const watch = watcher.begin({
    ...asked,
    id,
    isReplay: asked.own !== undefined,
    body: (translated ?? mended)?.clientBody ?? raw,
    model: textMember(body, 'model') ?? '',
    tierAsked: textMember(body, 'service_tier'),
    effort: textMember(objectMember(body, 'reasoning'), 'effort'),
  });
  watch.session(sessionId);
  return watch;
}

/** One turn under way, over all its attempts: choose, shape, try, decide, until it is done or has failed. */
export class TurnRun implements SteerableTurn {
  readonly id = uuidV7();
  readonly #request: TurnRequest;
  readonly #context: TurnContext;
  readonly #watch: ExchangeWatch;
  readonly #relay: Relay;
  readonly #lastWord: LastWord;
  readonly #settings: TurnSettings;
  readonly #conversation: Conversation;
  readonly #shaper: TurnShaper;
  readonly #accounts: AccountChoice;
  readonly #refreshed = new Set<string>();
  #account: Account | null = null;
  #routingOverride: string | null = null;
  #attempt: AttemptRun | null = null;
  #abortedFor: AbortReason | null = null;
  /** Rejects when the turn is aborted. */
  readonly #aborted = Promise.withResolvers<never>();
  #attempts = 0;
  #triesOnAccount = 0;
  /** From here on the whole request is sent, on a socket of its own. */
  #sendsAll = false;
  #overHttp = false;
  /** A websocket could not be had; whether HTTP can is about to be seen. */
  #isHttpOnTrial = false;
  #withoutReasoning = false;

  constructor(request: TurnRequest, sink: TurnSink, context: TurnContext) {
    this.#request = request;
    this.#context = context;
    this.#aborted.promise.catch(() => {});
    this.#settings = { ...context.settings(), ...(request.own && { fastPolicy: request.own.fastPolicy }) };
    this.#conversation = new Conversation(request, context, this.#settings);
    this.#shaper = new TurnShaper(request, this.#conversation.session, context, this.#settings);
    this.#watch = beginWatch(context.watcher, this.id, request, this.#conversation.session.id);
    this.#accounts = new AccountChoice(context, this.#conversation.session, this.#watch);
    const { clientTransport } = request;
    this.#lastWord = new LastWord({
      sink,
      watch: this.#watch,
      clientTransport,
      scrub: context.scrub,
      log: context.log,
    });
    this.#relay = new Relay({
      sink,
      watch: this.#watch,
      clock: context.clock,
      renamesDone: clientTransport === 'http' || clientKind(request.headers).isCodex,
      failuresAsErrors: request.dialect !== 'responses',
      onRateLimits: (event) => this.#noteRateLimits(event),
      threw: (thrown) => this.threw(thrown),
    });
  }

  /** Runs attempts until one ends the turn. Never rejects. */
  async run(): Promise<void> {
    try {
      for (;;) {
        const step = await this.#tryOnce();
        if (step.kind === 'done') break;
        await this.#take(step);
      }
      this.#lastWord.done(this.#relay.finalStatus ?? 'completed');
    } catch (thrown) {
      this.#fail(toSlipstreamError(thrown));
    } finally {
      this.#relay.close();
    }
  }

  resume(): void {
    this.#attempt?.resume();
  }

  threw(thrown: unknown): void {
    this.#attempt?.threw(thrown);
  }

  abort(why: AbortReason = 'client_gone'): void {
    this.#abortedFor ??= why;
    this.#aborted.reject(new SlipstreamError(this.#abortedFor));
    this.#attempt?.abort();
  }

  get line(): SteerableTurn['line'] {
    return this.#attempt?.line ?? null;
  }

  noteFrame(type: string, bytes: number): void {
    this.#watch.frame('client-in', type, bytes);
    this.#watch.frame('upstream-out', type, bytes);
  }

  supersede(): void {
    this.#relay.supersede();
    this.#attempt?.supersede();
  }

  get #isCompact(): boolean {
    return this.#request.kind === 'compact';
  }

  async #tryOnce(): Promise<NextStep> {
    const { clock, transports } = this.#context;
    const chosen = await this.#unlessAborted(this.#accounts.choose());
    if (chosen.id !== this.#account?.id) this.#triesOnAccount = 0;
    let account: Account;
    try {
      account = await waitedFor(this.#watch, 'token refresh', this.#unlessAborted(this.#readyAccount(chosen)));
    } catch (thrown) {
      if (this.#abortedFor !== null || isOwnFault(thrown)) throw thrown;
      // It must sign in again, or its issuer is away: another account may do.
      this.#account = chosen;
      return { kind: 'other-account', error: toSlipstreamError(thrown), rest: null, backOffMs: 0 };
    }
    this.#account = account;
    this.#conversation.session.accountId = account.id;
    this.#watch.mark('tokenReady');
    const turn = this.#shapeFor(account, this.#transportFor(account));
    const { transport, shaped, increment } = turn;
    this.#attempts += 1;
    this.#triesOnAccount += 1;
    const outcome = await this.#attemptOver(account, turn);
    if (this.#isHttpOnTrial && transport === 'http' && outcome.kind === 'finished')
      transports.remember(account, 'unreachable');
    if (outcome.kind === 'finished' && this.#relay.refusal === null && transport === 'ws') {
      this.#conversation.remember(this.#relay, account, socketKey(account, this.#conversation.session, shaped));
    }
    return decideNext({
      outcome,
      transport,
      refusal: this.#relay.refusal,
      isCommitted: this.#relay.isCommitted,
      clientTransport: this.#request.clientTransport,
      kind: this.#request.kind,
      clientExtends: this.#conversation.clientExtends !== null,
      sentIncrement: increment !== null,
      abortedFor: this.#abortedFor,
      attempts: this.#attempts,
      wasRefreshed: this.#refreshed.has(account.id),
      triesOnAccount: this.#triesOnAccount,
      hasOtherAccount: this.#accounts.hasOther(account),
      withoutReasoning: this.#withoutReasoning,
      sealedBy: this.#accounts.sealedBy(account),
      random: Math.random(),
      nowMs: clock.epochMs(),
      upstreamHost: new URL(this.#context.upstreamUrl).host,
    });
  }

  /** The account with a good token, and with what upstream asks of its turns. */
  async #readyAccount(chosen: Account): Promise<Account> {
    const account = await this.#context.refresher.ready(chosen);
    this.#routingOverride = await this.#context.routingOverride(account);
    return account;
  }

  /** The way to this account; throws what sends a websocket client over to HTTP where its frame cannot go there for it. */
  #transportFor(account: Account): Transport {
    if (this.#overHttp || this.#isCompact) return 'http';
    const { transports } = this.#context;
    const { clientTransport, kind } = this.#request;
    const transport = this.#request.own?.transport ?? transports.transportFor(account);
    // Over HTTP a prewarm would be a whole turn.
    const isRefused = transport === 'http' && (kind === 'prewarm' || transports.isHttpOnly(account));
    if (clientTransport === 'ws' && isRefused) throw httpOnlyError(kind);
    return transport;
  }

  /** Prepares the next attempt, or throws what the client is to be told. */
  async #take(step: Exclude<NextStep, { kind: 'done' }>): Promise<void> {
    const account = this.#account;
    if (step.kind !== 'fail') this.#relay.abandon();
    switch (step.kind) {
      case 'fail':
        this.#accounts.rest(account, step.rest);
        if (step.leaveAccount && this.#accounts.mayLeave(step.rest)) this.#conversation.session.accountId = null;
        if (account !== null && step.remember !== null) this.#context.transports.remember(account, step.remember);
        throw step.error;
      case 'again':
        this.#sendsAll = true;
        return;
      case 'wait':
        this.#sendsAll = true;
        return this.#wait(step.name, step.ms);
      case 'without-reasoning':
        this.#withoutReasoning = true;
        return;
      case 'over-http':
        this.#overHttp = true;
        this.#triesOnAccount = 0;
        if (account !== null && step.remember === 'refused') this.#context.transports.remember(account, 'refused');
        // That only websockets are out of reach is known once HTTP has come through.
        this.#isHttpOnTrial = step.remember === 'unreachable';
        return;
      case 'refresh':
        return this.#refresh(step.error);
      case 'other-account':
        this.#accounts.rest(account, step.rest);
        this.#leaveAccount(step.error, step.rest);
        return step.backOffMs === 0 ? undefined : this.#wait('back-off', step.backOffMs);
    }
  }

  /** Ends early where the turn is aborted. */
  #wait(name: WaitName, ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = this.#context.clock.after(ms, resolve);
    return waitedFor(this.#watch, name, this.#unlessAborted(promise)).finally(() => timer.cancel());
  }

  /** What is waited for, unless the turn is aborted first: others may need it, so it goes on without this turn. */
  #unlessAborted<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#aborted.promise]);
  }

  /** Renews the token once; where that fails, another account takes over. */
  async #refresh(error: SlipstreamError): Promise<void> {
    if (this.#account === null) throw error;
    this.#refreshed.add(this.#account.id);
    this.#sendsAll = true;
    try {
      const renewed = this.#context.refresher.refresh(this.#account, 'unauthorized_recovery');
      this.#account = await waitedFor(this.#watch, 'token refresh', this.#unlessAborted(renewed));
    } catch (thrown) {
      if (this.#abortedFor !== null || isOwnFault(thrown)) throw thrown;
      this.#leaveAccount(error, null);
      return;
    }
    if (this.#conversation.clientExtends !== null) throw new SlipstreamError('previous_response_not_found');
  }

  #leaveAccount(error: SlipstreamError, rest: Rest | null): void {
    this.#accounts.leave(this.#account, error, rest);
    this.#overHttp = false;
    this.#isHttpOnTrial = false;
    this.#sendsAll = true;
  }

  /** Shapes the turn for an account: its new items alone where a socket holds the rest, over HTTP where a frame would be too big. */
  #shapeFor(account: Account, wanted: Transport): ShapedTurn {
    const mayShorten = wanted === 'ws' && !this.#sendsAll && !this.#withoutReasoning;
    const increment = mayShorten ? this.#conversation.findIncrement(account) : null;
    const shaped = this.#shape(account, wanted, increment);
    if (wanted === 'http' || shaped.body.length < maxFrameBytes)
      return this.#noteShape({ transport: wanted, shaped, increment });
    if (this.#conversation.clientExtends !== null) throw new SlipstreamError('previous_response_not_found');
    return this.#noteShape({ transport: 'http', shaped: this.#shape(account, 'http', null), increment: null });
  }

  #noteShape(turn: ShapedTurn): ShapedTurn {
    this.#watch.normalised(turn.shaped);
    this.#watch.mark('normalised');
    return turn;
  }

  #shape(account: Account, transport: Transport, increment: ChainMatch | null): Normalised {
    return this.#shaper.shape({
      ...this.#conversation.bodyFor(increment, this.#withoutReasoning),
      account,
      transport,
      routingOverride: this.#routingOverride,
    });
  }

  #attemptOver(account: Account, { transport, shaped, increment }: ShapedTurn): Promise<AttemptOutcome> {
    if (this.#abortedFor !== null) return Promise.resolve({ kind: 'aborted' });
    const previousResponseId = increment?.chain.responseId ?? this.#conversation.clientExtends;
    if (transport === 'http' && previousResponseId !== null) return Promise.resolve({ kind: 'chain-lost' });
    this.#relay.begin(shaped.modelAlias);
    this.#attempt = new AttemptRun(this.#context, {
      transport,
      path: this.#isCompact ? '/responses/compact' : '/responses',
      account,
      session: this.#conversation.session,
      shaped,
      previousResponseId,
      relay: this.#relay,
      watch: this.#watch,
    });
    return this.#attempt.outcome;
  }

  #noteRateLimits(event: JsonObject): void {
    if (this.#account === null) return;
    const { accounts, clock } = this.#context;
    const usage = usageFromEvent(event, clock.epochMs());
    accounts.noteUsage(this.#account.id, usage);
    accounts.notePlan(this.#account.id, planFrom(event));
    if (usage?.primary != null) this.#watch.quota(usage.primary.usedPercent);
  }

  #fail(error: SlipstreamError): void {
    if (!this.#relay.isCommitted) this.#accounts.returnHome();
    this.#lastWord.failed(error);
  }
}
