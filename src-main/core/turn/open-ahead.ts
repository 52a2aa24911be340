import { isOwnFault, SlipstreamError, toSlipstreamError } from '../../shared/errors.ts';
import type { Account } from '../accounts/account.ts';
import { usageFromHeaders } from '../accounts/usage.ts';
import { headerValue, type RawHeaders } from '../headers.ts';
import { parseJsonObject, textMember } from '../json.ts';
import type { KeyPass } from '../key-pass.ts';
import type { Normalised } from '../normalise/normalise.ts';
import { silentExchange } from '../silent-watcher.ts';
import type { AttemptOutcome } from '../upstream/attempt.ts';
import { AccountChoice } from './account-choice.ts';
import { policyFor } from './admit.ts';
import { affinityKey } from './affinity.ts';
import { answerHeaders } from './answer-headers.ts';
import type { TurnContext } from './context.ts';
import { decideNext } from './next-step.ts';
import { parentAccount } from './parent-account.ts';
import { firstPlan, nextPlan, type Plan, planOn, planTried } from './plan.ts';
import type { Session } from './sessions.ts';
import { TurnShaper } from './shape.ts';
import { socketKey } from './socket-key.ts';
import type { NextStep } from './steps.ts';
import { type FramesExpected, shapeUpgrade } from './upgrade-shape.ts';

/** By the client's own routing hint; else by its turn metadata and the tier that clients last asked of that model. */
function expected(headers: RawHeaders, lastTierOf: (model: string) => string | null): FramesExpected | null {
  const hint = /^model=([^;\s]+)(?:;tier=([\w-]+))?$/.exec(headerValue(headers, 'x-codex-routing-hint') ?? '');
  if (hint?.[1] !== undefined) return { model: hint[1], tier: hint[2] ?? null };
  const model = textMember(parseJsonObject(headerValue(headers, 'x-codex-turn-metadata') ?? ''), 'model');
  return model === null ? null : { model, tier: lastTierOf(model) };
}

/** What a client's upgrade says, as far as upstream hears of it. */
export interface AskedUpgrade {
  readonly headers: RawHeaders;
  /** With its question mark; empty where there is none. */
  readonly query: string;
  /** Whose turns are to come; null for the first key. */
  readonly key: KeyPass | null;
}

/**
 * Opens upstream's websocket while a Codex client's upgrade waits, so that it can be answered as upstream answered. The
 * socket is then there for the client's first frame.
 */
export class OpenAhead {
  readonly #headers: RawHeaders;
  readonly #query: string;
  readonly #key: KeyPass | null;
  readonly #context: TurnContext;
  readonly #signal: AbortSignal;
  /** The client has been answered without waiting any longer. */
  #isLate = false;

  constructor({ headers, query, key }: AskedUpgrade, context: TurnContext, signal: AbortSignal) {
    this.#headers = headers;
    this.#query = query;
    this.#key = key;
    this.#context = context;
    this.#signal = signal;
  }

  /** The client has been answered: from now on the opening serves its first frame alone. */
  late(): void {
    this.#isLate = true;
  }

