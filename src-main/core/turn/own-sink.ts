import type { SlipstreamError } from '../../shared/errors.ts';
import { english } from '../../shared/words/english.ts';
import { usageFromEvent, usageFromHeaders } from '../accounts/usage.ts';
import { objectMember, textMember } from '../json.ts';
import { nothingOwn, type OwnFrame } from '../own-frame.ts';
import type { Clock } from '../ports.ts';
import { toldUsage } from '../told-usage.ts';
import { bodyOf, isTerminal, type WireEvent } from '../wire-event.ts';
import type { AnswerHead, TurnSink } from './turn.ts';

/** How a turn of Slipstream's own went. */
export interface OwnOutcome {
  readonly firstTokenMs: number | null;
  readonly totalMs: number;
  readonly outputTokens: number;
  /** Used share of the account's short window, as told when the turn began. */
  readonly quotaPercent: number | null;
  /** Null where the turn completed. */
  readonly failure: string | null;
}

/** Listens to a turn of Slipstream's own: times it from here and keeps nothing of what it says. */
export class OwnSink implements TurnSink {
  readonly told = { status: null, headers: [] };
  readonly outcome: Promise<OwnOutcome>;
  readonly #clock: Clock;
  readonly #settle: (outcome: OwnOutcome) => void;
  readonly #startedMs: number;
  #firstTokenMs: number | null = null;
  #quotaPercent: number | null = null;
  #final: WireEvent | null = null;
  #finalMs = 0;

  constructor(clock: Clock) {
    const { promise, resolve } = Promise.withResolvers<OwnOutcome>();
    this.#clock = clock;
    this.#startedMs = clock.monotonicMs();
    this.outcome = promise;
    this.#settle = resolve;
  }

  open({ headers }: AnswerHead): void {
    this.#quotaPercent = usageFromHeaders(headers, 0)?.primary?.usedPercent ?? null;
  }

  wait(): void {}

  event(event: WireEvent): boolean {
    if (this.#firstTokenMs === null && event.type.endsWith('.delta')) this.#firstTokenMs = this.#elapsedMs();
    if (event.type === 'codex.rate_limits') {
      const usage = usageFromEvent(bodyOf(event), 0);
      this.#quotaPercent = usage?.primary?.usedPercent ?? this.#quotaPercent;
    }
    if (isTerminal(event.type)) {
      this.#final = event;
      this.#finalMs = this.#elapsedMs();
    }
    return true;
  }

  /** Nobody is told of it. */
  own(event: WireEvent): readonly OwnFrame[] {
    this.event(event);
    return nothingOwn;
  }

  end(): readonly OwnFrame[] {
    const body = this.#final === null ? null : bodyOf(this.#final);
    const response = objectMember(body, 'response');
    const isComplete = textMember(response, 'status') === 'completed';
    this.#settle({
      firstTokenMs: this.#firstTokenMs,
      totalMs: this.#finalMs,
      outputTokens: toldUsage(response)?.outputTokens ?? 0,
      quotaPercent: this.#quotaPercent,
      failure: isComplete ? null : english.t('failures.turn.incomplete'),
    });
    return nothingOwn;
  }

  fail(error: SlipstreamError): readonly OwnFrame[] {
    const totalMs = this.#elapsedMs();
    this.#settle({
      firstTokenMs: this.#firstTokenMs,
      totalMs,
      outputTokens: 0,
      quotaPercent: this.#quotaPercent,
      failure: error.message,
    });
    return nothingOwn;
  }

  cut(): void {
    this.over();
  }

  /** The turn is over, perhaps without having told anything: one that was aborted says nothing to its client. */
  over(): void {
    const totalMs = this.#elapsedMs();
    this.#settle({
      firstTokenMs: null,
      totalMs,
      outputTokens: 0,
      quotaPercent: this.#quotaPercent,
      failure: english.t('failures.turn.stopped'),
    });
  }

  #elapsedMs(): number {
    return this.#clock.monotonicMs() - this.#startedMs;
  }
}
