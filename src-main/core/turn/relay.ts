import type { ExchangeStatus } from '../../shared/model.ts';
import type { RawHeaders } from '../headers.ts';
import { type Json, type JsonObject, objectMember, textMember } from '../json.ts';
import type { Clock, Timer } from '../ports.ts';
import type { ExchangeWatch } from '../watch.ts';
import {
  bodyOf,
  endByKnownName,
  endsTurn,
  failureByName,
  handshakeHoldMs,
  isHandshake,
  makeEvent,
  type WireEvent,
} from '../wire-event.ts';
import { answerHeaders } from './answer-headers.ts';
import { finalFacts, finalStatus } from './final-facts.ts';
import { FinishedItems } from './finished-items.ts';
import { type Refusal, refusalFromEvent, refusalFromFailure } from './refusal.ts';
import { classifyRefusal } from './refusal-class.ts';
import type { ToldItems } from './told-items.ts';
import { quietMs, type TurnSink } from './turn.ts';
import { type EndWords, refusalWords } from './upstream-words.ts';

const maxHeldEvents = 64;
const maxHeldBytes = 1024 * 1024;

/** Event types whose `response` names the model. */
const eventsWithResponse = new Set([
  'response.created',
  'response.in_progress',
  'response.queued',
  'response.completed',
  'response.incomplete',
  'response.failed',
  'response.done',
]);

/** What a relay is made of. */
export interface RelayParts {
  /** Clients that would wait for ever after `response.done` get it by its usual name. */
  readonly renamesDone: boolean;
  /** An end by a name that is not known here stays as it is: the client may know it. */
  readonly keepsNewEnds: boolean;
  /** Failures are not forwarded but told as errors, since the client's dialect has another form for them. */
  readonly failuresAsErrors: boolean;
  /** An empty output in the final event becomes the items that came before: some clients read nothing else. Codex reads the items. */
  readonly completesOutput: boolean;
  /** Gets each finished item, where the client may name it by its id later. */
  readonly toldItems: ToldItems | null;
  readonly sink: TurnSink;
  readonly watch: ExchangeWatch;
  readonly clock: Clock;
  /** Gets each `codex.rate_limits` event. */
  readonly onRateLimits: (event: JsonObject) => void;
  /** Gets what the sink throws where no event of upstream's is being handled. */
  readonly threw: (thrown: unknown) => void;
}

/** A response that a next turn may extend. */
export interface CompletedResponse {
  readonly id: string;
  readonly output: readonly Json[];
}

/** Carries one attempt's events to the client. Until content comes it holds them back, so that another attempt can take over. */
export class Relay {
  readonly #parts: RelayParts;
  #held: WireEvent[] = [];
  #heldBytes = 0;
  #holdTimer: Timer | null = null;
  /** From when upstream got the attempt's request to the answer's first content. */
  #quietTimer: Timer | null = null;
  #headers: RawHeaders = [];
  #modelAlias: string | null = null;
  #isCommitted = false;
  #refusal: Refusal | null = null;
  #failure: Refusal | null = null;
  #finalStatus: Exclude<ExchangeStatus, 'running'> | null = null;
  #finalResponse: JsonObject | null = null;
  #incompleteReason: string | null = null;
  readonly #items = new FinishedItems();

  constructor(parts: RelayParts) {
    this.#parts = parts;
  }

  /** Whether the client has seen the start of an answer. */
  get isCommitted(): boolean {
    return this.#isCommitted;
  }

  /** An error or failure that the client has not seen: it came before any content, or is to be told as an error. */
  get refusal(): Refusal | null {
    return this.#refusal;
  }

  /** What a failed response that the client was given says of why. */
  get failure(): Refusal | null {
    return this.#failure;
  }

  /** What the attempt's last event says of why there is no whole answer. */
  get told(): EndWords | null {
    const refusal = this.#refusal ?? this.#failure;
    if (refusal !== null) return refusalWords(refusal);
    return this.#incompleteReason === null ? null : { code: this.#incompleteReason, message: null, param: null };
  }

