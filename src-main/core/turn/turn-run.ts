import { v7 as uuidV7 } from 'uuid';
import { SlipstreamError, toSlipstreamError } from '../../shared/errors.ts';
import type { Transport } from '../../shared/model.ts';
import { type Account, accountLabel } from '../accounts/account.ts';
import { usageFromEvent } from '../accounts/usage.ts';
import { type JsonObject, textMember } from '../json.ts';
import { clientKind } from '../normalise/client-kind.ts';
import { type Normalised, normalise } from '../normalise/normalise.ts';
import type { AttemptOutcome } from '../upstream/attempt.ts';
import type { ExchangeWatch } from '../watch.ts';
import { AttemptRun, socketKey } from './attempt-run.ts';
import type { ChainMatch } from './chains.ts';
import { Conversation } from './conversation.ts';
import { decideNext, type NextStep, type Rest } from './next-step.ts';
import { Relay } from './relay.ts';
import type { TurnContext, TurnSettings } from './runner.ts';
import { maxFrameBytes } from './transport-memory.ts';
import type { RunningTurn, TurnRequest, TurnSink } from './turn.ts';

/** A turn as one account and transport get it. */
interface ShapedTurn {
  readonly transport: Transport;
  readonly shaped: Normalised;
  /** The chain that stands for the items left out; null when everything is sent. */
  readonly increment: ChainMatch | null;
}

/** One turn under way, over all its attempts: choose, shape, try, decide, until it is done or has failed. */
export class TurnRun implements RunningTurn {
  readonly #request: TurnRequest;
  readonly #sink: TurnSink;
  readonly #context: TurnContext;
  readonly #watch: ExchangeWatch;
  readonly #relay: Relay;
  readonly #settings: TurnSettings;
  readonly #turnId = uuidV7();
  readonly #conversation: Conversation;
  readonly #excluded = new Set<string>();
  readonly #refreshed = new Set<string>();
  #account: Account | null = null;
  #attempt: AttemptRun | null = null;
  #isAborted = false;
  #attempts = 0;
  #triesOnAccount = 0;
  /** From here on the whole request is sent, on a socket of its own. */
  #sendsAll = false;
  #overHttp = false;
  #withoutReasoning = false;
  /** What the client is told if no other account can take over. */
  #lastFailure: { readonly error: SlipstreamError; readonly rest: Rest | null } | null = null;

