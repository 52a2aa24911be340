import type { Entry, Har, Header, PostData, Timings } from 'har-format';
import type { AttemptRecord, RawHeader, TraceDetail, UpstreamWords } from '../../shared/model.ts';
import { parseJsonObject, textMember } from '../json.ts';
import { bodyType, closeCodeOf } from '../own-frame.ts';
import { isPrivate } from '../wire-event.ts';
import type { KeptFrame } from './frame-log.ts';
import type { Redactor } from './redaction.ts';
import { redactEvents } from './split-secrets.ts';
import { clientMessages, isOwn, toldFrames } from './told-frames.ts';

/** HAR 1.2, with websocket messages as Chromium writes them: one entry for the client's side, one for each attempt. */

const unknown = -1;

/** `_webSocketMessages`, and what else HAR has no member for. */
interface WebSocketMessage {
  readonly type: 'send' | 'receive';
  /** Epoch seconds. */
  readonly time: number;
  readonly opcode: 1;
  /** Empty without bodies. */
  readonly data: string;
  readonly _type: string;
  readonly _bytes: number;
}

interface SlipstreamEntry extends Entry {
  readonly _resourceType: 'websocket' | 'fetch';
  readonly _exchange: string;
  readonly _webSocketMessages?: WebSocketMessage[];
  readonly _closeCode?: number;
  readonly _error?: string;
  readonly _upstreamSaid?: UpstreamWords;
  readonly _tierSent?: string | null;
  readonly _slipstreamOwnMs?: number | null;
}

export interface HarTrace {
  readonly detail: TraceDetail;
  /** Raw; redacted here. Empty where they are no longer kept. */
  readonly frames: readonly KeptFrame[];
  /** Codex is given upstream's private events, too. */
  readonly isCodex: boolean;
}

interface HarOptions {
  readonly version: string;
  readonly baseUrl: string;
  readonly withBodies: boolean;
  readonly redactor: Redactor;
}

const headersOf = (headers: readonly RawHeader[]): Header[] => headers.map(([name, value]) => ({ name, value }));

const isoTime = (startedAt: number, sinceMs: number) => new Date(startedAt + sinceMs).toISOString();

/** Decoded, a parameter may show what its address does not. */
function queryOf(url: string, redactor: Redactor): Header[] {
  return headersOf(redactor.headers([...(URL.parse(url)?.searchParams ?? [])]));
}

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly RawHeader[];
  readonly body: string | null;
}

function request({ method, url, headers, body }: Asked, redactor: Redactor): Entry['request'] {
  const postData: PostData = { mimeType: 'application/json', text: body ?? '' };
  return {
    method,
    url,
    httpVersion: 'HTTP/1.1',
    cookies: [],
    headers: headersOf(headers),
    queryString: queryOf(url, redactor),
    ...(body === null ? {} : { postData }),
    headersSize: unknown,
    bodySize: body === null ? unknown : Buffer.byteLength(body),
  };
}

/** What an answer held; a comment where it held more. */
type AnswerText = Pick<Entry['response']['content'], 'comment'> & { readonly text: string };

const contentType = (headers: readonly RawHeader[]): string | undefined =>
  headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1];

function response(status: number | null, headers: readonly RawHeader[], answer: AnswerText | null): Entry['response'] {
  return {
    status: status ?? 0,
    statusText: '',
    httpVersion: 'HTTP/1.1',
    cookies: [],
    headers: headersOf(headers),
    content: {
      size: answer === null ? 0 : Buffer.byteLength(answer.text),
      mimeType: contentType(headers) ?? 'x-unknown',
      ...answer,
    },
    redirectURL: '',
    headersSize: unknown,
    bodySize: unknown,
  };
}

/** HAR counts TLS within connect, and wants -1 for what did not happen. */
function attemptTimings(attempt: AttemptRecord, endMs: number): Timings {
  const spans = attempt.phases.map(({ name, startMs, endMs: phaseEndMs }) => ({ name, ms: phaseEndMs - startMs }));
  const of = (...names: string[]) => {
    const found = spans.filter(({ name }) => names.includes(name));
    return found.length === 0 ? unknown : found.reduce((total, { ms }) => total + ms, 0);
  };
  const overMs = attempt.endedMs ?? endMs;
  const connectedMs = attempt.connectedMs ?? attempt.readyMs ?? attempt.sentMs ?? overMs;
  const sentMs = Math.max(connectedMs, attempt.sentMs ?? connectedMs);
  const firstMs = Math.max(sentMs, attempt.firstEventMs ?? overMs);
  const named = [of('dns'), of('proxy', 'tcp', 'tls', 'upgrade')].filter((ms) => ms >= 0);
  return {
    blocked: Math.max(0, connectedMs - attempt.startedMs - named.reduce((total, ms) => total + ms, 0)),
    dns: of('dns'),
    connect: of('proxy', 'tcp', 'tls', 'upgrade'),
    ssl: of('tls'),
    send: sentMs - connectedMs,
    wait: firstMs - sentMs,
    receive: Math.max(0, overMs - firstMs),
  };
}

