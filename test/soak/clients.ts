import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { isJsonObject, type JsonObject, objectMember } from '../../src-main/core/json.ts';
import { isTerminal } from '../../src-main/core/wire-event.ts';
import { chat, complete } from '../support/chat-client.ts';
import { ask as askMessages, say } from '../support/messages-client.ts';
import {
  ask,
  codexBody,
  codexHeaders,
  errorOf,
  openPost,
  outputOf,
  post,
  responseIdOf,
  type Server,
  sequenceOf,
  textOf,
  user,
  WsTurns,
} from '../support/turn-client.ts';
import { judgeSequence, judgeText, type Ledger } from './ledger.ts';
import type { Program } from './program.ts';

const hungAfterMs = 75_000;
const leaveShare = 0.03;
const longestHistory = 12;
/** A close that crosses with a client's next frame. */
const crossingMs = 1_000;

/** What a client saw of a turn. */
interface Seen {
  readonly text: string;
  /** Null where there is none: the answer broke off, or ended without a word. */
  readonly end: 'complete' | 'incomplete' | { readonly error: JsonObject; readonly status?: number } | null;
  readonly sequence?: readonly number[];
  /** Nothing at all has come. */
  readonly isUnanswered?: boolean;
}

const kinds = [
  'responses',
  'responses session',
  'responses object',
  'codex',
  'codex websocket',
  'websocket',
  'chat',
  'chat object',
  'messages',
  'messages object',
] as const;

let turnCount = 0;

/** A client that asks turn after turn, always in its own way, and judges what comes. */
export class SoakClient {
  readonly #kind: (typeof kinds)[number];
  readonly #program: Program;
  readonly #ledger: Ledger;
  readonly #random: () => number;
  #thread: string = randomUUID();
  #history: JsonObject[] = [];
  #socket: WsTurns | null = null;

  constructor(index: number, program: Program, ledger: Ledger, random: () => number) {
    this.#kind = kinds[index % kinds.length] ?? 'responses';
    this.#program = program;
    this.#ledger = ledger;
    this.#random = random;
  }

  async run(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      await this.#turn();
      await delay(this.#random() * 150);
    }
    await this.#hangUp();
  }

  async #turn(): Promise<void> {
    const server = await this.#program.server();
    turnCount += 1;
    const length = 3 + Math.floor(this.#random() * 40);
    const expected = [`t${turnCount}`, ...Array.from({ length }, (_, index) => String(index + 1))].join(' ');
    const who = `${this.#kind}, turn ${turnCount}`;
    const ledger = this.#ledger;
    ledger.sent += 1;
    ledger.clients.set(this.#kind, (ledger.clients.get(this.#kind) ?? 0) + 1);
    const sentAtMs = performance.now();
    const hung = Promise.withResolvers<'hung'>();
    const timer = setTimeout(() => hung.resolve('hung'), hungAfterMs);
    const seen = await Promise.race([this.#ask(server, expected), hung.promise]).catch((error: unknown) => error);
    clearTimeout(timer);
    if (seen === 'left') return ledger.end('left');
    if (seen === 'hung') {
      this.#socket = null;
      return ledger.fault('hung', who);
    }
    if (!isSeen(seen)) return this.#broken(who, sentAtMs, String(seen));
    this.#judge(who, expected, seen, sentAtMs);
  }

  #judge(who: string, expected: string, { text, end, sequence, isUnanswered }: Seen, sentAtMs: number): void {
    const ledger = this.#ledger;
    const wrong = judgeText(expected, text, end === 'complete') ?? judgeSequence(sequence ?? []);
    if (wrong !== null) ledger.fault(wrong, `${who}: said "${text.slice(-80)}" of "${expected.slice(-20)}"`);
    if (end === null) this.#broken(who, sentAtMs, `it ended after "${text.slice(-40)}"`, isUnanswered);
    else if (typeof end === 'string') ledger.end(end);
    else ledger.error(String(end.error.code ?? end.error.type ?? end.status ?? 'none'), end.error.message);
  }

  /** An answer that did not come to its end: a kill explains it; a stop does where nobody was there any more. */
  #broken(who: string, sentAtMs: number, what: string, isUnanswered = true): void {
    const program = this.#program;
    if (program.wasKilledSince(sentAtMs)) this.#ledger.end('killed');
    else if (isUnanswered && program.wasStoppingAt(sentAtMs)) this.#ledger.end('unreachable');
    else this.#ledger.fault('silent', `${who}: ${what}`);
  }

  #ask(server: Server, expected: string): Promise<Seen | 'left'> {
    const text = `Reply with exactly: ${expected}`;
    switch (this.#kind) {
      case 'responses':
        return this.#stream(server, ask(text), {});
      case 'responses session':
        return this.#growing(server, text);
      case 'responses object':
        return this.#whole(server, ask(text, { stream: false }));
      case 'codex':
        return this.#stream(server, codexBody(text), codexHeaders(this.#nextThread()));
      case 'codex websocket':
      case 'websocket':
        return this.#overWebsocket(server, text);
      case 'chat':
      case 'chat object':
        return this.#chat(server, text, this.#kind === 'chat');
      case 'messages':
      case 'messages object':
        return this.#messages(server, text, this.#kind === 'messages');
    }
  }

