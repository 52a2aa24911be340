import type { AttemptOutcome } from '../upstream/attempt.ts';
import type { WireEvent } from '../wire-event.ts';
import { type SteeringFrame, Successor, type SuccessorParts } from './successor.ts';
import type { TurnLine, TurnRequest, TurnSink } from './turn.ts';

interface SuccessorsHost extends Pick<SuccessorParts, 'context'> {
  readonly began: (successor: Successor) => void;
  readonly over: (successor: Successor) => void;
}

/** What a next response would be a turn of. */
type Steered = Pick<SuccessorParts, 'request' | 'frame' | 'line'>;

/**
 * Responses that upstream begins by itself on a client's websocket, once the client has steered a turn (PROTOCOL.md, Websocket).
 * They only listen: what upstream says has reached the client by then.
 */
export class Successors {
  readonly #host: SuccessorsHost;
  readonly #sink: TurnSink;
  #steered: Steered | null = null;
  #running: Successor | null = null;
  /** When the response before had ended. */
  #sinceMs: number | null = null;

  constructor(host: SuccessorsHost, sink: TurnSink) {
    this.#host = host;
    this.#sink = sink;
  }

  get isRunning(): boolean {
    return this.#running !== null;
  }

  /** The client sent this up; `request` is of its running turn, null where it has none. */
  steer(frame: SteeringFrame, line: TurnLine, request: TurnRequest | null): void {
    this.#running?.noteFrame(frame);
    const former = request ?? this.#steered?.request ?? null;
    this.#steered = former === null ? null : { line, frame, request: asked(former, frame) };
  }

  /** The turn that was steered is over. */
  formerOver(): void {
    this.#sinceMs ??= this.#host.context.clock.monotonicMs();
  }

  /** The client was told this, and no turn of its own runs. */
  event(event: WireEvent): void {
    if (event.type === 'response.created') this.#running ??= this.#begin();
    this.#running?.event(event);
  }

  /** The line upstream has closed. */
  lost(outcome: AttemptOutcome): void {
    this.#running?.lost(outcome);
  }

  /** The client goes on with a turn that it asks for itself. */
  supersede(): void {
    this.#steered = null;
    this.#running?.supersede();
  }

  /** The client is gone. */
  abort(): void {
    this.#steered = null;
    this.#running?.abort();
  }

  #begin(): Successor | null {
    if (this.#steered === null) return null;
    const { context, began, over } = this.#host;
    const { request, ...steered } = this.#steered;
    const acceptedMs = this.#sinceMs ?? context.clock.monotonicMs();
    this.#sinceMs = null;
    const successor = new Successor({
      ...steered,
      request: { ...request, acceptedMs, bodyReadMs: acceptedMs },
      context,
      sink: this.#sink,
      over: () => {
        this.#running = null;
        this.formerOver();
        over(successor);
      },
    });
    began(successor);
    return successor;
  }
}

/** The request of a turn that goes on by itself: what was asked of the one before stays as it was, and its input is the frame's. */
function asked(
  { body, hashes, translated, mended, own, ...request }: TurnRequest,
  { data }: SteeringFrame,
): TurnRequest {
  const { model = null, service_tier = null, reasoning = null, client_metadata = null } = body;
  return { ...request, kind: 'turn', raw: data, body: { model, service_tier, reasoning, client_metadata } };
}