const totalOf = ({ blocked, dns, connect, send, wait, receive }: Timings): number =>
  [blocked, dns, connect, send, wait, receive].reduce((total: number, ms) => total + Math.max(0, ms ?? 0), 0);

const translatedComment =
  'The end alone, which Slipstream made: what came before was told in the dialect of the client, and is with the attempt as upstream said it.';

/** What an HTTP client was given, as it was given; null where that is not known. */
function answerTold({ detail, isCodex }: HarTrace, told: readonly KeptFrame[], redactor: Redactor): AnswerText | null {
  const { row, clientResponse } = detail;
  const own = told.filter(isOwn);
  if (contentType(clientResponse.headers)?.startsWith('text/event-stream') !== true) {
    const body = own.find(({ type }) => type === bodyType)?.data ?? null;
    return body === null ? null : { text: redactor.text(body.toString('utf8')) };
  }
  if (row.dialect === 'responses')
    return textOf(
      told.filter((frame) => isOwn(frame) || isCodex || !isPrivate(frame.type)),
      redactor,
    );
  const end = textOf(own, redactor, row.dialect !== 'chat');
  return end === null || own.length === told.length ? end : { ...end, comment: translatedComment };
}

function clientEntry(trace: HarTrace, options: HarOptions): SlipstreamEntry {
  const { detail, frames, isCodex } = trace;
  const { baseUrl, withBodies, redactor } = options;
  const { row, clientRequest, clientResponse } = detail;
  const endMs = row.totalMs ?? 0;
  const bodyReadMs = Math.min(endMs, detail.marks.find(({ name }) => name === 'bodyRead')?.atMs ?? 0);
  const firstMs = Math.min(endMs, detail.marks.find(({ name }) => name === 'firstEvent')?.atMs ?? endMs);
  const isWebsocket = row.clientTransport === 'ws';
  const url = `${isWebsocket ? baseUrl.replace(/^http/, 'ws') : baseUrl}${clientRequest.path}`;
  const told = toldFrames(frames, detail);
  const lane = isCodex ? null : textMember(parseJsonObject(clientRequest.body ?? ''), 'stream_id');
  const crossed = clientMessages(frames, told, lane);
  const closeCode = told
    .filter(isOwn)
    .map(({ type }) => closeCodeOf(type))
    .find((code) => code !== null);
  return {
    startedDateTime: isoTime(row.startedAt, 0),
    time: endMs,
    request: request(
      {
        method: clientRequest.method,
        url,
        headers: clientRequest.headers,
        body: withBodies && !isWebsocket ? clientRequest.body : null,
      },
      redactor,
    ),
    response: response(
      isWebsocket ? 101 : clientResponse.status,
      clientResponse.headers,
      withBodies && !isWebsocket ? answerTold(trace, told, redactor) : null,
    ),
    cache: {},
    timings: { send: bodyReadMs, wait: Math.max(0, firstMs - bodyReadMs), receive: Math.max(0, endMs - firstMs) },
    _resourceType: isWebsocket ? 'websocket' : 'fetch',
    _exchange: row.id,
    _tierSent: row.tierSent,
    _slipstreamOwnMs: detail.ownMs,
    ...(isWebsocket ? { _webSocketMessages: messagesOf(crossed, row.startedAt, clientRequest.body, options) } : {}),
    ...(closeCode === undefined ? {} : { _closeCode: closeCode }),
    ...(row.note === undefined ? {} : { comment: redactor.text(row.note) }),
    ...(row.error === null ? {} : { _error: `${row.error.code}: ${row.error.message}` }),
    ...(row.said === null ? {} : { _upstreamSaid: row.said }),
  };
}

/** Frames as messages of a websocket. `body` is that of the frame that began the turn, redacted. */
function messagesOf(
  frames: readonly KeptFrame[],
  startedAt: number,
  body: string | null,
  { withBodies, redactor }: HarOptions,
): WebSocketMessage[] {
  const raw = frames.map(({ data }) => data?.toString('utf8') ?? '');
  const texts = withBodies ? redactEvents(raw, redactor) : [];
  let latestMs = 0;
  return frames.map(({ atMs, direction, type, bytes }, index) => {
    const isSent = direction === 'client-in' || direction === 'upstream-out';
    // What was held back was told after some of what came behind it.
    latestMs = Math.max(latestMs, atMs);
    // Of that frame only the body is kept; a client may send others while the turn runs.
    const text = (isSent && type === 'response.create' ? body : texts[index]) ?? '';
    return {
      type: isSent ? 'send' : 'receive',
      time: (startedAt + latestMs) / 1000,
      opcode: 1,
      data: withBodies ? text : '',
      _type: redactor.text(type),
      _bytes: bytes,
    };
  });
}

