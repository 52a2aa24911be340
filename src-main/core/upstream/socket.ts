import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import { type ClientOptions, WebSocket } from 'ws';
import { english } from '../../shared/words/english.ts';
import { headerRecord, pairHeaders, type RawHeaders } from '../headers.ts';
import { objectMember, textMember } from '../json.ts';
import type { Clock } from '../ports.ts';
import { endsInFailure, endsTurn, isNewEnd, readEvent, tryWireEvent, type WireEvent } from '../wire-event.ts';
import type { AttemptOutcome, StrayListener, UpstreamLine } from './attempt.ts';
import type { ConnectionTimer } from './connection-timer.ts';
import { inflateInThread } from './frame-inflater.ts';
import { LineLife, type LineParts } from './line-life.ts';
import { type LineManners, slowFromMs } from './line-limits.ts';
import { maskedFrame } from './masked-frame.ts';
import { bothFamilies, faultText, maxAnswerHeadBytes, networkFault } from './network-fault.ts';
import { answerPings } from './ping-answers.ts';
import type { SocketOptions } from './proxy.ts';
import { readRefusal } from './refusal-body.ts';

const dialTimeoutMs = 5_000;
/** After a close, or a breach of the protocol, nothing can come any more: upstream need not end the connection as well. */
const closeTimeoutMs = 1_000;
const maxEventBytes = 64 * 1024 * 1024;
/** Smaller frames fit the first packets of a connection; to deflate them would only delay the turn. */
const deflateFromBytes = 8 * 1024;
/** Half of the time of zlib's usual 6, which the turn waits for, and a twentieth more bytes. */
const deflateLevel = 4;
/** Larger frames are masked here: below it ws is as quick. */
const maskedFromBytes = 2 * 1024;

export type DialResult =
  | { readonly ok: true; readonly socket: UpstreamSocket }
  | { readonly ok: false; readonly outcome: AttemptOutcome };

/** Who gets a socket's events while a turn runs on it. */
export interface TurnListener {
  /** `atMs` is when it came, on the monotonic clock. */
  event(event: WireEvent, atMs: number): void;
  ended(outcome: AttemptOutcome): void;
}

export interface DialOptions {
  readonly url: string;
  readonly headers: RawHeaders;
  /** The way through a proxy, and whom it trusts. */
  readonly options: SocketOptions;
  /** One that is open already; null has one opened. */
  readonly connection: Socket | null;
  readonly clock: Clock;
  /** Told the steps of the connection. */
  readonly timer: ConnectionTimer;
  readonly manners: LineManners;
  /** Told where the open socket turns out to be dead. */
  readonly died: () => void;
  readonly signal: AbortSignal;
}

/** Opens an upstream websocket; a refusal comes back with upstream's status and body. */
export function dialUpstream({
  url,
  headers,
  options,
  connection,
  clock,
  timer,
  manners,
  died,
  signal,
}: DialOptions): Promise<DialResult> {
  return new Promise((resolve) => {
    const dialling = {
      ...bothFamilies,
      ...options,
      ...(connection === null ? {} : { createConnection: () => connection }),
      headers: headerRecord(headers),
      maxHeaderSize: maxAnswerHeadBytes,
      maxPayload: maxEventBytes,
      closeTimeout: closeTimeoutMs,
      perMessageDeflate: { threshold: deflateFromBytes, zlibDeflateOptions: { level: deflateLevel } },
      followRedirects: false,
      autoPong: false,
      finishRequest: (request: ClientRequest) => {
        if (connection !== null) timer.warm();
        else request.once('socket', (opening) => timer.watch(opening));
        request.end();
      },
    };
    let socket: WebSocket;
    try {
      // The types of ws do not know repeated headers.
      socket = new WebSocket(url, dialling as ClientOptions);
    } catch (error) {
      // A header that cannot be sent.
      return resolve({ ok: false, outcome: { kind: 'unreachable', fault: 'other', message: String(error) } });
    }
    let responseHeaders: RawHeaders = [];
    let line: Socket | null = null;
    const startedMs = clock.monotonicMs();
    const settle = () => {
      deadline.cancel();
      signal.removeEventListener('abort', onAbort);
      socket.removeAllListeners();
    };
    const fail = (outcome: AttemptOutcome) => {
      settle();
      // A socket that is thrown away may still report its own end.
      socket.on('error', () => {});
      socket.terminate();
      resolve({ ok: false, outcome });
    };
    // A limit of ws would not begin before a proxy has let the handshake through.
    const deadline = clock.after(dialTimeoutMs, () =>
      fail({
        kind: 'unreachable',
        fault: 'timeout',
        message: english.t('failures.turn.attempt.dial', { limit: String(dialTimeoutMs / 1000) }),
      }),
    );
    const onAbort = () => fail({ kind: 'aborted' });
    signal.addEventListener('abort', onAbort);
    socket.on('upgrade', (response) => {
      timer.upgraded();
      responseHeaders = pairHeaders(response.rawHeaders);
      line = response.socket;
    });
    socket.on('open', () => {
      settle();
      inflateInThread(socket, maxEventBytes);
      const isSlow = clock.monotonicMs() - startedMs > 2 * slowFromMs;
      resolve({
        ok: true,
        socket: new UpstreamSocket(socket, responseHeaders, { line, clock, manners, isSlow, died }),
      });
    });
    socket.on('error', (error) => fail({ kind: 'unreachable', fault: networkFault(error), message: faultText(error) }));
    socket.on('unexpected-response', (_request, response) => {
      timer.upgraded();
      // Upstream was reached: how far its words come has a limit of its own, and is no fault.
      deadline.cancel();
      socket.removeAllListeners('error').on('error', () => {});
      const headers = pairHeaders(response.rawHeaders);
      void readRefusal(response, headers, clock).then((body) => {
        fail({ kind: 'refused', status: response.statusCode ?? 502, headers, body });
      });
    });
  });
}

