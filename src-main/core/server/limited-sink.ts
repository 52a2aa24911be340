import type { SlipstreamError } from '../../shared/errors.ts';
import type { Dialect } from '../../shared/model.ts';
import { AnswerLimiter, type AnswerLimits } from '../dialects/answer-limits.ts';
import { dialects } from '../dialects/dialects.ts';
import { roughInput } from '../dialects/input-tokens.ts';
import type { JsonObject } from '../json.ts';
import type { OwnFrame } from '../own-frame.ts';
import type { AnswerHead, SinkListener, TurnSink } from '../turn/turn.ts';
import type { WireEvent } from '../wire-event.ts';

/** A sink whose answer ends where its client wants it to end; the sink itself where the client does not say. `body`: of the request. */
export function withLimits(
  sink: TurnSink,
  limits: AnswerLimits | null,
  { dialect, body }: { readonly dialect: Dialect; readonly body: JsonObject },
  turn: SinkListener,
): TurnSink {
  if (limits === null) return sink;
  const limiter = new AnswerLimiter(limits, () => roughInput(body), dialects[dialect].answerForm);
  return new LimitedSink(sink, limiter, turn);
}

/** Ends an answer at the limits its client set, whatever the way it is told in; upstream's turn ends with it. */
class LimitedSink implements TurnSink {
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

  wait(): void {
    this.#inner.wait();
  }

  event(event: WireEvent): boolean {
    const wasOver = this.#limiter.end !== null;
    let isReading = true;
    for (const told of this.#limiter.event(event)) {
      if (this.#limiter.isOwn(told)) this.#turn.told(this.#inner.own(told));
      else isReading = this.#inner.event(told);
    }
    const { end } = this.#limiter;
    if (!wasOver && end !== null) this.#turn.enough(end === 'stop' ? 'completed' : 'incomplete');
    return end !== null || isReading;
  }

  own(event: WireEvent): readonly OwnFrame[] {
    return this.#inner.own(event);
  }

  end(): readonly OwnFrame[] {
    return this.#inner.end();
  }

  fail(error: SlipstreamError): readonly OwnFrame[] {
    return this.#inner.fail(error);
  }

  cut(): void {
    this.#inner.cut();
  }
}
