import { Listeners } from '../../shared/listeners.ts';
import type { RequestRow, TraceDetail } from '../../shared/model.ts';
import { BoundedMap } from '../bounded-map.ts';
import type { RawHeaders } from '../headers.ts';
import type { Clock, Logger } from '../ports.ts';
import type { ExchangeStart, ExchangeWatch, TurnWatcher } from '../watch.ts';
import { BodyMemory } from './body-memory.ts';
import { type ExchangeHost, RecordedExchange } from './exchange.ts';
import { KeptExchange } from './kept-exchange.ts';
import type { Redactor } from './redaction.ts';
import type { TurnMark } from './turn-mark.ts';

const maxExchanges = 1_000;
/** Of sub-agents, so that those whom they call are known to belong to the same. */
const maxRoots = 2_000;
const bodyBudgetBytes = 64 * 1024 * 1024;

interface RecorderParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly redactor: Redactor;
  /** What a client is called by what it sends. */
  readonly clientLabel: (headers: RawHeaders) => string;
  /** The official client's shape; where it is absent nothing is compared with one. */
  readonly shapeOf?: ExchangeHost['shapeOf'];
}

/** Watches turns and keeps the latest of them in memory. */
export class Recorder implements TurnWatcher {
  readonly #clock: Clock;
  readonly #redactor: Redactor;
  readonly #clientLabel: RecorderParts['clientLabel'];
  readonly #shapeOf: ExchangeHost['shapeOf'];
  readonly #exchanges = new BoundedMap<string, RecordedExchange | KeptExchange>(maxExchanges, (_id, { bodies }) =>
    bodies.forget(),
  );
  readonly #roots = new BoundedMap<string, string>(maxRoots);
  readonly #bodies = new BodyMemory(bodyBudgetBytes);
  readonly #endListeners: Listeners<[exchange: RecordedExchange]>;
  readonly #listeners: Listeners<[exchange: { row(): RequestRow; readonly id: string }]>;

  constructor({ clock, log, redactor, clientLabel, shapeOf = () => null }: RecorderParts) {
    this.#clock = clock;
    this.#redactor = redactor;
    this.#clientLabel = clientLabel;
    this.#listeners = new Listeners(log);
    this.#endListeners = new Listeners(log);
    this.#shapeOf = shapeOf;
  }

  begin(start: ExchangeStart): ExchangeWatch {
    const exchange = new RecordedExchange(start, {
      clock: this.#clock,
      redactor: this.#redactor,
      clientLabel: this.#clientLabel,
      shapeOf: this.#shapeOf,
      changed: (changed) => this.#changed(changed),
      ended: (ended) => this.#ended(ended),
      memory: this.#bodies,
      roots: this.#roots,
    });
    this.#exchanges.set(exchange.id, exchange);
    this.#changed(exchange);
    return exchange;
  }

  /** Newest first. */
  rows(): RequestRow[] {
    return [...this.#exchanges.values()].reverse().map((exchange) => exchange.row());
  }

  /** Null when the exchange is no longer kept. */
  detail(id: string): TraceDetail | null {
    return this.#exchanges.get(id)?.detail() ?? null;
  }

  /** Calls back for each change of an exchange; ask for its row when it is wanted. Returns its undo. */
  onChange(listener: (exchange: { row(): RequestRow; readonly id: string }) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Calls back once for each exchange that has ended. Returns its undo. */
  onEnded(listener: (exchange: RecordedExchange) => void): () => void {
    return this.#endListeners.add(listener);
  }

  /** Makes one text of an exchange that has ended; see `KeptExchange`. Its body and frames stay as they are. */
  compact(exchange: RecordedExchange): KeptExchange {
    const kept = exchange.kept();
    if (this.#exchanges.get(kept.id) === exchange) this.#exchanges.set(kept.id, kept);
    return kept;
  }

  /** Notes what the user thinks of an exchange that has ended, where it is still here. */
  mark(id: string, mark: TurnMark): void {
    const exchange = this.#exchanges.get(id);
    if (exchange instanceof KeptExchange) exchange.mark(mark);
  }

  /** Exchanges that have not ended, newest first. */
  running(): { readonly row: RequestRow; readonly effort: string | null }[] {
    return [...this.#exchanges.values()]
      .filter(({ status }) => status === 'running')
      .reverse()
      .map((exchange) => ({ row: exchange.row(), effort: exchange.effort }));
  }

  /** Null when the exchange is no longer kept. */
  exchange(id: string): Pick<RecordedExchange, 'row' | 'frames'> | null {
    return this.#exchanges.get(id) ?? null;
  }

  /** A body as it was on the wire, unredacted: for sending it again, never for showing. */
  rawBody(id: string): Buffer | null {
    return this.body(id, 'client');
  }

  /** A body as it was on the wire, unredacted; null where it is no longer kept. */
  body(id: string, part: 'client' | 'upstream'): Buffer | null {
    return this.#exchanges.get(id)?.bodies.raw(part) ?? null;
  }

  /** The client's body, redacted and whole; null where it is no longer kept, or longer than that. */
  wholeBody(id: string, maxBytes: number): string | null {
    const body = this.rawBody(id);
    return body === null || body.length > maxBytes ? null : this.#redactor.text(body.toString('utf8'));
  }

  /** Forgets every exchange that has ended, its body and frames included. */
  forgetEnded(): void {
    for (const [id, { status, bodies }] of this.#exchanges) {
      if (status === 'running') continue;
      this.#exchanges.delete(id);
      bodies.forget();
    }
  }

  #changed(exchange: RecordedExchange): void {
    this.#listeners.tell(exchange);
  }

  #ended(exchange: RecordedExchange): void {
    this.#endListeners.tell(exchange);
  }
}
