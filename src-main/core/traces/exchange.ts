import { cutText } from '../../shared/cut-text.ts';
import type {
  AttemptRecord,
  ExchangeStatus,
  FrameRecord,
  MarkName,
  RequestRow,
  TokenUsage,
  TraceDetail,
} from '../../shared/model.ts';
import { headerValue, type RawHeaders } from '../headers.ts';
import type { Clock } from '../ports.ts';
import type { AttemptStart, AttemptWatch, ExchangeStart, ExchangeWatch, NormalisedNote } from '../watch.ts';
import { type AgentFacts, agentFacts } from './agent-facts.ts';
import { askedOf, firstFrame, type KeptStart, keptStart } from './asked.ts';
import type { BodyMemory } from './body-memory.ts';
import { cleanChange, shortened } from './clean-change.ts';
import { ExchangeBodies } from './exchange-bodies.ts';
import { fastConditions } from './fast-conditions.ts';
import { FrameLog, type KeptFrame } from './frame-log.ts';
import { type ExchangeFacts, KeptExchange } from './kept-exchange.ts';
import { Marks } from './marks.ts';
import { toMicroseconds } from './microseconds.ts';
import { type OfficialShape, parity } from './parity.ts';
import { RecordedAttempt } from './recorded-attempt.ts';
import type { Redactor } from './redaction.ts';
import { ownShareMs, type Wait, waterfall } from './waterfall.ts';

const shortestWaitMs = 0.5;
/** Upstream's events are told of to screens at most this often. */
const eventsToldEveryMs = 1_000;
/** Of what clients call a model, a tier or an effort. */
const maxWordChars = 200;

export interface ExchangeHost {
  readonly clock: Clock;
  readonly redactor: Redactor;
  readonly changed: (exchange: RecordedExchange) => void;
  readonly ended: (exchange: RecordedExchange) => void;
  readonly memory: BodyMemory;
  /** How the client is shown. */
  readonly clientLabel: (headers: RawHeaders) => string;
  /** What the official client of a profile sends; null for a profile that is not known. */
  readonly shapeOf: (profile: string, transport: RequestRow['clientTransport']) => OfficialShape | null;
  /** The session that others belong to, by that of whoever called them. */
  readonly roots: Map<string, string>;
}

/** One exchange as it is recorded. Headers are redacted when they come in; bodies and frames when they go out. */
export class RecordedExchange implements ExchangeWatch {
  readonly id: string;
  readonly #start: KeptStart;
  readonly #host: ExchangeHost;
  readonly #startedAt: number;
  /** Like all times here since it was accepted, to the microsecond. */
  readonly #bodyReadMs: number;
  readonly #client: string;
  readonly #agent: AgentFacts;
  readonly #requestHeaders;
  readonly bodies: ExchangeBodies;
  readonly #marks = new Marks();
  readonly #attempts: RecordedAttempt[] = [];
  readonly #waits: Wait[] = [];
  #frames: FrameLog | null;
  #framesKept = 0;
  #framesDropped = 0;
  #attempt: RecordedAttempt | null = null;
  #sessionId: string | null = null;
  #rootId: string | null = null;
  #account: RequestRow['account'] = null;
  #note: NormalisedNote | null = null;
  #status: ExchangeStatus = 'running';
  #error: RequestRow['error'] = null;
  #answer: TraceDetail['clientResponse'] = { status: null, headers: [] };
  #tierEchoed: string | null = null;
  #usage: TokenUsage | null = null;
  #quotaPercent: number | null = null;
  #endedMs: number | null = null;
  /** NaN until there was one: as null it would be another object for each event. */
  #lastEventMs = Number.NaN;
  #lastToldMs = Number.NEGATIVE_INFINITY;

  constructor(start: ExchangeStart, host: ExchangeHost) {
    this.id = start.id;
    this.#start = keptStart(start);
    this.#host = host;
    this.bodies = new ExchangeBodies(host.memory, host.redactor);
    this.#frames = new FrameLog(host.memory);
    this.#startedAt = host.clock.epochMs() - (host.clock.monotonicMs() - start.acceptedMs);
    this.#client = host.redactor.text(host.clientLabel(start.headers));
    this.#agent = agentFacts(start.headers, start.parsed);
    this.#requestHeaders = host.redactor.headers(start.headers);
    this.#marks.set('accepted', 0);
    this.#bodyReadMs = toMicroseconds(start.bodyReadMs - start.acceptedMs);
    this.#marks.set('bodyRead', this.#bodyReadMs);
    this.bodies.keep('client', start.body);
    const { type, data } = firstFrame(start);
    this.frame('client-in', type, start.body.length, data);
  }

