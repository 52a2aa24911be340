import type { Mark, MarkName, TokenUsage, Transport } from '../../shared/model.ts';
import { headerValue } from '../headers.ts';
import { clientKind } from '../normalise/client-kind.ts';
import type { Clock } from '../ports.ts';
import { silentExchange } from '../silent-watcher.ts';
import { Marks } from '../traces/marks.ts';
import type { AttemptEnd, AttemptStart, ExchangeStart, ExchangeWatch, NormalisedNote, TurnWatcher } from '../watch.ts';

/** One try of a turn, as metrics see it; moments are ms since the turn was accepted. */
export interface WatchedAttempt {
  readonly transport: Transport;
  readonly host: string;
  readonly startedMs: number;
  readonly endedMs: number;
  readonly reused: boolean | null;
  readonly status: number | null;
  readonly errorCode: string | null;
}

/** What is known of a turn that has ended, without a word of what was said in it, and with no secret in a name. */
export interface WatchedTurn {
  readonly dialect: ExchangeStart['dialect'];
  readonly kind: ExchangeStart['kind'];
  /** What the client calls itself. */
  readonly client: string;
  /** The header by which a client that traces itself names its span; null without. */
  readonly traceparent: string | null;
  readonly keyName: string | null;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly totalMs: number;
  readonly firstTokenMs: number | null;
  readonly ownMs: number | null;
  readonly modelAsked: string;
  readonly note: Pick<NormalisedNote, 'model' | 'tierSent' | 'modelHasTier'> | null;
  readonly sessionId: string | null;
  readonly marks: readonly Mark[];
  readonly attempts: readonly WatchedAttempt[];
  readonly tierEchoed: string | null;
  readonly usage: TokenUsage | null;
  readonly httpStatus: number | null;
  readonly status: Parameters<ExchangeWatch['ended']>[0];
  readonly errorCode: string | null;
}

const maxAttempts = 20;

/** Watches turns and tells each once it has ended; names in it come `redacted`. */
export function turnTeller(
  clock: Clock,
  redacted: (text: string) => string,
  ended: (turn: WatchedTurn) => void,
): TurnWatcher {
  return { begin: (start) => new TurnWatch(start, clock, redacted, ended) };
}

class TurnWatch implements ExchangeWatch {
  readonly #start: Pick<ExchangeStart, 'dialect' | 'kind' | 'headers' | 'model' | 'keyName'>;
  readonly #acceptedMs: number;
  readonly #startedAt: number;
  readonly #clock: Clock;
  readonly #redacted: (text: string) => string;
  readonly #tell: (turn: WatchedTurn) => void;
  readonly #marks = new Marks();
  readonly #attempts: (() => WatchedAttempt)[] = [];
  #note: WatchedTurn['note'] = null;
  #sessionId: string | null = null;
  #httpStatus: number | null = null;
  #final: Parameters<ExchangeWatch['finalEvent']>[0] = { tierEchoed: null, usage: null };
  #isOver = false;

  constructor(
    start: ExchangeStart,
    clock: Clock,
    redacted: (text: string) => string,
    tell: (turn: WatchedTurn) => void,
  ) {
    const { dialect, kind, headers, model, keyName } = start;
    this.#start = { dialect, kind, headers, model, ...(keyName === undefined ? {} : { keyName }) };
    this.#acceptedMs = start.acceptedMs;
    this.#startedAt = clock.epochMs() - (clock.monotonicMs() - start.acceptedMs);
    this.#clock = clock;
    this.#redacted = redacted;
    this.#tell = tell;
    this.#marks.set('accepted', 0);
    this.#marks.set('bodyRead', start.bodyReadMs - start.acceptedMs);
  }

  mark(name: MarkName): void {
    this.#marks.set(name, this.#now());
  }

  session(id: string): void {
    this.#sessionId = id;
  }

  account = silentExchange.account;
  waits = silentExchange.waits;
  quota = silentExchange.quota;
  ownShareMs = silentExchange.ownShareMs;

  normalised({ model, tierSent, modelHasTier }: NormalisedNote): void {
    this.#note = { model: this.#clean(model), tierSent: this.#clean(tierSent), modelHasTier };
  }

  attempt(start: AttemptStart) {
    this.#marks.beginAttempt();
    const startedMs = this.#now();
    let reused: boolean | null = null;
    let end: { readonly atMs: number; readonly said: AttemptEnd } | null = null;
    const host = URL.parse(start.url)?.host ?? '';
    if (this.#attempts.length < maxAttempts) {
      this.#attempts.push(() => ({
        transport: start.transport,
        host,
        startedMs,
        endedMs: end?.atMs ?? this.#now(),
        reused,
        status: end?.said.status ?? null,
        errorCode: end?.said.error?.code ?? null,
      }));
    }
    return {
      connected: (info: { readonly reused: boolean }) => {
        reused = info.reused;
      },
      ready: () => {},
      sent: () => {},
      ended: (said: AttemptEnd) => {
        end = { atMs: this.#now(), said };
      },
    };
  }

  frame(direction: string, type: string, _bytes: number, _data?: Buffer, atMs = this.#clock.monotonicMs()): void {
    if (direction === 'upstream-in') this.#marks.noteEvent(type, atMs - this.#acceptedMs);
  }

  committed(status: number | null): void {
    this.#httpStatus = status;
  }

  finalEvent(facts: Parameters<ExchangeWatch['finalEvent']>[0]): void {
    this.#final = facts;
    this.mark('completed');
  }

  ended(status: WatchedTurn['status'], error: { readonly code: string } | null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { model, keyName, dialect, kind, headers } = this.#start;
    const { tierEchoed, usage } = this.#final;
    this.#tell({
      dialect,
      kind,
      client: this.#clean(clientKind(headers).label),
      traceparent: headerValue(headers, 'traceparent'),
      usage,
      tierEchoed: this.#clean(tierEchoed),
      keyName: this.#clean(keyName ?? null),
      modelAsked: this.#clean(model),
      startedAt: this.#startedAt,
      totalMs: this.#now(),
      firstTokenMs: this.#marks.firstTokenMs(),
      ownMs: this.#ownMs(),
      note: this.#note,
      sessionId: this.#clean(this.#sessionId),
      marks: this.#marks.sorted(),
      attempts: this.#attempts.map((attempt) => attempt()),
      httpStatus: this.#httpStatus,
      status,
      errorCode: error?.code ?? null,
    });
  }

  #clean<Name extends string | null>(name: Name): Name | string {
    return name === null ? name : this.#redacted(name);
  }

  /** From the whole request to its last try: what Slipstream did, and whom it waited for. */
  #ownMs(): number | null {
    const [read, sent] = [this.#marks.get('bodyRead'), this.#marks.get('requestSent')];
    return read === null || sent === null ? null : Math.max(0, sent - read);
  }

  #now(): number {
    return this.#clock.monotonicMs() - this.#acceptedMs;
  }
}
