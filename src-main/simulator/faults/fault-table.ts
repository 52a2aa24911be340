/** Every fault there is. A fault of a stream is a few lines that rewrite the turn's steps: add a type, add a row. */
import { type JsonObject, parseJson } from '../json.ts';
import { errorEvent, type Refusal, standardRefusal } from '../rules/refusal.ts';
import { type EventStep, isDelta, isTerminal, type Step } from '../turns/steps.ts';

/** Where in a turn a fault strikes; the default is before its first event. */
interface FaultMark {
  /** After this many events of any type. */
  readonly afterEvents?: number;
  /** After this many tokens. */
  readonly afterDeltas?: number;
  /** After the terminal event, when the socket is idle. */
  readonly afterCompletion?: boolean;
}

/** Before a request is accepted: websocket upgrades, posts, the issuer, side endpoints. */
export type AcceptFault =
  | {
      readonly kind: 'status';
      readonly status: number;
      /** Default by status; `usage_limit_reached` and `refresh_token_*` bring their own bodies. */
      readonly code?: string;
      readonly message?: string;
      readonly headers?: Readonly<Record<string, string>>;
      /** Unix seconds, for `usage_limit_reached`. */
      readonly resetsAt?: number;
      /** Sent instead of a JSON error. */
      readonly body?: string;
    }
  | { readonly kind: 'stall' }
  | { readonly kind: 'slow'; readonly delayMs: number }
  | { readonly kind: 'reset' };

/** Once a turn runs. */
export type StreamFault =
  | (FaultMark & {
      readonly kind: 'error';
      readonly status?: number;
      readonly code?: string;
      readonly message?: string;
      readonly resetsAt?: number;
    })
  | (FaultMark & { readonly kind: 'failed'; readonly code?: string; readonly message?: string })
  | (FaultMark & { readonly kind: 'incomplete'; readonly reason?: string })
  | (FaultMark & { readonly kind: 'close'; readonly code: number; readonly reason?: string })
  | (FaultMark & { readonly kind: 'cut' })
  | (FaultMark & { readonly kind: 'reset' })
  | (FaultMark & { readonly kind: 'stall' })
  | (FaultMark & { readonly kind: 'binary' })
  | (FaultMark & { readonly kind: 'malformed' })
  | { readonly kind: 'split'; readonly chunkBytes?: number }
  | { readonly kind: 'coalesce' }
  | { readonly kind: 'keepalive'; readonly everyEvents?: number }
  | { readonly kind: 'done' }
  | { readonly kind: 'emptyOutput' }
  | { readonly kind: 'noTerminal' };

export type FaultPoint = 'upgrade' | 'request' | 'turn' | 'issuer' | 'side';
export type FaultOf<P extends FaultPoint> = P extends 'turn' ? StreamFault : AcceptFault;

/** What a stream fault may ask of the turn it strikes. */
export interface FaultedTurn {
  failed(code: string, message: string): EventStep;
  incomplete(reason: string): EventStep;
  usageLimit(resetsAt: number | undefined): Refusal;
}

type Rewrite<K extends StreamFault['kind']> = (
  steps: Iterable<Step>,
  fault: Extract<StreamFault, { kind: K }>,
  turn: FaultedTurn,
) => Iterable<Step>;