  constructor(request: TurnRequest, sink: TurnSink, context: TurnContext) {
    this.#request = request;
    this.#sink = sink;
    this.#context = context;
    this.#settings = context.settings();
    this.#conversation = new Conversation(request, context, this.#settings);
    this.#watch = this.#beginWatch();
    this.#relay = new Relay({
      sink,
      watch: this.#watch,
      clock: context.clock,
      renamesDone: request.clientTransport === 'http' || clientKind(request.headers).isCodex,
      onRateLimits: (event) => this.#noteRateLimits(event),
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
      this.#finish();
    } catch (thrown) {
      this.#fail(toSlipstreamError(thrown));
    } finally {
      this.#relay.close();
    }
  }

  resume(): void {
    this.#attempt?.resume();
  }

  abort(): void {
    this.#isAborted = true;
    this.#attempt?.abort();
  }

  get #isCompact(): boolean {
    return this.#request.kind === 'compact';
  }

  #beginWatch(): ExchangeWatch {
    const request = this.#request;
    const watch = this.#context.watcher.begin({
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
    watch.session(this.#conversation.session.id);
    return watch;
  }

  async #tryOnce(): Promise<NextStep> {
    const { clock, refresher, transports } = this.#context;
    const chosen = await this.#chooseAccount();
    if (chosen.id !== this.#account?.id) this.#triesOnAccount = 0;
    const account = await refresher.ready(chosen);
    this.#account = account;
    this.#conversation.session.accountId = account.id;
    this.#watch.mark('tokenReady');
    const isHttp = this.#overHttp || this.#isCompact;
    const turn = this.#shapeFor(account, isHttp ? 'http' : transports.transportFor(account));
    const { transport, shaped, increment } = turn;
    this.#attempts += 1;
    this.#triesOnAccount += 1;
    const outcome = await this.#attemptOver(account, turn);
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
      isAborted: this.#isAborted,
      attempts: this.#attempts,
      wasRefreshed: this.#refreshed.has(account.id),
      triesOnAccount: this.#triesOnAccount,
      withoutReasoning: this.#withoutReasoning,
      nowMs: clock.epochMs(),
      upstreamHost: new URL(this.#context.upstreamUrl).host,
    });
  }

  /** Prepares the next attempt, or throws what the client is to be told. */
  async #take(step: Exclude<NextStep, { kind: 'done' }>): Promise<void> {
    const account = this.#account;
    switch (step.kind) {
      case 'fail':
        this.#rest(step.rest);
        if (step.leaveAccount) this.#conversation.session.accountId = null;
        throw step.error;
      case 'again':
        this.#sendsAll = true;
        return;
      case 'without-reasoning':
        this.#withoutReasoning = true;
        return;
      case 'over-http':
        this.#overHttp = true;
        if (account !== null && step.remember !== 'too-big') this.#context.transports.remember(account, step.remember);
        return;
      case 'refresh':
        return this.#refresh(step.error);
      case 'other-account':
        this.#rest(step.rest);
        return this.#leaveAccount(step.error, step.rest);
    }
  }

  /** Renews the token once; where that fails, another account takes over. */
  async #refresh(error: SlipstreamError): Promise<void> {
    if (this.#account === null) throw error;
    this.#refreshed.add(this.#account.id);
    this.#sendsAll = true;
    try {
      this.#account = await this.#context.refresher.refresh(this.#account, 'unauthorized_recovery');
    } catch {
      this.#leaveAccount(error, null);
      return;
    }
    if (this.#conversation.clientExtends !== null) throw new SlipstreamError('previous_response_not_found');
  }

  #leaveAccount(error: SlipstreamError, rest: Rest | null): void {
    // A compaction item can only be read by the account that made it.
    if (this.#conversation.session.hasCompaction && rest?.why !== 'usage-limit') throw error;
    if (this.#account !== null) this.#excluded.add(this.#account.id);
    this.#lastFailure = { error, rest };
    this.#overHttp = false;
    this.#sendsAll = true;
  }

  #rest(rest: Rest | null): void {
    if (rest === null || this.#account === null) return;
    const { accounts } = this.#context;
    if (rest.why === 'rate-limit') accounts.avoid(this.#account.id, rest.untilMs);
    else accounts.exhausted(this.#account.id, rest.untilMs);
  }

  async #chooseAccount(): Promise<Account> {
    const { accounts, readResting } = this.#context;
    const choose = () => accounts.choose(this.#conversation.session.accountId, this.#excluded);
    let account: Account;
    try {
      account = choose();
    } catch (thrown) {
      const error = toSlipstreamError(thrown);
      if (this.#lastFailure !== null && this.#lastFailure.rest?.why !== 'usage-limit') throw this.#lastFailure.error;
      if (error.code !== 'accounts_exhausted' || this.#lastFailure !== null) throw error;
      await readResting();
      account = choose();
    }
    this.#watch.account({ id: account.id, label: accountLabel(account) });
    this.#watch.mark('accountChosen');
    return account;
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
    const { body, raw } = this.#conversation.bodyFor(increment, this.#withoutReasoning);
    const { catalogue, platform, clock } = this.#context;
    const isStranger = this.#conversation.session.turnStateAccountId !== account.id;
    const headers = this.#request.headers.filter(
      ([name]) => !isStranger || name.toLowerCase() !== 'x-codex-turn-state',
    );
    return normalise({
      body,
      raw,
      headers,
      endpoint: this.#isCompact ? 'compact' : 'responses',
      transport,
      policy: this.#settings.fastPolicy,
      sessionId: this.#conversation.session.id,
      account: { accessToken: account.tokens.accessToken, accountId: account.workspaceId, routingOverride: null },
      tiersOf: (slug) => catalogue.tiersOf(slug),
      originator: this.#settings.originator,
      installationId: this.#settings.installationId,
      turnId: this.#turnId,
      turnStartedAtMs: Math.round(clock.epochMs()),
      platform,
    });
  }

  #attemptOver(account: Account, { transport, shaped, increment }: ShapedTurn): Promise<AttemptOutcome> {
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
    if (this.#isAborted) this.#attempt.abort();
    return this.#attempt.outcome;
  }

  #noteRateLimits(event: JsonObject): void {
    if (this.#account === null) return;
    const { accounts, clock } = this.#context;
    accounts.noteUsage(this.#account.id, usageFromEvent(event, clock.epochMs()));
  }

  #finish(): void {
    this.#sink.end();
    this.#watch.committed(this.#sink.told.status, this.#sink.told.headers);
    this.#watch.mark('flushed');
    const status = this.#relay.finalStatus ?? 'completed';
    const error = { code: 'upstream_refused', message: 'Upstream ended the response with an error.' };
    this.#watch.ended(status, status === 'failed' ? error : null);
  }

  #fail(error: SlipstreamError): void {
    const isGone = this.#isAborted || error.code === 'client_gone';
    if (error.code === 'internal') this.#context.log.error('A turn failed inside Slipstream.', { error: error.cause });
    const wasCommitted = this.#relay.isCommitted;
    if (!isGone) this.#sink.fail(error);
    if (!isGone && !wasCommitted) this.#watch.committed(this.#sink.told.status, this.#sink.told.headers);
    this.#watch.mark('flushed');
    this.#watch.ended(isGone ? 'cancelled' : 'failed', { code: error.code, message: error.message });
  }
}