  /** How the terminal event ends the exchange; null while there was none. */
  get finalStatus(): Exclude<ExchangeStatus, 'running'> | null {
    return this.#finalStatus;
  }

  /** Id and output of the completed response; null when it did not complete. */
  completedResponse(): CompletedResponse | null {
    const id = textMember(this.#finalResponse, 'id');
    if (this.#finalStatus !== 'completed' || id === null) return null;
    const output = listedOutput(this.#finalResponse) ?? this.#items.list();
    return output === null ? null : { id, output };
  }

  /** The client itself has ended the response, or has all of it that it asked for. */
  supersede(status: 'completed' | 'incomplete' = 'incomplete'): void {
    this.#finalStatus ??= status;
  }

  /** A new attempt begins. */
  begin(modelAlias: string | null): void {
    this.#refusal = null;
    this.#modelAlias = modelAlias;
  }

  /** The attempt is given up for another; what it held back is forgotten, so that the client never sees it. Items came of none: they commit. */
  abandon(): void {
    this.#held = [];
    this.#heldBytes = 0;
    this.#holdTimer?.cancel();
    this.#holdTimer = null;
    this.#quietTimer?.cancel();
    this.#quietTimer = null;
  }

  /** Upstream has the request: from now on it is upstream's silence that the client hears. */
  sent(): void {
    if (!this.#isCommitted) this.#quietTimer ??= this.#parts.clock.after(quietMs, () => this.#wait());
  }

  /** The attempt's answer headers are known. `x-codex-turn-state` belongs to HTTP alone. */
  ready(headers: RawHeaders, isWebsocket: boolean): void {
    this.#headers = answerHeaders(headers, isWebsocket, this.#modelAlias);
  }

  /**
   * Takes one event that came at `atMs` on the monotonic clock; false asks the attempt to pause. Throws `upstream_invalid` for
   * one that cannot be read where it must be.
   */
  event(came: WireEvent, atMs?: number): boolean {
    this.#parts.watch.frame('upstream-in', came.type, came.data.length, came.data, atMs);
    // Most are pieces of content, which pass as they came once the answer has begun.
    if (this.#isCommitted && came.endsNothing === true && came.type.endsWith('.delta'))
      return this.#parts.sink.event(came);
    const named = failureByName(came);
    const event = this.#parts.keepsNewEnds ? named : endByKnownName(named);
    if (event.type === 'codex.rate_limits') this.#parts.onRateLimits(bodyOf(event));
    if (this.#isCommitted) return this.#isUntold(event) ? this.#keepFailure(event) : this.#forward(event);
    this.#refusal = this.#readRefusal(event);
    if (this.#refusal !== null) return true;
    this.#heldBytes += event.data.length;
    if (!isHandshake(event.type) || this.#held.length >= maxHeldEvents || this.#heldBytes > maxHeldBytes) {
      this.#commit();
      return this.#forward(event);
    }
    // What cannot be read is not held back.
    bodyOf(event);
    this.#held.push(event);
    if (event.type === 'response.created')
      this.#holdTimer ??= this.#parts.clock.after(handshakeHoldMs, () => this.#commitLate());
    return true;
  }

  /** Upstream's no, where another attempt could do better. */
  #readRefusal(event: WireEvent): Refusal | null {
    if (event.type === 'error') return refusalFromEvent(bodyOf(event));
    if (event.type !== 'response.failed') return null;
    const refusal = refusalFromFailure(bodyOf(event));
    if (this.#parts.failuresAsErrors) return refusal;
    // What is the request's own fault reaches the client in upstream's words.
    const isRequestFault = classifyRefusal(refusal, this.#parts.clock.epochMs()).kind === 'request';
    return isRequestFault ? null : refusal;
  }

  /**
   * To be told by the sink, in the form that its client reads: upstream gives errors several forms, and some clients know
   * no such event. A failed response is one that Responses clients read, unless it speaks of the account's sign-in.
   */
  #isUntold(event: WireEvent): boolean {
    if (event.type === 'error') return true;
    if (event.type !== 'response.failed') return false;
    return this.#parts.failuresAsErrors || this.#readRefusal(event)?.status === 401;
  }

  #keepFailure(event: WireEvent): true {
    this.#refusal = this.#readRefusal(event);
    this.#readFinal(event);
    return true;
  }

  /** Forgets timers; the turn is over. */
  close(): void {
    this.#holdTimer?.cancel();
    this.#quietTimer?.cancel();
  }

  /** What was held back stays so: another attempt can still take over. */
  #wait(): void {
    const { sink, watch, threw } = this.#parts;
    try {
      sink.wait();
      if (sink.told.status !== null) watch.committed(sink.told.status, sink.told.headers);
    } catch (thrown) {
      threw(thrown);
    }
  }

  #commitLate(): void {
    try {
      this.#commit();
    } catch (thrown) {
      this.#parts.threw(thrown);
    }
  }

  #commit(): void {
    if (this.#isCommitted) return;
    this.#isCommitted = true;
    this.#holdTimer?.cancel();
    this.#quietTimer?.cancel();
    const { sink, watch } = this.#parts;
    sink.open({ headers: [...this.#headers, ...serverTiming(watch)] });
    watch.committed(sink.told.status, sink.told.headers);
    for (const event of this.#held) this.#forward(event);
    this.#held = [];
  }

  #forward(event: WireEvent): boolean {
    if (event.type === 'response.output_item.done') {
      this.#items.keep(event.data);
      this.#parts.toldItems?.keep(event.data);
    }
    if (endsTurn(event)) this.#readFinal(event);
    return this.#parts.sink.event(this.#readable(event));
  }

  /** The event in the client's terms: its own name for the model where it used an alias, the terminal event by its usual name and with its output. */
  #readable(event: WireEvent): WireEvent {
    const type = this.#parts.renamesDone && event.type === 'response.done' ? usualName(event) : event.type;
    const alias = eventsWithResponse.has(event.type) ? this.#modelAlias : null;
    const output = endsTurn(event) && this.#finalStatus !== 'failed' ? this.#missingOutput() : null;
    if (type === event.type && alias === null && output === null) return event;
    const body = bodyOf(event);
    const response = objectMember(body, 'response');
    const told = { ...(alias === null ? {} : { model: alias }), ...(output === null ? {} : { output }) };
    return makeEvent({ ...body, type, ...(response === null ? {} : { response: { ...response, ...told } }) });
  }

  /** What the final event should list; null where it does, or has nothing to list. */
  #missingOutput(): Json | null {
    const response = this.#finalResponse;
    if (!this.#parts.completesOutput || response === null || listedOutput(response) !== null) return null;
    const items = this.#items.list();
    return items === null || items.length === 0 ? null : items;
  }

  #readFinal(event: WireEvent): void {
    const response = objectMember(bodyOf(event), 'response');
    this.#finalResponse = response;
    this.#finalStatus = finalStatus(event.type, response);
    if (this.#finalStatus === 'incomplete')
      this.#incompleteReason = textMember(objectMember(response, 'incomplete_details'), 'reason');
    if (event.type === 'response.failed') this.#failure = refusalFromFailure(bodyOf(event));
    this.#parts.watch.finalEvent(finalFacts(response));
  }
}

/** What Slipstream itself has taken so far, for the answer's head. */
export function serverTiming(watch: ExchangeWatch): RawHeaders {
  const ownMs = watch.ownShareMs();
  return ownMs === null ? [] : [['server-timing', `slipstream;dur=${ownMs.toFixed(2)}`]];
}

/** The output of a final response; null where upstream leaves it out. */
function listedOutput(response: JsonObject | null): readonly Json[] | null {
  const output = response?.output;
  return Array.isArray(output) && output.length > 0 ? output : null;
}

/** Of an end that upstream calls just that. */
function usualName(event: WireEvent): string {
  const status = textMember(objectMember(bodyOf(event), 'response'), 'status');
  return status === 'incomplete' ? 'response.incomplete' : 'response.completed';
}