/** Where upstream's JSON has several lines, the client was told it on one. */
function lineOf(text: string): string {
  const body = /[\r\n]/.test(text) ? parseJsonObject(text) : null;
  return body === null ? text : JSON.stringify(body);
}

/** Frames as the server-sent events they are for an HTTP client. */
function textOf(frames: readonly KeptFrame[], redactor: Redactor, hasNames = true): AnswerText | null {
  const events = frames.filter(({ data }) => data !== null);
  if (events.length === 0) return null;
  const texts = redactEvents(
    events.map(({ data }) => lineOf(data?.toString('utf8') ?? '')),
    redactor,
  );
  const name = (type: string) => (hasNames && type !== '' ? `event: ${type.replaceAll(/[\r\n]/g, '')}\n` : '');
  return { text: redactor.text(events.map(({ type }, index) => `${name(type)}data: ${texts[index]}\n\n`).join('')) };
}

function attemptEntry({ detail, frames }: HarTrace, attempt: AttemptRecord, options: HarOptions): SlipstreamEntry {
  const { withBodies, redactor } = options;
  const { row } = detail;
  const endMs = attempt.endedMs ?? row.totalMs ?? attempt.startedMs;
  const isLast = attempt === detail.attempts.at(-1);
  const isWebsocket = attempt.transport === 'ws';
  const body = withBodies && isLast ? detail.upstreamBody : null;
  const timings = attemptTimings(attempt, endMs);
  const own = frames.filter(({ atMs }) => atMs >= attempt.startedMs && atMs <= endMs);
  const crossed = own.filter(({ direction }) => direction === 'upstream-in' || direction === 'upstream-out');
  const url = isWebsocket ? attempt.url.replace(/^http/, 'ws') : attempt.url;
  return {
    startedDateTime: isoTime(row.startedAt, attempt.startedMs),
    time: totalOf(timings),
    request: request(
      {
        method: isWebsocket ? 'GET' : 'POST',
        url,
        headers: attempt.requestHeaders,
        body: isWebsocket ? null : body,
      },
      redactor,
    ),
    response: response(
      attempt.status,
      attempt.responseHeaders,
      withBodies && !isWebsocket
        ? textOf(
            own.filter(({ direction }) => direction === 'upstream-in'),
            redactor,
          )
        : null,
    ),
    cache: {},
    timings,
    _resourceType: isWebsocket ? 'websocket' : 'fetch',
    _exchange: row.id,
    ...(isWebsocket ? { _webSocketMessages: messagesOf(crossed, row.startedAt, body, options) } : {}),
    ...(attempt.closeCode === null ? {} : { _closeCode: attempt.closeCode }),
    ...(attempt.error === null ? {} : { _error: `${attempt.error.code}: ${attempt.error.message}` }),
    ...(attempt.said === null ? {} : { _upstreamSaid: attempt.said }),
  };
}

/** A HAR file in the making, one line an entry. Times that a trace does not have are 0, as the format wants. */
export class HarPart {
  readonly #options: HarOptions;
  readonly #entries: { readonly at: string; readonly text: string }[] = [];
  #turns = 0;
  #chars = 0;

  constructor(options: HarOptions) {
    this.#options = options;
  }

  /** Length of its entries' text. */
  get chars(): number {
    return this.#chars;
  }

  /** Adds a turn: an entry of the client's request and one of each attempt upstream. */
  add(trace: HarTrace): void {
    const entries = [
      clientEntry(trace, this.#options),
      ...trace.detail.attempts.map((attempt) => attemptEntry(trace, attempt, this.#options)),
    ];
    for (const entry of entries) {
      const text = JSON.stringify(entry);
      this.#chars += text.length;
      this.#entries.push({ at: entry.startedDateTime, text });
    }
    this.#turns += 1;
  }

  /** The file, oldest entry first, and where the inside of its list of entries begins and ends. */
  finished() {
    const log: Omit<Har['log'], 'entries'> = {
      version: '1.2',
      creator: { name: 'Slipstream', version: this.#options.version },
    };
    const head = `{"log":${JSON.stringify(log).slice(0, -1)},"entries":[\n`;
    const entries = this.#entries
      .toSorted((a, b) => (a.at < b.at ? -1 : 1))
      .map(({ text }) => text)
      .join(',\n');
    return {
      text: `${head}${entries}\n]}}\n`,
      entriesStart: head.length,
      entriesEnd: head.length + entries.length,
      turns: this.#turns,
      entries: this.#entries.length,
    };
  }
}
