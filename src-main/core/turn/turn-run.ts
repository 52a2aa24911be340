import { isOwnFault, SlipstreamError, toSlipstreamError } from '../../shared/errors.ts';
import type { Transport } from '../../shared/model.ts';
import type { Account } from '../accounts/account.ts';
import { planFrom, usageFromEvent } from '../accounts/usage.ts';
import { isLong } from '../dialects/request-json.ts';
import { headerValue } from '../headers.ts';
import { type JsonObject, textMember } from '../json.ts';
import type { OwnFrame } from '../own-frame.ts';
import { atOnce, inSlices } from '../slices.ts';
import { timeId } from '../time-id.ts';
import type { AttemptOutcome } from '../upstream/attempt.ts';
import { type ExchangeWatch, noteOwn, type WaitName, waitedFor } from '../watch.ts';
import { AccountChoice } from './account-choice.ts';
import { admitTurn, policyFor } from './admit.ts';
import { type AttemptParts, AttemptRun } from './attempt-run.ts';
import { beginWatch } from './begin-watch.ts';
import type { TurnContext, TurnSettings } from './context.ts';
import { Conversation } from './conversation.ts';
import { LastWord } from './last-word.ts';
import { decideNext } from './next-step.ts';
import { firstPlan, type MoreStep, nextPlan, type Plan, planOn, planTried, type Tried } from './plan.ts';
import { Relay } from './relay.ts';
import { relayWays } from './relay-ways.ts';
import { TurnShaper } from './shape.ts';
import { type ReadyAccount, type ShapedTurn, shapeTurn } from './shape-turn.ts';
import { SpareUse } from './spare-use.ts';
import { httpOnlyError, type NextStep } from './steps.ts';
import type { AbortReason, SteerableTurn, TurnRequest, TurnSink } from './turn.ts';

/** One turn under way, over all its attempts: choose, shape, try, decide, until it is done or has failed. */
export class TurnRun implements SteerableTurn {
  readonly id = timeId();
  readonly #request: TurnRequest;
  readonly #isCompact: boolean;
  readonly #context: TurnContext;
  readonly #watch: ExchangeWatch;
  readonly #relay: Relay;
  readonly #lastWord: LastWord;
  readonly #settings: TurnSettings;
  readonly #conversation: Conversation;
  readonly #shaper: TurnShaper;
  readonly #accounts: AccountChoice;
  readonly #spare: SpareUse;
  #attempt: AttemptRun | null = null;
  #abortedFor: AbortReason | null = null;
  /** Rejects when the turn is aborted. */
  readonly #aborted = Promise.withResolvers<never>();

