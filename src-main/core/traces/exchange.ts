import type {
  AttemptRecord,
  ExchangeStatus,
  FrameRecord,
  Mark,
  MarkName,
  RequestRow,
  TokenUsage,
  TraceDetail,
} from '../../shared/model.ts';
import { headerValue, type RawHeaders } from '../headers.ts';
import type { Clock } from '../ports.ts';
import type { AttemptEnd, AttemptStart, AttemptWatch, ExchangeStart, ExchangeWatch, NormalisedNote } from '../watch.ts';
import { fastConditions } from './fast-conditions.ts';
import type { Redactor } from './redaction.ts';

const maxFrames = 2_000;
const maxBodyChars = 512 * 1024;

interface MutableAttempt
  extends Omit<AttemptRecord, 'endedMs' | 'reused' | 'status' | 'closeCode' | 'responseHeaders' | 'error'> {
  endedMs: number | null;
  reused: boolean;
  status: number | null;
  closeCode: number | null;
  responseHeaders: AttemptRecord['responseHeaders'];
  error: AttemptRecord['error'];
}

interface ExchangeHost {
  readonly clock: Clock;
  readonly redactor: Redactor;
  readonly changed: (exchange: RecordedExchange) => void;
  readonly keepBody: (key: string, body: Buffer) => void;
  readonly readBody: (key: string) => Buffer | null;
  /** How the client is shown. */
  readonly clientLabel: (headers: RawHeaders) => string;
}

/** One exchange as it is recorded. Headers are redacted when they come in; bodies when they go out. */
export class RecordedExchange implements ExchangeWatch {
  readonly id: string;
  readonly #start: ExchangeStart;
  readonly #host: ExchangeHost;
  readonly #startedAt: number;
  readonly #client: string;
  readonly #requestHeaders;
  readonly #marks = new Map<MarkName, number>();
  readonly #frames: FrameRecord[] = [];
  readonly #attempts: MutableAttempt[] = [];
  #framesDropped = 0;
  #sessionId: string | null = null;
  #account: RequestRow['account'] = null;
  #note: NormalisedNote | null = null;
  #status: ExchangeStatus = 'running';
  #error: RequestRow['error'] = null;
  #answer: TraceDetail['clientResponse'] = { status: null, headers: [] };
  #tierEchoed: string | null = null;
  #usage: TokenUsage | null = null;
  #endedMs: number | null = null;

  constructor(start: ExchangeStart, host: ExchangeHost) {
    this.id = start.id;
    this.#start = { ...start, headers: [], body: Buffer.alloc(0) };
    this.#host = host;
    this.#startedAt = host.clock.epochMs() - (host.clock.monotonicMs() - start.acceptedMs);
    this.#client = host.clientLabel(start.headers);
    this.#requestHeaders = host.redactor.headers(start.headers);
    this.#marks.set('accepted', 0);
    this.#marks.set('bodyRead', start.bodyReadMs - start.acceptedMs);
    host.keepBody(`${this.id}/client`, start.body);
    this.frame('client-in', start.clientTransport === 'ws' ? 'response.create' : 'body', start.body.length);
  }

  mark(name: MarkName): void {
    this.#marks.set(name, this.#now());
  }

  session(id: string): void {
    this.#sessionId = id;
  }

  account(account: { readonly id: string; readonly label: string }): void {
    this.#account = account;
  }

  normalised(note: NormalisedNote): void {
    this.#note = note;
    this.#host.changed(this);
  }

  attempt(start: AttemptStart): AttemptWatch {
    const record: MutableAttempt = {
      transport: start.transport,
      account: start.account.label,
      url: start.url,
      startedMs: this.#now(),
      endedMs: null,
      reused: false,
      status: null,
      closeCode: null,
      requestHeaders: this.#host.redactor.headers(start.headers),
      responseHeaders: [],
      error: null,
    };
    this.#attempts.push(record);
    this.#host.keepBody(`${this.id}/upstream`, start.body);
    return {
      ready: ({ reused, status, headers }) => {
        record.reused = reused;
        record.status = status;
        record.responseHeaders = this.#host.redactor.headers(headers);
      },
      sent: () => this.#host.changed(this),
      ended: (end: AttemptEnd) => {
        record.endedMs = this.#now();
        record.status = end.status;
        record.closeCode = end.closeCode;
        record.error = this.#cleanError(end.error);
      },
    };
  }

