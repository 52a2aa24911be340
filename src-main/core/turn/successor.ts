import { SlipstreamError } from '../../shared/errors.ts';
import { type JsonObject, objectMember, textMember } from '../json.ts';
import { timeId } from '../time-id.ts';
import type { AttemptOutcome } from '../upstream/attempt.ts';
import type { AttemptWatch, ExchangeWatch } from '../watch.ts';
import { endsInFailure, endsTurn, readEvent, type WireEvent } from '../wire-event.ts';
import { beginWatch } from './begin-watch.ts';
import type { TurnContext } from './context.ts';
import { finalFacts, finalStatus } from './final-facts.ts';
import { isCancellation, LastWord } from './last-word.ts';
import { type Refusal, refusalFromEvent, refusalFromFailure } from './refusal.ts';
import { noteSealed } from './strangers.ts';
import type { AbortReason, Running, TurnLine, TurnRequest, TurnSink } from './turn.ts';
import { refusalWords, upstreamWords } from './upstream-words.ts';

const switchingProtocols = 101;

/** A client's frame that steers. */
export interface SteeringFrame {
  readonly type: string;
  readonly data: Buffer;
}

export interface SuccessorParts {
  readonly context: Pick<TurnContext, 'watcher' | 'clock' | 'issuers' | 'scrub' | 'log'>;
  /** That of the turn before it, with the frame as its text. */
  readonly request: TurnRequest;
  readonly frame: SteeringFrame;
  readonly line: TurnLine;
  /** Only for what upstream does not say: its events reach the client without this. */
  readonly sink: TurnSink;
  readonly over: () => void;
}

/**
 * A response that upstream began by itself after its client had steered the one before: a turn of its own for whoever watches
 * turns, and to be stopped like any other.
 */
export class Successor implements Running {
  readonly id = timeId();
  readonly #parts: SuccessorParts;
  readonly #watch: ExchangeWatch;
  readonly #attempt: AttemptWatch;
  readonly #lastWord: LastWord;
  #isOver = false;

  constructor(parts: SuccessorParts) {
    const { context, frame, line, request, sink } = parts;
    const { account, url, headers, model, tierSent, modelHasTier, sessionId } = line;
    this.#parts = parts;
    this.#watch = beginWatch(context.watcher, this.id, request, sessionId, frame.type);
    this.#lastWord = new LastWord({ sink, watch: this.#watch, request, scrub: context.scrub, log: context.log });
    this.#watch.account(account);
    this.#watch.normalised({ profile: '', tierSent, model, changes: [], fields: [], modelHasTier });
    this.#attempt = this.#watch.attempt({
      transport: 'ws',
      account,
      url,
      headers,
      body: frame.data,
      isIncrement: true,
    });
    this.#attempt.connected({ reused: true, phases: [] });
    this.#attempt.ready({ reused: true, status: switchingProtocols, headers: [] });
    this.#attempt.sent();
    this.#watch.mark('requestSent');
    this.#watch.frame('upstream-out', frame.type, frame.data.length, frame.data);
    this.#watch.committed(null, []);
  }

  get keyName(): string | null {
    return this.#parts.request.key?.name() ?? null;
  }

  /** The client sent a frame up while it runs. */
  noteFrame({ type, data }: SteeringFrame): void {
    this.#watch.frame('client-in', type, data.length, data);
    this.#watch.frame('upstream-out', type, data.length, data);
  }

  /** The client was told this event. */
  event(came: WireEvent): void {
    const { context, line } = this.#parts;
    this.#watch.frame('upstream-in', came.type, came.data.length, came.data);
    noteSealed(came, context.issuers, line.account.id);
    if (endsTurn(came)) this.#ended(readEvent(came));
  }

  abort(why: AbortReason = 'client_gone'): void {
    this.#fail(new SlipstreamError(why), { kind: 'aborted' });
    // Nobody wants what upstream would go on to say.
    this.#parts.line.upstream.close();
  }

  accountRemoved(accountId: string): void {
    if (accountId === this.#parts.line.account.id) this.abort('turn_stopped');
  }

  /** The line upstream has closed. */
  lost(outcome: AttemptOutcome): void {
    this.#fail(new SlipstreamError('upstream_closed'), outcome);
  }

  /** The client goes on with another turn. */
  supersede(): void {
    this.#done('incomplete', null, null);
  }

  #ended(event: WireEvent): void {
    const body: JsonObject = event.body ?? {};
    const response = objectMember(body, 'response');
    const status = endsInFailure(event) ? 'failed' : finalStatus(event.type, response);
    const refuse = event.type === 'error' ? refusalFromEvent : refusalFromFailure;
    this.#watch.finalEvent(finalFacts(response));
    const reason = textMember(objectMember(response, 'incomplete_details'), 'reason');
    this.#done(status, status === 'failed' ? refuse(body) : null, status === 'incomplete' ? reason : null);
  }

  #done(status: ReturnType<typeof finalStatus>, failure: Refusal | null, reason: string | null): void {
    if (!this.#isLast()) return;
    const words = failure === null ? { code: reason, message: null, param: null } : refusalWords(failure);
    this.#attempt.ended({
      status: switchingProtocols,
      closeCode: null,
      error: failure === null ? null : { code: failure.code ?? failure.type ?? 'error', message: failure.message },
      said: upstreamWords({ kind: 'finished' }, words.code === null && failure === null ? null : words),
    });
    this.#lastWord.done(status, failure);
    this.#parts.over();
  }

  #fail(error: SlipstreamError, outcome: AttemptOutcome): void {
    if (!this.#isLast()) return;
    const { code, message } = error;
    this.#attempt.ended({
      status: switchingProtocols,
      closeCode: outcome.kind === 'dropped' ? outcome.closeCode : null,
      error: isCancellation(error) ? null : { code, message },
      said: upstreamWords(outcome, null),
    });
    this.#lastWord.failed(error);
    this.#parts.over();
  }

  #isLast(): boolean {
    const isLast = !this.#isOver;
    this.#isOver = true;
    return isLast;
  }
}