  /**
   * Headers of upstream's answer for the client; none where nothing can be said before its first frame. Rejects with what
   * refuses the upgrade: `upgrade_required`, or what the last account that could be tried was told.
   */
  async run(): Promise<RawHeaders> {
    const { sessions, lastTiers } = this.#context;
    const key = affinityKey(this.#headers, {});
    const wanted = expected(this.#headers, (model) => lastTiers.get(model) ?? null);
    if (key === null || wanted === null) return [];
    const session = sessions.resolve(key);
    const meantId = parentAccount(this.#headers, {}, sessions);
    const choice = new AccountChoice(this.#context, session, silentExchange, wanted.model, meantId);
    try {
      for (let plan = firstPlan; ; ) {
        const chosen = await this.#choose(choice, plan);
        if (chosen === null) return [];
        const tried = await this.#tryOn(chosen, planOn(plan, chosen.id), { session, choice, wanted });
        if ('answer' in tried) return tried.answer;
        plan = tried.plan;
      }
    } finally {
      choice.close();
    }
  }

  /** Null: its turns are to be told in their own terms that there is no account. */
  async #choose(choice: AccountChoice, plan: Plan): Promise<Account | null> {
    try {
      return await choice.choose();
    } catch (thrown) {
      const error = toSlipstreamError(thrown);
      const wasRefused = plan.attempts > 0 || error.status === 429;
      if (isOwnFault(thrown) || wasRefused) throw error;
      return null;
    }
  }

  async #tryOn(
    chosen: Account,
    plan: Plan,
    {
      session,
      choice,
      wanted,
    }: { readonly session: Session; readonly choice: AccountChoice; readonly wanted: FramesExpected },
  ): Promise<{ readonly answer: RawHeaders } | { readonly plan: Plan }> {
    const { refresher, routingOverride, transports } = this.#context;
    let account: Account;
    try {
      account = await refresher.ready(chosen);
    } catch (thrown) {
      if (isOwnFault(thrown)) throw thrown;
      choice.leave(chosen, toSlipstreamError(thrown), null);
      return { plan: planTried(plan) };
    }
    if (transports.isHttpOnly(account)) throw new SlipstreamError('upgrade_required');
    if (transports.transportFor(account) === 'http') return { answer: [] };
    const shaped = this.#shape(session, wanted, account, await routingOverride(account));
    const opened = await this.#open(session, account, shaped);
    if (opened === null) return { answer: [] };
    if (!('outcome' in opened)) return { answer: this.#note(session, account, shaped, opened) };
    const tried = planTried(plan);
    return this.#take(this.#decide(opened.outcome, tried, account, choice), tried, account, choice);
  }

  #open(session: Session, account: Account, shaped: Normalised) {
    const { pool, upstreamUrl } = this.#context;
    return pool.warm(
      {
        baseUrl: upstreamUrl,
        headers: shaped.headers,
        query: shaped.query,
        socketKey: socketKey(account, session, shaped),
        accountId: account.id,
        isOneOff: session.isOneOff,
      },
      this.#signal,
    );
  }

  #shape(session: Session, expected: FramesExpected, account: Account, routingOverride: string | null): Normalised {
    const key = this.#key === null ? {} : { key: this.#key };
    const request = { headers: this.#headers, query: this.#query, kind: 'turn' as const, ...key };
    const begins = session.accountId === null ? 'perhaps' : 'no';
    const settings = this.#context.settings();
    const ofKey = { ...settings, fastPolicy: policyFor(key, settings.fastPolicy) };
    const shaper = new TurnShaper(request, session, this.#context, ofKey, begins);
    return shapeUpgrade(shaper, expected, { account, routingOverride });
  }

  #note(
    session: Session,
    account: Account,
    shaped: Normalised,
    { headers, reused }: { readonly headers: RawHeaders; readonly reused: boolean },
  ): RawHeaders {
    const { accounts, clock, transports } = this.#context;
    if (!this.#isLate) session.moveTo(account.id);
    if (!reused) {
      transports.noteUpgrade(account, headers);
      accounts.noteUsage(account.id, usageFromHeaders(headers, clock.epochMs()));
    }
    return answerHeaders(headers, true, shaped.modelAlias);
  }

  #decide(outcome: AttemptOutcome, plan: Plan, account: Account, choice: AccountChoice): NextStep {
    const { accounts, clock, upstreamUrl } = this.#context;
    return decideNext({
      outcome,
      transport: 'ws',
      refusal: null,
      isCommitted: false,
      // No frame has come yet: what a client on a socket would be told of it is not asked.
      clientTransport: 'http',
      kind: 'turn',
      clientExtends: false,
      sentIncrement: false,
      sentEncoded: false,
      abortedFor: this.#signal.aborted ? 'stopping' : null,
      attempts: plan.attempts,
      wasRefreshed: plan.refreshedIds.includes(account.id) || accounts.verdicts.isSignInRefused(account.id),
      triesOnAccount: plan.triesOnAccount,
      hasOtherAccount: choice.hasOther(account),
      hasOtherWay: false,
      hasRoomElsewhere: false,
      mayQueue: false,
      withoutReasoning: false,
      sealedBy: 'nobody',
      random: 0,
      nowMs: clock.epochMs(),
      upstreamUrl,
    });
  }

  /** What is only a matter of time, or of the way, is left to the turn. */
  async #take(
    step: NextStep,
    plan: Plan,
    account: Account,
    choice: AccountChoice,
  ): Promise<{ readonly answer: RawHeaders } | { readonly plan: Plan }> {
    switch (step.kind) {
      case 'fail':
        choice.rest(account, step.rest);
        throw step.error;
      case 'over-http':
        if (step.remember !== 'refused' && step.remember !== 'no-websockets') return { answer: [] };
        this.#context.transports.remember(account, step.remember);
        throw new SlipstreamError('upgrade_required');
      case 'refresh':
        try {
          await this.#context.refresher.refresh(account, 'unauthorized_recovery');
        } catch (thrown) {
          if (isOwnFault(thrown)) throw thrown;
          choice.leave(account, toSlipstreamError(thrown), null);
        }
        return { plan: nextPlan(plan, step) };
      case 'other-account':
        choice.rest(account, step.rest);
        choice.leave(account, step.error, step.rest);
        return { plan: nextPlan(plan, step) };
      default:
        return { answer: [] };
    }
  }
}