  frame(direction: FrameRecord['direction'], type: string, bytes: number): void {
    const atMs = this.#now();
    if (direction === 'upstream-in') this.#markEvent(type, atMs);
    if (this.#frames.length < maxFrames) this.#frames.push({ atMs, direction, type, bytes });
    else this.#framesDropped += 1;
  }

  committed(status: number | null, headers: RawHeaders): void {
    this.#answer = { status, headers: this.#host.redactor.headers(headers) };
    this.#host.changed(this);
  }

  finalEvent(facts: { readonly tierEchoed: string | null; readonly usage: TokenUsage | null }): void {
    this.#tierEchoed = facts.tierEchoed;
    this.#usage = facts.usage;
    this.mark('completed');
  }

  ended(status: Exclude<ExchangeStatus, 'running'>, error: RequestRow['error']): void {
    this.#status = status;
    this.#error = this.#cleanError(error);
    this.#endedMs = this.#now();
    this.#host.changed(this);
  }

  /** The line for the list. */
  row(): RequestRow {
    const start = this.#start;
    return {
      id: this.id,
      startedAt: this.#startedAt,
      client: this.#client,
      dialect: start.dialect,
      clientTransport: start.clientTransport,
      kind: start.kind,
      sessionId: this.#sessionId,
      model: start.model,
      tierAsked: start.tierAsked,
      tierSent: this.#note?.tierSent ?? null,
      tierEchoed: this.#tierEchoed,
      transport: this.#attempts.at(-1)?.transport ?? null,
      account: this.#account,
      attempts: this.#attempts.length,
      status: this.#status,
      httpStatus: this.#answer.status,
      error: this.#error,
      firstTokenMs: this.#firstTokenMs(),
      totalMs: this.#endedMs,
      usage: this.#usage,
    };
  }

  /** Everything kept, fit to be shown. */
  detail(): TraceDetail {
    const attempt = this.#attempts.at(-1) ?? null;
    return {
      row: this.row(),
      marks: this.#sortedMarks(),
      ownMs: this.#ownMs(),
      clientRequest: {
        method: this.#start.method,
        path: this.#start.path,
        headers: this.#requestHeaders,
        body: this.#bodyText('client'),
      },
      clientResponse: this.#answer,
      attempts: this.#attempts.map((record) => ({ ...record })),
      upstreamBody: this.#bodyText('upstream'),
      profile: this.#note?.profile ?? '',
      changes: [...(this.#note?.changes ?? [])],
      frames: [...this.#frames],
      framesDropped: this.#framesDropped,
      fastConditions: fastConditions({
        transport: attempt?.transport ?? null,
        tierSent: this.#note?.tierSent ?? null,
        routingHint: headerValue(attempt?.requestHeaders ?? [], 'x-codex-routing-hint'),
        originator: headerValue(attempt?.requestHeaders ?? [], 'originator'),
        modelHasPriority: this.#note?.modelHasPriority ?? null,
      }),
    };
  }

  #now(): number {
    return this.#host.clock.monotonicMs() - this.#start.acceptedMs;
  }

  #markEvent(type: string, atMs: number): void {
    if (!this.#marks.has('firstEvent')) this.#marks.set('firstEvent', atMs);
    if (!type.endsWith('.delta')) return;
    const isReasoning = type.startsWith('response.reasoning');
    if (isReasoning && !this.#marks.has('firstReasoning')) this.#marks.set('firstReasoning', atMs);
    if (isReasoning) return;
    if (!this.#marks.has('firstText')) this.#marks.set('firstText', atMs);
    this.#marks.set('lastText', atMs);
  }

  /** Reasoning deltas count as tokens (DESIGN §8). */
  #firstTokenMs(): number | null {
    const seen = [this.#marks.get('firstReasoning'), this.#marks.get('firstText')].filter((at) => at !== undefined);
    return seen.length === 0 ? null : Math.min(...seen);
  }

  #sortedMarks(): Mark[] {
    return [...this.#marks].map(([name, atMs]) => ({ name, atMs })).toSorted((a, b) => a.atMs - b.atMs);
  }

  /** Time to the sent request, less the wait for a connection. */
  #ownMs(): number | null {
    const sent = this.#marks.get('requestSent');
    const attempt = this.#attempts.at(-1);
    const ready = this.#marks.get('upstreamReady');
    if (sent === undefined || ready === undefined || attempt === undefined) return null;
    return sent - (ready - attempt.startedMs);
  }

  #bodyText(which: 'client' | 'upstream'): string | null {
    const body = this.#host.readBody(`${this.id}/${which}`);
    if (body === null) return null;
    return this.#host.redactor.text(body.toString('utf8', 0, Math.min(body.length, maxBodyChars)));
  }

  #cleanError(error: RequestRow['error']): RequestRow['error'] {
    return error === null ? null : { code: error.code, message: this.#host.redactor.text(error.message) };
  }
}
