import { cutText } from '../../shared/cut-text.ts';
import type { AttemptRecord, ConnectionPhase, RequestRow, UpstreamWords } from '../../shared/model.ts';
import type { AttemptEnd, AttemptStart, AttemptWatch } from '../watch.ts';
import { toMicroseconds } from './microseconds.ts';
import type { Redactor } from './redaction.ts';

interface AttemptHost {
  readonly redactor: Redactor;
  /** Since the exchange was accepted. */
  readonly nowMs: () => number;
  /** Monotonic ms of the accept; connection phases come on the monotonic clock. */
  readonly acceptedMs: number;
  readonly changed: () => void;
}

/** One try, as it is recorded. */
export class RecordedAttempt implements AttemptWatch {
  readonly transport: AttemptRecord['transport'];
  readonly startedMs: number;
  readonly requestHeaders: AttemptRecord['requestHeaders'];
  readonly #host: AttemptHost;
  readonly #account: AttemptStart['account'];
  readonly #url: string;
  readonly #sendsAs: Pick<RequestRow, 'sentAs' | 'sentBytes'>;
  #connectedMs: number | null = null;
  #sentMs: number | null = null;
  #readyMs: number | null = null;
  #firstEventMs: number | null = null;
  #endedMs: number | null = null;
  #phases: ConnectionPhase[] = [];
  #reused = false;
  #wasSpare = false;
  #status: number | null = null;
  #closeCode: number | null = null;
  #responseHeaders: AttemptRecord['responseHeaders'] = [];
  #error: AttemptRecord['error'] = null;
  #said: UpstreamWords | null = null;

  constructor(start: AttemptStart, host: AttemptHost) {
    this.transport = start.transport;
    this.#account = start.account;
    this.#url = host.redactor.text(start.url);
    this.requestHeaders = host.redactor.headers(start.headers);
    this.#sendsAs =
      start.body.length === 0 ? {} : { sentAs: start.isIncrement ? 'increment' : 'full', sentBytes: start.body.length };
    this.startedMs = host.nowMs();
    this.#host = host;
  }

  connected({ reused, wasSpare = false, phases }: Parameters<AttemptWatch['connected']>[0]): void {
    const since = (atMs: number) => toMicroseconds(atMs - this.#host.acceptedMs);
    this.#reused = reused;
    this.#wasSpare = wasSpare;
    this.#connectedMs ??= this.#host.nowMs();
    this.#phases = phases
      .map((phase) => ({ ...phase, startMs: since(phase.startMs), endMs: since(phase.endMs) }))
      // A connection that a former request opened was not waited for.
      .filter(({ startMs }) => startMs >= this.startedMs - 1);
  }

  ready({ reused, status, headers }: Parameters<AttemptWatch['ready']>[0]): void {
    this.#reused = reused;
    this.#status = status;
    this.#readyMs ??= this.#host.nowMs();
    this.#responseHeaders = this.#host.redactor.headers(headers);
  }

  sent(): void {
    this.#sentMs ??= this.#host.nowMs();
    this.#host.changed();
  }

  ended(end: AttemptEnd): void {
    const { redactor } = this.#host;
    this.#endedMs ??= this.#host.nowMs();
    this.#status = end.status;
    this.#closeCode = end.closeCode;
    this.#error =
      end.error === null ? null : { code: redactor.text(end.error.code), message: redactor.text(end.error.message) };
    this.#said = end.said === null ? null : cleanWords(end.said, redactor);
  }

  /** What the list says of how it was sent; nothing of one that never was. */
  get sentAs(): Pick<RequestRow, 'sentAs' | 'sentBytes'> {
    return this.#sentMs === null ? {} : this.#sendsAs;
  }

  get said(): UpstreamWords | null {
    return this.#said;
  }

  /** A mark of the exchange that says the same as a call that did not come. */
  markConnected(atMs: number): void {
    this.#connectedMs ??= atMs;
  }

  markSent(atMs: number): void {
    this.#sentMs ??= atMs;
  }

  markEvent(atMs: number): void {
    this.#firstEventMs ??= atMs;
  }

  record(): AttemptRecord {
    return {
      transport: this.transport,
      account: this.#account.label,
      accountId: this.#account.id,
      url: this.#url,
      startedMs: this.startedMs,
      connectedMs: this.#connectedMs,
      sentMs: this.#sentMs,
      readyMs: this.#readyMs,
      firstEventMs: this.#firstEventMs,
      endedMs: this.#endedMs,
      phases: this.#phases,
      reused: this.#reused,
      status: this.#status,
      closeCode: this.#closeCode,
      requestHeaders: this.requestHeaders,
      responseHeaders: this.#responseHeaders,
      error: this.#error,
      said: this.#said,
      ...(this.#wasSpare && { wasSpare: true }),
    };
  }
}

const longestMessage = 1_000;
const longestName = 200;

/** Redacted before it is cut: half a secret has no shape that the redactor knows. */
function cleanWords(
  { code, message, param, closeCode, closeReason }: UpstreamWords,
  redactor: Redactor,
): UpstreamWords {
  const clean = (text: string | null, chars: number) => (text === null ? null : cutText(redactor.text(text), chars));
  return {
    code: clean(code, longestName),
    message: clean(message, longestMessage),
    param: clean(param, longestName),
    closeCode,
    closeReason: clean(closeReason, longestMessage),
  };
}