  /** Now and then a new conversation. */
  #nextThread(): string {
    if (this.#random() < 0.1) this.#thread = randomUUID();
    return this.#thread;
  }

  async #stream(server: Server, body: JsonObject, headers: Record<string, string>): Promise<Seen | 'left'> {
    if (this.#random() < leaveShare) return this.#leave(server, body, headers);
    return this.#streamed(server, body, headers).then(({ seen }) => seen);
  }

  async #streamed(server: Server, body: JsonObject, headers: Record<string, string>) {
    const { status, events, json } = await post(server, body, headers);
    if (status !== 200) return { events, seen: refused(status, json) };
    return { events, seen: seenOf(events) };
  }

  async #growing(server: Server, text: string): Promise<Seen> {
    if (this.#history.length > longestHistory) this.#history = [];
    const input = [...this.#history, user(text)];
    const { events, seen } = await this.#streamed(server, ask('', { input }), { 'session-id': this.#nextThread() });
    if (seen.end === 'complete') this.#history = [...input, ...outputOf(events)];
    return seen;
  }

  async #leave(server: Server, body: JsonObject, headers: Record<string, string>): Promise<'left'> {
    const { request, head } = openPost(server, '/v1/responses', JSON.stringify(body), headers);
    head.catch(() => {});
    await delay(this.#random() * 60);
    request.destroy();
    return 'left';
  }

  async #whole(server: Server, body: JsonObject): Promise<Seen> {
    const { status, json } = await post(server, body);
    if (status !== 200) return refused(status, json);
    const message = outputOf([{ response: json ?? {} }]).find(({ type }) => type === 'message');
    const [part] = Array.isArray(message?.content) ? message.content : [];
    const end = json?.status === 'incomplete' ? 'incomplete' : 'complete';
    return { text: isJsonObject(part) ? String(part.text) : '', end };
  }

  async #chat(server: Server, text: string, stream: boolean): Promise<Seen> {
    const answer = await complete(server, chat(text, { stream }));
    const { status, json, chunks, isDone, message, finishReason, isCut } = answer;
    if (status !== 200) return refused(status, json);
    const said = typeof message.content === 'string' ? message.content : '';
    const failed = chunks.find((chunk) => isJsonObject(chunk.error));
    if (failed !== undefined) return { text: said, end: { error: errorOf(failed) } };
    if (isCut || (stream && !isDone)) return { text: said, end: null, isUnanswered: false };
    return { text: said, end: finishReason === 'length' ? 'incomplete' : 'complete' };
  }

  async #messages(server: Server, text: string, stream: boolean): Promise<Seen> {
    const { status, json, events, content, isCut } = await say(server, askMessages(text, { stream }));
    if (status !== 200) return refused(status, json);
    const isText = ({ type }: JsonObject) => type === 'text';
    const said = stream
      ? events.map((event) => objectMember(event, 'delta')?.text ?? '').join('')
      : String(content.find(isText)?.text ?? '');
    const failed = events.find(({ type }) => type === 'error');
    if (failed !== undefined) return { text: said, end: { error: errorOf(failed) } };
    const isWhole = !isCut && (!stream || events.at(-1)?.type === 'message_stop');
    return { text: said, end: isWhole ? 'complete' : null, isUnanswered: false };
  }

  /** Codex goes on by deltas while it may, and sends everything again when it is told so. */
  async #overWebsocket(server: Server, text: string): Promise<Seen | 'left'> {
    const isCodex = this.#kind === 'codex websocket';
    const headers = isCodex ? codexHeaders(this.#nextThread()) : {};
    const body = (more: JsonObject) => (isCodex ? codexBody('', more) : ask('', more));
    const socket = await this.#connect(server, headers);
    if (socket === null) return this.#stream(server, body({ input: [user(text)] }), headers);
    if (!(socket instanceof WsTurns)) return socket;
    const sentAtMs = performance.now();
    const previous = responseIdOf(socket.events);
    const delta = previous === '' ? {} : { previous_response_id: previous };
    let events = await socket.turn(body({ input: [user(text)], ...delta }));
    if (errorOf(events.at(-1)).code === 'previous_response_not_found')
      events = await socket.turn(body({ input: [user(text)] }));
    const isWhole = events.at(-1)?.type === 'response.completed';
    if (isWhole && this.#random() >= leaveShare) socket.events.splice(0, socket.events.length - 1);
    else await this.#hangUp();
    const seen = seenOf(events);
    const isCrossed = events.length === 0 && this.#program.stoppedSince(sentAtMs - crossingMs);
    return isCrossed && !this.#program.wasKilledSince(sentAtMs) ? { ...seen, end: { error: crossed } } : seen;
  }

  /** Null where the account is served over HTTP for now. */
  async #connect(server: Server, headers: Record<string, string>): Promise<WsTurns | Seen | null> {
    if (this.#socket !== null && this.#socket.socket.readyState === this.#socket.socket.OPEN) return this.#socket;
    this.#socket = null;
    try {
      this.#socket = await WsTurns.open(server, headers);
      return this.#socket;
    } catch (error) {
      const status = /response: (\d+)/.exec(String(error))?.[1];
      if (status === undefined) throw error;
      if (status === '426') return null;
      return { text: '', end: { error: { code: `upgrade ${status}`, message: String(error) } } };
    }
  }

  async #hangUp(): Promise<void> {
    const socket = this.#socket;
    this.#socket = null;
    socket?.socket.close();
    await Promise.race([socket?.closed, delay(1_000, null, { ref: false })]);
  }
}

const crossed = { code: 'closed with 1001 between turns', message: 'The connection was closed between two turns.' };

function isSeen(value: unknown): value is Seen {
  return typeof value === 'object' && value !== null && 'text' in value && 'end' in value;
}

function refused(status: number, json: JsonObject | null): Seen {
  return { text: '', end: { error: errorOf(json), status } };
}

/** The events of a Responses turn. */
function seenOf(events: readonly JsonObject[]): Seen {
  const last = events.at(-1);
  const text = textOf(events);
  const sequence = sequenceOf(events.filter(({ type }) => type !== 'error'));
  if (!isTerminal(String(last?.type))) return { text, end: null, sequence, isUnanswered: events.length === 0 };
  if (last?.type === 'response.completed' || last?.type === 'response.done') return { text, end: 'complete', sequence };
  if (last?.type === 'response.incomplete') return { text, end: 'incomplete', sequence };
  return { text, end: { error: errorOf(last) }, sequence };
}
