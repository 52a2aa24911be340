import { SlipstreamError } from '../../shared/errors.ts';
import { type ResponsesRequest, readResponsesLimits } from '../dialects/responses/request.ts';
import type { RawHeaders } from '../headers.ts';
import type { JsonObject } from '../json.ts';
import type { KeyPass } from '../key-pass.ts';
import type { Clock } from '../ports.ts';
import type { BodyHashes } from '../turn/chains.ts';
import type { TurnRunner } from '../turn/runner.ts';
import type { Successors } from '../turn/successors.ts';
import type { SinkListener, SteerableTurn, TurnRequest, TurnSink } from '../turn/turn.ts';
import type { AttemptOutcome, StrayListener } from '../upstream/attempt.ts';
import { mayEndTurn, type WireEvent } from '../wire-event.ts';
import type { BodyShare } from './body-budget.ts';
import type { FrameWriter } from './frame-writer.ts';
import { withLimits } from './limited-sink.ts';
import { QuietWatch } from './quiet-watch.ts';
import { type ConnectionEnd, WebsocketSink } from './websocket-sink.ts';

/** Turns that wait for those before them in one lane. */
const mostWaiting = 64;

/** A frame that asks for a turn; its share of what all may hold is the turn's until it is over. */
export interface AskedFrame {
  readonly asked: ResponsesRequest;
  readonly share: BodyShare;
  readonly hashes: BodyHashes | null;
}

/** What all lanes of a client's websocket have in common. */
export interface LaneParts {
  readonly writer: FrameWriter;
  readonly connection: ConnectionEnd;
  readonly headers: RawHeaders;
  readonly path: string;
  readonly query: string;
  readonly key: KeyPass | null;
  readonly isCodex: boolean;
  readonly runner: TurnRunner;
  readonly clock: Clock;
  /** Shows the client that its connection lives. */
  readonly ping: () => void;
  /** Throws where no turn may start now. */
  readonly checkOpen: () => void;
  /** Tells the client what was thrown; `name` is that of the lane. */
  readonly refuse: (thrown: unknown, name: string | null) => void;
}

/**
 * Turns of a client's websocket, one at a time. A lane that the client named takes what comes while one runs in its order, and
 * its events say its name; the other one refuses it (PROTOCOL.md, Other dialects).
 */