  constructor(request: TurnRequest, sink: TurnSink, context: TurnContext) {
    this.#request = request;
    this.#isCompact = request.kind === 'compact';
    this.#context = context;
    this.#aborted.promise.catch(() => {});
    const settings = context.settings();
    this.#settings = { ...settings, fastPolicy: policyFor(request, settings.fastPolicy) };
    this.#conversation = new Conversation(request, context, this.#settings);
    const begins = this.#conversation.begins ? 'yes' : 'no';
    this.#shaper = new TurnShaper(request, this.#conversation.session, context, this.#settings, begins);
    this.#spare = new SpareUse(request, this.#conversation.session, context, this.#settings);
    this.#watch = beginWatch(context.watcher, this.id, request, this.#conversation.session.id);
    this.#accounts = new AccountChoice(
      context,
      this.#conversation.session,
      this.#watch,
      textMember(request.body, 'model'),
      request.own?.accountId ?? null,
    );
    this.#lastWord = new LastWord({ sink, watch: this.#watch, request, scrub: context.scrub, log: context.log });
    this.#relay = new Relay({
      sink,
      watch: this.#watch,
      clock: context.clock,
      onRateLimits: (event) => this.#noteRateLimits(event),
      threw: (thrown) => this.threw(thrown),
      ...relayWays(request, context.toldItems),
    });
  }

  /** Runs attempts until one ends the turn. Never rejects. */
  async run(): Promise<void> {
    try {
      admitTurn(this.#request, this.#settings.fastPolicy, this.#context.catalogue);
      for (let plan = firstPlan; ; ) {
        const tried = await this.#tryOnce(plan);
        if (tried.step.kind === 'done') break;
        plan = nextPlan(tried.plan, await this.#take(tried.step, tried.account));
      }
      this.#lastWord.done(this.#relay.finalStatus ?? 'completed', this.#relay.failure);
    } catch (thrown) {
      this.#fail(toSlipstreamError(thrown));
    } finally {
      this.#accounts.close();
      this.#relay.close();
    }
  }

  resume(): void {
    this.#attempt?.resume();
  }

  threw(thrown: unknown): void {
    this.#attempt?.threw(thrown);
  }

  told(frames: readonly OwnFrame[]): void {
    noteOwn(this.#watch, frames);
  }

  enough(status: 'completed' | 'incomplete'): void {
    this.#relay.supersede(status);
    this.#attempt?.enough();
  }

  abort(why: AbortReason = 'client_gone'): void {
    this.#abortedFor ??= why;
    this.#aborted.reject(new SlipstreamError(this.#abortedFor));
    this.#attempt?.abort();
  }

  accountRemoved(accountId: string): void {
    this.#attempt?.accountRemoved(accountId);
  }

  get keyName(): string | null {
    return this.#request.key?.name() ?? null;
  }

  get line(): SteerableTurn['line'] {
    return this.#attempt?.line ?? null;
  }

  noteFrame(type: string, data: Buffer): void {
    this.#watch.frame('client-in', type, data.length, data);
    this.#watch.frame('upstream-out', type, data.length, data);
  }

  supersede(): void {
    this.#relay.supersede();
    this.#attempt?.supersede();
  }

  async #tryOnce(before: Plan): Promise<Tried> {
    const { clock, transports, upstreamUrl } = this.#context;
    const chosen = await this.#unlessAborted(this.#accounts.choose());
    const chosenPlan = planOn(before, chosen.id);
    let ready: ReadyAccount;
    try {
      ready = await waitedFor(this.#watch, 'token refresh', this.#unlessAborted(this.#readyAccount(chosen)));
    } catch (thrown) {
      if (this.#abortedFor !== null || isOwnFault(thrown)) throw thrown;
      // It must sign in again, or its issuer is away: another account may do.
      const error = toSlipstreamError(thrown);
      return {
        plan: chosenPlan,
        account: chosen,
        step: { kind: 'other-account', error, rest: null, backOffMs: 0 },
      };
    }
    const { account } = ready;
    this.#conversation.session.moveTo(account.id);
    this.#watch.mark('tokenReady');
    const wanted = this.#transportFor(account, chosenPlan);
    this.#spare.settle(ready, wanted === 'ws');
    this.#watch.session(this.#conversation.session.id);
    const turn = await this.#shapeFor(ready, wanted, chosenPlan);
    const { transport, shaped, increment } = turn;
    const plan = planTried(chosenPlan);
    const mayQueue = transport === 'http' || this.#accounts.mayQueue(account);
    const outcome = await this.#attemptOver(account, turn, { mayQueue, wantsNewSocket: chosenPlan.sendsAll });
    if (plan.isHttpOnTrial && transport === 'http' && outcome.kind === 'finished')
      transports.remember(account, 'unreachable');
    const isServed = outcome.kind === 'finished' && this.#relay.refusal === null;
    if (isServed) this.#noteServed(ready, turn);
    const step = decideNext({
      outcome,
      transport,
      refusal: this.#relay.refusal,
      isCommitted: this.#relay.isCommitted,
      clientTransport: this.#request.clientTransport,
      kind: this.#request.kind,
      clientExtends: this.#conversation.clientExtends !== null,
      sentIncrement: increment !== null,
      abortedFor: this.#abortedFor,
      attempts: plan.attempts,
      sentEncoded: headerValue(shaped.headers, 'content-encoding') !== null,
      wasRefreshed:
        plan.refreshedIds.includes(account.id) || this.#context.accounts.verdicts.isSignInRefused(account.id),
      triesOnAccount: plan.triesOnAccount,
      // Who else there is, only a turn that failed wants to know.
      hasOtherAccount: !isServed && this.#accounts.hasOther(account),
      hasOtherWay: outcome.kind === 'unreachable' && this.#accounts.hasOtherWay(account),
      hasRoomElsewhere: outcome.kind === 'pool-full' && this.#accounts.hasRoomElsewhere(account),
      mayQueue,
      withoutReasoning: plan.withoutReasoning,
      sealedBy: this.#accounts.sealedBy(account),
      random: Math.random(),
      nowMs: clock.epochMs(),
      upstreamUrl,
    });
    return { plan, account, step };
  }

  /** For the turns to come: a fault in it takes nothing back of what the client was told. */
  #noteServed(ready: ReadyAccount, { transport, shaped }: ShapedTurn): void {
    const { account } = ready;
    const attempt = this.#attempt;
    if (attempt === null) return;
    try {
      this.#accounts.served(account, attempt.sentAtMs);
      if (transport !== 'ws') return;
      this.#conversation.remember(this.#relay, account, attempt.socketKey);
      this.#spare.served(ready, shaped);
    } catch (error) {
      this.#context.log.error('A turn that was answered could not be remembered.', { error });
    }
  }

  /** The account with a good token, and with what upstream asks of its turns. */
  async #readyAccount(chosen: Account): Promise<ReadyAccount> {
    const account = await this.#context.refresher.ready(chosen);
    return { account, routingOverride: await this.#context.routingOverride(account) };
  }

  /** The way to this account; throws what sends a websocket client over to HTTP where its frame cannot go there for it. */
  #transportFor(account: Account, plan: Plan): Transport {
    if (plan.overHttp || this.#isCompact) return 'http';
    const { transports } = this.#context;
    const { clientTransport, kind } = this.#request;
    const transport = this.#request.own?.transport ?? transports.transportFor(account);
    // Over HTTP a prewarm would be a whole turn.
    const isRefused = transport === 'http' && (kind === 'prewarm' || transports.isHttpOnly(account));
    if (clientTransport === 'ws' && isRefused) throw httpOnlyError(kind);
    return transport;
  }

  /** Does what a step asks for before the next attempt; returns what came of it, or throws what the client is to be told. */
  async #take(step: Exclude<NextStep, { kind: 'done' }>, account: Account): Promise<MoreStep> {
    if (step.kind !== 'fail') this.#relay.abandon();
    switch (step.kind) {
      case 'fail':
        this.#accounts.rest(account, step.rest);
        if (step.leaveAccount && this.#accounts.mayLeave(step.rest)) this.#conversation.session.moveTo(null);
        if (step.remember !== null) this.#context.transports.remember(account, step.remember);
        throw step.error;
      case 'wait':
        await this.#wait(step.name, step.ms);
        return step;
      case 'over-http':
        // That only websockets are out of reach is known once HTTP has come through.
        if (step.remember === 'refused' || step.remember === 'no-websockets')
          this.#context.transports.remember(account, step.remember);
        return step;
      case 'refresh':
        return this.#refresh(step, account);
      case 'other-account':
        this.#accounts.rest(account, step.rest);
        this.#accounts.leave(account, step.error, step.rest);
        if (step.backOffMs > 0) await this.#wait('back-off', step.backOffMs);
        return step;
      case 'plain-body':
        this.#context.transports.refuseEncoded();
        return step;
      case 'again':
      case 'without-reasoning':
        return step;
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
  async #refresh(step: Extract<NextStep, { kind: 'refresh' }>, account: Account): Promise<MoreStep> {
    try {
      const renewed = this.#context.refresher.refresh(account, 'unauthorized_recovery');
      await waitedFor(this.#watch, 'token refresh', this.#unlessAborted(renewed));
    } catch (thrown) {
      if (this.#abortedFor !== null || isOwnFault(thrown)) throw thrown;
      const error = toSlipstreamError(thrown);
      this.#accounts.leave(account, error, null);
      return { kind: 'other-account', error, rest: null, backOffMs: 0 };
    }
    if (this.#conversation.clientExtends !== null) throw new SlipstreamError('previous_response_not_found');
    return step;
  }

  async #shapeFor(ready: ReadyAccount, wanted: Transport, plan: Plan): Promise<ShapedTurn> {
    const work = shapeTurn({
      ...ready,
      wanted,
      plan,
      rawBytes: this.#request.raw.length,
      conversation: this.#conversation,
      shaper: this.#shaper,
      limitBytes: this.#context.transports.frameLimitBytes(ready.account),
    });
    const turn = isLong(this.#request.raw) ? await this.#unlessAborted(inSlices(work)) : atOnce(work);
    this.#watch.normalised(turn.shaped);
    this.#watch.mark('normalised');
    return turn;
  }

  #attemptOver(
    account: Account,
    { transport, shaped, increment }: ShapedTurn,
    socket: Pick<AttemptParts, 'mayQueue' | 'wantsNewSocket'>,
  ): Promise<AttemptOutcome> {
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
      mayReplace: (responseId) => this.#conversation.mayReplace(responseId),
      relay: this.#relay,
      watch: this.#watch,
      ...socket,
    });
    return this.#attempt.outcome;
  }

  #noteRateLimits(event: JsonObject): void {
    const accountId = this.#attempt?.accountId;
    if (accountId === undefined) return;
    const { accounts, clock } = this.#context;
    const usage = usageFromEvent(event, clock.epochMs());
    accounts.noteUsage(accountId, usage);
    accounts.notePlan(accountId, planFrom(event));
    if (usage?.primary != null) this.#watch.quota(usage.primary.usedPercent);
  }

  #fail(error: SlipstreamError): void {
    if (!this.#relay.isCommitted) this.#accounts.returnHome();
    this.#lastWord.failed(error);
  }
}