const rewrites: { readonly [K in StreamFault['kind']]: Rewrite<K> } = {
  error: (steps, fault, turn) => endAt(steps, fault, () => [eventOf(errorEvent(refusalOf(fault, turn)))]),
  failed: (steps, fault, turn) => {
    const code = fault.code ?? 'server_error';
    return endAt(steps, fault, () => [turn.failed(code, fault.message ?? standardRefusal(undefined, code).message)]);
  },
  incomplete: (steps, fault, turn) => endAt(steps, fault, () => [turn.incomplete(fault.reason ?? 'max_output_tokens')]),
  close: (steps, fault) =>
    endAt(steps, fault, () => [{ do: 'close', code: fault.code, reason: fault.reason ?? 'simulated' }]),
  cut: (steps, fault) => endAt(steps, fault, () => [{ do: 'cut', how: 'end' }]),
  reset: (steps, fault) => endAt(steps, fault, () => [{ do: 'cut', how: 'reset' }]),
  stall: (steps, fault) => endAt(steps, fault, () => [{ do: 'stall' }]),
  binary: (steps, fault) => insertAt(steps, fault, { do: 'binary', bytes: Buffer.from([1, 2, 3, 250, 251, 252]) }),
  malformed: (steps, fault) =>
    insertAt(steps, fault, { do: 'text', text: '{"type":"response.output_text.delta","del' }),
  *split(steps, fault) {
    yield { do: 'framing', framing: 'split', chunkBytes: fault.chunkBytes ?? 20 };
    yield* steps;
  },
  *coalesce(steps) {
    yield { do: 'framing', framing: 'coalesce' };
    yield* steps;
  },
  *keepalive(steps, fault) {
    let events = 0;
    for (const step of steps) {
      if (step.do === 'event' && events % (fault.everyEvents ?? 1) === 0) yield eventOf('{"type":"keepalive"}');
      events += 1;
      yield step;
    }
  },
  done: (steps) =>
    mapTerminal(steps, (step) => ({
      do: 'event',
      type: 'response.done',
      text: step.text.replace('"type":"response.completed"', '"type":"response.done"'),
    })),
  emptyOutput: (steps) =>
    mapTerminal(steps, (step) => {
      const event = parseJson(step.text) as JsonObject;
      const response = event.response as JsonObject;
      return { ...step, text: JSON.stringify({ ...event, response: { ...response, output: [] } }) };
    }),
  noTerminal: (steps) => mapTerminal(steps, () => undefined),
};

/** The steps of a turn as this fault spoils them. */
export function rewrite(steps: Iterable<Step>, fault: StreamFault, turn: FaultedTurn): Iterable<Step> {
  // One row per kind: the compiler cannot see that the row and the fault belong together.
  const row = rewrites[fault.kind] as Rewrite<StreamFault['kind']>;
  return row(steps, fault, turn);
}

/** The refusal that a `status` or `error` fault stands for. */
export function refusalOf(
  fault: { status?: number; code?: string; message?: string; resetsAt?: number },
  turn: Pick<FaultedTurn, 'usageLimit'>,
): Refusal {
  if (fault.code === 'usage_limit_reached') return turn.usageLimit(fault.resetsAt);
  const refusal = standardRefusal(fault.status, fault.code);
  return fault.message === undefined ? refusal : { ...refusal, message: fault.message };
}

function eventOf(text: string): EventStep {
  const type = (parseJson(text) as JsonObject).type as string;
  return { do: 'event', type, text };
}

/** The healthy steps up to the mark, then the tail and nothing more. */
function* endAt(steps: Iterable<Step>, mark: FaultMark, tail: () => Step[]): Generator<Step> {
  const position = new Position(mark);
  if (!position.reached) {
    for (const step of steps) {
      yield step;
      position.pass(step);
      if (position.reached) break;
    }
  }
  yield* tail();
}

/** All healthy steps, and one more at the mark. */
function* insertAt(steps: Iterable<Step>, mark: FaultMark, extra: Step): Generator<Step> {
  const position = new Position(mark);
  let inserted = false;
  for (const step of steps) {
    if (!inserted && position.reached) {
      inserted = true;
      yield extra;
    }
    yield step;
    position.pass(step);
  }
  if (!inserted) yield extra;
}

/** How far a turn has come, and whether that is where the mark is; `afterCompletion` is only past the last step. */
class Position {
  #mark: FaultMark;
  #events = 0;
  #deltas = 0;

  constructor(mark: FaultMark) {
    this.#mark = mark;
  }

  get reached(): boolean {
    const { afterEvents, afterDeltas, afterCompletion } = this.#mark;
    if (afterCompletion) return false;
    return afterDeltas === undefined ? this.#events >= (afterEvents ?? 0) : this.#deltas >= afterDeltas;
  }

  pass(step: Step): void {
    if (step.do !== 'event') return;
    this.#events += 1;
    if (isDelta(step.type)) this.#deltas += 1;
  }
}

function* mapTerminal(steps: Iterable<Step>, change: (step: EventStep) => Step | undefined): Generator<Step> {
  for (const step of steps) {
    const changed = step.do === 'event' && isTerminal(step.type) ? change(step) : step;
    if (changed) yield changed;
  }
}