export class WebsocketLane {
  readonly name: string | null;
  /** The lane's part in naming and keeping conversations. */
  readonly id: string;
  readonly #parts: LaneParts;
  #turn: SteerableTurn | null = null;
  readonly #listener: SinkListener = {
    resume: () => this.resume(),
    threw: (thrown) => this.#turn?.threw(thrown),
    told: (frames) => this.#turn?.told(frames),
    enough: (status) => this.#turn?.enough(status),
  };
  /** The session's socket between turns. */
  #line: SteerableTurn['line'] = null;
  /** Of the running turn. */
  #request: TurnRequest | null = null;
  /** What upstream begins by itself since the client has sent it such a frame, up to the client's next turn. */
  #successors: Successors | null = null;
  /** The running turn was sent a frame that may have ended it, or has told of its response what may be its end. */
  #mayBeOver = false;
  readonly #waiting: AskedFrame[] = [];
  /** Null for Codex, which is told what upstream says and nothing else. */
  readonly #quiet: QuietWatch | null;

  constructor(name: string | null, id: string, parts: LaneParts) {
    this.name = name;
    this.id = id;
    this.#parts = parts;
    this.#quiet = parts.isCodex ? null : new QuietWatch(parts.clock, parts.ping);
  }

  /** Whether a turn of it runs. */
  get isBusy(): boolean {
    return this.#turn !== null || this.#successors?.isRunning === true;
  }

  /** Starts a turn, or has it wait for its place. Throws what speaks against it; `turn_running` where too many wait. */
  take(frame: AskedFrame): void {
    if (this.name === null || !this.isBusy) this.#start(frame);
    else if (this.#waiting.length < mostWaiting) this.#waiting.push(frame);
    else throw new SlipstreamError('turn_running');
  }

  /** A frame that a Codex client sends goes up as it came, on its session's socket; others are told that it cannot. */
  relay(data: Buffer, type: string): void {
    const { isCodex, checkOpen, runner, headers } = this.#parts;
    const line = this.#turn?.line ?? this.#line;
    const sink = this.#sink();
    const successors = this.#successors ?? runner.successors(sink);
    const stray: StrayListener = {
      isAnswering: () => successors.isRunning,
      event: (event: WireEvent) => {
        sink.event(event);
        successors.event(event);
      },
      closed: (outcome: AttemptOutcome) => successors.lost(outcome),
    };
    // Of a running turn it is a part; else it may begin something.
    if (this.#turn === null) checkOpen();
    if (!isCodex || line === null || !line.upstream.interject(data, stray))
      throw new SlipstreamError('frame_type_unsupported');
    this.#successors = successors;
    successors.steer({ type, data }, line, this.#request);
    if (this.#turn === null) runner.noteStray(headers, type);
    else this.#turn.noteFrame(type, data);
    this.#mayBeOver = this.#turn !== null;
  }

  /** The client takes events again. */
  resume(): void {
    this.#turn?.resume();
  }

  /** The client is gone. */
  abort(): void {
    this.#quiet?.stop();
    for (const { share } of this.#waiting.splice(0)) share.release();
    this.#turn?.abort();
    this.#successors?.abort();
  }

  #start({ asked, share, hashes }: AskedFrame): void {
    const { isPrewarm, stream: _stream, ...read } = asked;
    const { clock, checkOpen, path, query, headers, key, runner } = this.#parts;
    const acceptedMs = clock.monotonicMs();
    this.#makeWay();
    checkOpen();
    this.#successors?.supersede();
    this.#successors = null;
    this.#mayBeOver = false;
    let isOver = false;
    const over = () => {
      isOver = true;
      share.release();
      if (this.#turn !== turn) return;
      this.#line = turn.line;
      this.#turn = null;
      this.#request = null;
      this.#successors?.formerOver();
      this.#quiet?.stop();
      this.#goOn();
    };
    const request: TurnRequest = {
      dialect: 'responses',
      clientTransport: 'ws',
      kind: isPrewarm ? 'prewarm' : 'turn',
      method: 'GET',
      path,
      query,
      headers,
      connectionId: this.id,
      ...read,
      ...(hashes && { hashes }),
      ...(key && { key }),
      acceptedMs,
      bodyReadMs: acceptedMs,
    };
    const turn = runner.start(request, this.#sinkFor(read.body), over);
    if (isOver) return;
    this.#turn = turn;
    this.#request = request;
    this.#quiet?.start();
  }

  /** Starts what waits, up to the first that can. */
  #goOn(): void {
    while (!this.isBusy) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      try {
        this.#start(next);
      } catch (thrown) {
        next.share.release();
        this.#parts.refuse(thrown, this.name);
      }
    }
  }

  /** A turn may be over for its client although upstream named no end that is known here. */
  #makeWay(): void {
    if (this.#turn === null) return;
    if (!this.#mayBeOver) throw new SlipstreamError('turn_running');
    this.#line = this.#turn.line;
    this.#turn.supersede();
    this.#turn = null;
  }

  #sink(): WebsocketSink {
    const { writer, connection, isCodex } = this.#parts;
    return new WebsocketSink(writer, connection, this.name, {
      event: (event) => {
        this.#quiet?.told();
        if (isCodex && mayEndTurn(event)) this.#mayBeOver = true;
      },
      told: this.#listener.told,
    });
  }

  #sinkFor(body: JsonObject): TurnSink {
    const limits = this.#parts.isCodex ? null : readResponsesLimits(body);
    return withLimits(this.#sink(), limits, { dialect: 'responses', body }, this.#listener);
  }
}