  /** Reasoning effort the client asked for. */
  get effort(): string | null {
    return this.#word(this.#start.effort);
  }

  get status(): ExchangeStatus {
    return this.#status;
  }

  mark(name: MarkName): void {
    const atMs = this.#now();
    this.#marks.set(name, atMs);
    if (name === 'upstreamReady') this.#attempt?.markConnected(atMs);
    else if (name === 'requestSent') this.#attempt?.markSent(atMs);
  }

  session(id: string): void {
    const { parentId } = this.#agent;
    const { redactor, roots } = this.#host;
    this.#sessionId = id;
    const rootId = parentId === null ? id : redactor.text(roots.get(parentId) ?? parentId);
    if (rootId === id) return;
    this.#rootId = rootId;
    roots.set(id, rootId);
  }

  account(account: { readonly id: string; readonly label: string }): void {
    this.#account = account;
  }

  normalised(note: NormalisedNote): void {
    this.#note = { ...note, changes: shortened(note.changes) };
    this.#host.changed(this);
  }

  waits(name: Wait['name']): () => void {
    const startMs = this.#now();
    return () => {
      const endMs = this.#now();
      // What was there at once was not waited for.
      if (endMs - startMs >= shortestWaitMs) this.#waits.push({ name, startMs, endMs });
    };
  }

