import type { SlipstreamError } from '../../shared/errors.ts';
import type { AnswerLimiter } from '../dialects/answer-limits.ts';
import type { AnswerHead, SinkListener, TurnSink } from '../turn/turn.ts';
import type { WireEvent } from '../wire-event.ts';

/** Ends an answer at the limits its client set, whatever the way it is told in; upstream's turn ends with it. */
export class LimitedSink implements TurnSink {
  readonly #inner: TurnSink;
  readonly #limiter: AnswerLimiter;
  readonly #turn: SinkListener;

  constructor(inner: TurnSink, limiter: AnswerLimiter, turn: SinkListener) {
    this.#inner = inner;
    this.#limiter = limiter;
    this.#turn = turn;
  }

  get told(): TurnSink['told'] {
    return this.#inner.told;
  }

  open(head: AnswerHead): void {
    this.#inner.open(head);
  }

  event(event: WireEvent): boolean {
    const wasOver = this.#limiter.end !== null;
    let isReading = true;
    for (const told of this.#limiter.event(event)) isReading = this.#inner.event(told);
    const { end } = this.#limiter;
    if (!wasOver && end !== null) this.#turn.enough(end === 'stop' ? 'completed' : 'incomplete');
    return end !== null || isReading;
  }

  end(): void {
    this.#inner.end();
  }

  fail(error: SlipstreamError): void {
    this.#inner.fail(error);
  }

  cut(): void {
    this.#inner.cut();
  }
}