interface OpenedLine extends Pick<LineParts, 'clock' | 'manners' | 'isSlow'> {
  /** What the websocket runs over; null where that is not known. */
  readonly line: Socket | null;
  readonly died: () => void;
}

/** One open upstream websocket. It runs one turn at a time and remembers the last response, which a next turn may extend. */
export class UpstreamSocket implements UpstreamLine {
  readonly responseHeaders: RawHeaders;
  readonly openedAtMs: number;
  /** Last completed response on this socket; what a delta may name. */
  lastResponseId: string | null = null;
  /** A frame of an unknown type, or an unknown end, may have changed what the connection holds: upstream itself will say. */
  #isChainOpen = false;
  /** Gets what comes between turns. */
  #stray: StrayListener | null = null;
  readonly #socket: WebSocket;
  readonly #connection: Socket | null;
  #turn: TurnListener | null = null;
  #closed = false;
  #onClose: (byUs: boolean) => void = () => {};
  #onRest = () => {};
  readonly #line: LineLife;

  constructor(socket: WebSocket, responseHeaders: RawHeaders, { died, line: connection, ...line }: OpenedLine) {
    this.#socket = socket;
    this.#connection = connection;
    this.responseHeaders = responseHeaders;
    this.openedAtMs = line.clock.monotonicMs();
    // The first ping waits for the turn that the line was opened for, which mostly follows in the same moment.
    connection?.cork();
    setImmediate(() => connection?.uncork());
    this.#line = new LineLife({
      ...line,
      ping: () => {
        if (this.isOpen) socket.ping();
      },
      isRead: () => !socket.isPaused,
      died: (reason) => {
        this.#break(reason);
        died();
      },
    });
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    answerPings(socket);
    socket.on('pong', () => this.#line.pong());
    socket.on('close', (code, reason) =>
      this.#ended({ kind: 'dropped', closeCode: code, reason: reason.toString('utf8') }),
    );
    // What breaks the protocol, or a limit: the close that follows says 1006, whatever it was.
    socket.on('error', (error) => this.#ended({ kind: 'dropped', closeCode: null, reason: faultText(error) }));
  }

  get isOpen(): boolean {
    return !this.#closed && this.#socket.readyState === WebSocket.OPEN;
  }

  /** A turn runs on it, or what upstream began by itself. */
  get isBusy(): boolean {
    return this.#turn !== null || this.#stray?.isAnswering() === true;
  }

  /** The line may have died, and is being asked. */
  get isSuspect(): boolean {
    return this.#line.isSuspect;
  }

  /** The line may have died: it is asked now, and ends where it does not answer in time. */
  suspect(): void {
    if (!this.isOpen || this.isBusy) return;
    if (this.#line.isMute) this.close();
    else this.#line.suspect();
  }

  /** Whether a delta on this response may be tried here. */
  mayHold(responseId: string): boolean {
    return this.#isChainOpen || this.lastResponseId === responseId;
  }

  interject(frame: Buffer, stray: StrayListener): boolean {
    if (!this.isOpen) return false;
    this.#isChainOpen = true;
    this.#stray = stray;
    this.#send(frame);
    return true;
  }

  /** The running turn's response is over, though no event said so. */
  endTurn(): void {
    const turn = this.#turn;
    if (turn === null) return;
    this.#turn = null;
    this.#isChainOpen = true;
    this.resume();
    turn.ended({ kind: 'finished' });
  }

  /** Called once when the socket is no longer usable: we have closed it, or its line or far end has gone. */
  onClose(action: (byUs: boolean) => void): void {
    this.#onClose = action;
  }

  /** Called whenever something that upstream began by itself is over. */
  onRest(action: () => void): void {
    this.#onRest = action;
  }

  /**
   * Sends one frame and gives its events to `listener` until the terminal one. The socket must be open and not busy. With
   * `watchesLine` a turn that gets nothing at all in time, not even the answer to a ping, is `dropped`.
   */
  run(frame: Buffer, listener: TurnListener, watchesLine = false): void {
    this.#turn = listener;
    this.#stray = null;
    // The ping and the frame in one write.
    this.#connection?.cork();
    this.#line.turn(watchesLine);
    this.#send(frame);
    this.#connection?.uncork();
    // Once more for the moment of its opening.
    this.#connection?.uncork();
  }

  #send(frame: Buffer): void {
    const deflates = this.#socket.extensions !== '';
    // What ws deflates may still be on its way, and must not be overtaken.
    if (!deflates && frame.length >= maskedFromBytes && this.#connection?.writable)
      this.#connection.write(maskedFrame(frame));
    else this.#socket.send(frame, { binary: false, compress: deflates && frame.length >= deflateFromBytes });
  }

  /** Stops reading until `resume`, or until the turn is over: an idle socket must hear upstream's close. */
  pause(): void {
    if (this.isOpen && this.#turn !== null) this.#socket.pause();
  }

  resume(): void {
    this.#line.resume();
    if (!this.#closed) this.#socket.resume();
  }

  /** Ends the socket; a running turn gets `aborted`. */
  close(): void {
    if (this.#turn === null) this.#socket.close(1000);
    else this.#socket.terminate();
    this.#ended({ kind: 'aborted' });
  }

  #receive(data: unknown, isBinary: boolean): void {
    const atMs = this.#line.event();
    const turn = this.#turn;
    const event = isBinary || !Buffer.isBuffer(data) ? null : tryWireEvent(data);
    if (event === null)
      this.#break(isBinary ? 'upstream sent a binary frame' : 'upstream sent a frame that is not JSON');
    else if (turn !== null && endsTurn(event)) this.#finishTurn(event, turn, atMs);
    else if (turn !== null) turn.event(event, atMs);
    else this.#hearStray(event);
  }

  #hearStray(event: WireEvent): void {
    // A response that upstream began by itself is one that a next turn may extend.
    if (event.type === 'response.created') this.#isChainOpen = true;
    const wasBusy = this.isBusy;
    this.#stray?.event(event);
    if (wasBusy && !this.isBusy) this.#onRest();
  }

  #finishTurn(came: WireEvent, turn: TurnListener, atMs: number): void {
    const event = readEvent(came);
    const named = event.type === 'response.completed' || event.type === 'response.done';
    const isCompletion = named && !endsInFailure(event);
    this.lastResponseId = isCompletion ? textMember(objectMember(event.body ?? null, 'response'), 'id') : null;
    if (isCompletion || isNewEnd(event)) this.#isChainOpen = !isCompletion;
    this.#turn = null;
    this.resume();
    turn.event(event, atMs);
    // After an error upstream's side of the conversation is unknown; nothing may build on it.
    if (event.type === 'error') this.close();
    turn.ended({ kind: 'finished' });
  }

  #break(reason: string): void {
    this.#ended({ kind: 'dropped', closeCode: null, reason });
    this.#socket.terminate();
  }

  #ended(outcome: AttemptOutcome): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#line.close();
    const [turn, stray] = [this.#turn, this.#stray];
    this.#turn = null;
    this.#stray = null;
    this.#onClose(outcome.kind === 'aborted');
    turn?.ended(outcome);
    stray?.closed(outcome);
  }
}