  ownShareMs(): number {
    return ownShareMs(this.#waterfall(this.#attempts.map((each) => each.record())));
  }

  quota(usedPercent: number): void {
    this.#quotaPercent = usedPercent;
  }

  attempt(start: AttemptStart): AttemptWatch {
    this.#marks.beginAttempt();
    this.#attempt = new RecordedAttempt(start, {
      redactor: this.#host.redactor,
      nowMs: () => this.#now(),
      acceptedMs: this.#start.acceptedMs,
      changed: () => this.#host.changed(this),
    });
    this.#attempts.push(this.#attempt);
    this.bodies.keep('upstream', start.body);
    return this.#attempt;
  }

  frame(
    direction: FrameRecord['direction'],
    type: string,
    bytes: number,
    data: Buffer | null = null,
    cameMs = this.#host.clock.monotonicMs(),
  ): void {
    const atMs = this.#sinceAccept(cameMs);
    if (direction === 'upstream-in') {
      this.#marks.noteEvent(type, atMs);
      this.#attempt?.markEvent(atMs);
      this.#lastEventMs = atMs;
    }
    this.#frames?.add(direction, type, bytes, atMs, data);
    if (direction === 'upstream-in') this.#tellEvent(atMs);
  }

  /** So that a screen can say how long upstream has been silent. */
  #tellEvent(atMs: number): void {
    if (this.#status !== 'running' || atMs - this.#lastToldMs < eventsToldEveryMs) return;
    this.#lastToldMs = atMs;
    this.#host.changed(this);
  }

  committed(status: number | null, headers: RawHeaders): void {
    this.#answer = { status, headers: this.#host.redactor.headers(headers) };
    this.#host.changed(this);
  }

  finalEvent(facts: { readonly tierEchoed: string | null; readonly usage: TokenUsage | null }): void {
    this.#tierEchoed = this.#word(facts.tierEchoed);
    this.#usage = facts.usage;
    this.mark('completed');
  }

  ended(status: Exclude<ExchangeStatus, 'running'>, error: RequestRow['error']): void {
    this.#status = status;
    this.#error = error === null ? null : { code: error.code, message: this.#host.redactor.text(error.message) };
    this.#endedMs = this.#now();
    this.#packFrames();
    this.#host.changed(this);
    this.#host.ended(this);
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
      tierSent: this.#note?.tierSent ?? null,
      tierEchoed: this.#tierEchoed,
      transport: this.#attempt?.transport ?? null,
      account: this.#account,
      attempts: this.#attempts.length,
      status: this.#status,
      httpStatus: this.#answer.status,
      error: this.#error,
      said: this.#said(),
      firstTokenMs: this.#marks.firstTokenMs(),
      totalMs: this.#endedMs,
      usage: this.#usage,
      ...askedOf(start, this.#note?.model, (text) => this.#word(text)),
      ...(this.#rootId === null ? {} : { rootSessionId: this.#rootId }),
      ...(this.#agent.agent === null ? {} : { agent: this.#host.redactor.text(this.#agent.agent) }),
      ...this.#attempt?.sentAs,
      ...(start.keyName === null ? {} : { key: this.#host.redactor.text(start.keyName) }),
      ...(this.#agent.project === null ? {} : { project: this.#host.redactor.text(this.#agent.project) }),
      ...(this.#status === 'running' && !Number.isNaN(this.#lastEventMs)
        ? { lastEventAt: this.#startedAt + this.#lastEventMs }
        : {}),
    };
  }

  /** What the list does not show; of an exchange that has ended. */
  #facts(ownMs: number): ExchangeFacts {
    return {
      ownMs,
      effort: this.effort,
      firstEventMs: this.#marks.get('firstEvent'),
      quotaPercent: this.#quotaPercent,
      isReplay: this.#start.isReplay,
      tellsReasoning: this.#marks.get('firstReasoning') !== null,
    };
  }

  /** Everything kept, fit to be shown; without bodies and frames for a disk that is not to have them. */
  detail(withBodies = true): TraceDetail {
    const attempt = this.#attempt;
    const attempts = this.#attempts.map((each) => each.record());
    const spans = this.#waterfall(attempts);
    const ownMs = ownShareMs(spans);
    const frames = withBodies ? this.frames() : [];
    const typeText = this.bodies.cleanType();
    return {
      row: this.row(),
      marks: this.#marks.sorted(),
      waterfall: spans,
      ownMs: this.#marks.get('requestSent') === null && this.#status === 'running' ? null : ownMs,
      clientRequest: {
        method: this.#start.method,
        path: this.#host.redactor.text(this.#start.path),
        headers: this.#requestHeaders,
        body: withBodies ? this.bodies.text('client') : null,
      },
      clientResponse: this.#answer,
      attempts,
      upstreamBody: withBodies ? this.bodies.text('upstream') : null,
      profile: this.#note?.profile ?? '',
      parity: attempt === null ? null : this.#parity(attempt),
      changes: (this.#note?.changes ?? []).map((change) => cleanChange(change, this.#host.redactor)),
      frames: frames.map(({ data: _data, ...frame }) => ({ ...frame, type: typeText(frame.type) })),
      framesDropped: this.#dropped(frames.length),
      fastConditions: fastConditions({
        transport: attempt?.transport ?? null,
        tierSent: this.#note?.tierSent ?? null,
        routingHint: headerValue(attempt?.requestHeaders ?? [], 'x-codex-routing-hint'),
        originator: headerValue(attempt?.requestHeaders ?? [], 'originator'),
        modelHasTier: this.#note?.modelHasTier ?? null,
      }),
      isStored: false,
    };
  }

  #parity({ transport, requestHeaders: headers }: RecordedAttempt): TraceDetail['parity'] {
    const { profile = '', fields = [] } = this.#note ?? {};
    const shape = this.#host.shapeOf(profile, transport);
    return shape === null ? null : parity({ profile, transport, headers, fields }, shape, this.#host.redactor);
  }

  /** The same as one text, once it has ended. */
  kept(): KeptExchange {
    const detail = this.detail(false);
    const json = this.bodies.textAside(JSON.stringify(detail));
    const facts = this.#facts(detail.ownMs ?? 0);
    return new KeptExchange(detail.row, facts, json, this.#framesKept + this.#framesDropped, this.bodies);
  }

  /** The frames with their raw bytes; they must be redacted before they go anywhere. */
  frames(): KeptFrame[] {
    return this.#frames === null ? this.bodies.frames() : this.#frames.list();
  }

  /** A name of the client's choice, fit to be shown, and no longer than filters may ask for. */
  #word<T extends string | null>(text: T): T | string {
    return text === null ? text : cutText(this.#host.redactor.text(text), maxWordChars);
  }

  #said(): RequestRow['said'] {
    if (this.#status !== 'failed' && this.#status !== 'sent-back' && this.#status !== 'incomplete') return null;
    return this.#attempts.findLast(({ said }) => said !== null)?.said ?? null;
  }

  /** Frames that are not shown: beyond the limit, or no longer within the memory's budget. */
  #dropped(shown: number): number {
    return this.#frames?.dropped ?? this.#framesDropped + this.#framesKept - shown;
  }

  #now(): number {
    return this.#sinceAccept(this.#host.clock.monotonicMs());
  }

  #sinceAccept(monotonicMs: number): number {
    return toMicroseconds(monotonicMs - this.#start.acceptedMs);
  }

  #waterfall(attempts: readonly AttemptRecord[]) {
    const endMs = this.#endedMs ?? this.#now();
    return waterfall({ bodyReadMs: this.#bodyReadMs, attempts, waits: this.#waits, endMs });
  }

  #packFrames(): void {
    if (this.#frames === null) return;
    this.#framesKept = this.#frames.kept;
    this.#framesDropped = this.#frames.dropped;
    this.bodies.keep('frames', ...this.#frames.pack());
    this.#frames = null;
  }
}
