import { randomUUID } from 'node:crypto';
import { isJsonObject, type JsonObject } from '../../src-main/core/json.ts';
import { isTerminal } from '../../src-main/core/wire-event.ts';
import { seededRandom } from '../../src-main/simulator/seeded-random.ts';
import { accountsOf } from './rig-accounts.ts';
import { type Rig, startRig } from './slipstream.ts';
import {
  ask,
  codexBody,
  codexHeaders,
  errorOf,
  openPost,
  outputOf,
  readAnswer,
  responseIdOf,
  sequenceOf,
  textOf,
  user,
  WsTurns,
} from './turn-client.ts';

/** Many streams at once over several accounts while upstream fails at random: what every stream came to. */
export interface SoakReport {
  readonly seconds: number;
  readonly streams: number;
  readonly turns: number;
  readonly turnsPerSecond: number;
  /** Ends of turns: complete, cut by a limit, a clear error, left by the client on purpose. */
  readonly ends: Record<TurnEnd, number>;
  /** Errors by code, as clients were told. */
  readonly errors: Record<string, number>;
  /** Faults that upstream injected, by kind. */
  readonly faults: Record<string, number>;
  /** Streams that lost, doubled or reordered an event, ended without saying so, or did not end. */
  readonly violations: readonly string[];
  readonly heapMiB: { readonly before: number; readonly after: number; readonly change: string };
  readonly handles: { readonly before: number; readonly after: number };
}

export interface SoakOptions {
  /** It ends after so long, or after so many turns. */
  readonly until: { readonly seconds: number } | { readonly turns: number };
  readonly streams: number;
  /** Turns before the heap is measured: until then caches and the memory of exchanges fill. */
  readonly warmUpTurns: number;
  readonly probability: number;
  readonly collectGarbage: () => void;
}

type TurnEnd = 'complete' | 'incomplete' | 'error' | 'left';

const hungAfterMs = 60_000;
const accounts = 3;
const leaveShare = 0.03;
const mib = 1024 * 1024;

/** One run's books. */
class Books {
  readonly ends: Record<TurnEnd, number> = { complete: 0, incomplete: 0, error: 0, left: 0 };
  readonly errors: Record<string, number> = {};
  readonly faults: Record<string, number> = {};
  readonly violations: string[] = [];
  turns = 0;

  end(end: TurnEnd, error?: JsonObject): void {
    this.turns += 1;
    this.ends[end] += 1;
    if (error === undefined) return;
    const code = String(error.code ?? error.type ?? 'none');
    this.errors[code] = (this.errors[code] ?? 0) + 1;
    if (typeof error.message !== 'string' || error.message === '')
      this.violations.push(`an error without words: ${code}`);
  }

  fault(kind: string): void {
    this.faults[kind] = (this.faults[kind] ?? 0) + 1;
  }
}

/** Rates the events of one turn that was to count to `count`. */
function rate(books: Books, who: string, count: number, events: readonly JsonObject[]): void {
  const last = events.at(-1);
  const sequence = sequenceOf(events);
  const wrong = sequence.findIndex((number, index) => number !== index);
  if (wrong >= 0) books.violations.push(`${who}: event ${sequence[wrong]} at place ${wrong}`);
  const whole = Array.from({ length: count }, (_, index) => index + 1).join(' ');
  const text = textOf(events);
  const terminals = events.filter(({ type }) => isTerminal(String(type))).length;
  if (terminals !== 1 || !isTerminal(String(last?.type)))
    books.violations.push(`${who}: ${terminals} ends, last ${last?.type}`);
  if (last?.type === 'response.completed') {
    if (text !== whole) books.violations.push(`${who}: complete, but said ${text.slice(-40)}`);
    books.end('complete');
  } else {
    if (!whole.startsWith(text)) books.violations.push(`${who}: said ${text.slice(-40)}`);
    if (last?.type === 'response.incomplete') books.end('incomplete');
    else books.end('error', errorOf(last));
  }
}

class Stream {
  readonly #rig: Rig;
  readonly #books: Books;
  readonly #who: string;
  readonly #random: () => number;
  readonly #thread = randomUUID();
  #history: JsonObject[] = [];
  #socket: WsTurns | null = null;

  constructor(rig: Rig, books: Books, number: number) {
    this.#rig = rig;
    this.#books = books;
    this.#who = `stream ${number}`;
    this.#random = seededRandom(number * 7919 + 1);
  }

  /** One turn of this stream's kind; a turn that takes too long is a violation. */
  async turn(kind: number): Promise<void> {
    const hung = Promise.withResolvers<'hung'>();
    const timer = setTimeout(() => hung.resolve('hung'), hungAfterMs);
    const count = 3 + Math.floor(this.#random() * 40);
    const work = [this.#nameless, this.#growing, this.#whole, this.#websocket][kind % 4];
    const end = await Promise.race([work?.call(this, count) ?? Promise.resolve(), hung.promise]);
    clearTimeout(timer);
    if (end === 'hung') this.#books.violations.push(`${this.#who}: hung, kind ${kind % 4}`);
  }

  async close(): Promise<void> {
    await this.#socket?.close();
  }

  /** A program without a session, that streams. */
  async #nameless(count: number): Promise<void> {
    await this.#post(count, ask(`Count to ${count}`), {});
  }

  /** A program that names its session and resends what was said. */
  async #growing(count: number): Promise<void> {
    if (this.#history.length > 12) this.#history = [];
    const input = [...this.#history, user(`Count to ${count}`)];
    const events = await this.#post(count, ask('', { input }), { 'session-id': this.#thread });
    if (events?.at(-1)?.type === 'response.completed') this.#history = [...input, ...outputOf(events)];
  }

  async #post(count: number, body: JsonObject, headers: Record<string, string>): Promise<JsonObject[] | null> {
    const { request, head } = openPost(this.#rig, '/v1/responses', JSON.stringify(body), headers);
    if (this.#random() < leaveShare) {
      head.catch(() => {});
      setTimeout(() => request.destroy(), this.#random() * 30);
      await new Promise((resolve) => request.on('close', resolve));
      this.#books.end('left');
      return null;
    }
    const answer = await readAnswer(await head);
    if (answer.isCut) this.#books.violations.push(`${this.#who}: the connection broke`);
    if (answer.status === 200) rate(this.#books, this.#who, count, answer.events);
    else this.#books.end('error', errorOf(answer.json));
    return [...answer.events];
  }

  /** A program that wants one JSON object. */
  async #whole(count: number): Promise<void> {
    const { head } = openPost(this.#rig, '/v1/responses', JSON.stringify(ask(`Count to ${count}`, { stream: false })));
    const { status, json } = await readAnswer(await head);
    if (status !== 200) {
      this.#books.end('error', errorOf(json));
      return;
    }
    const message = outputOf([{ response: json ?? {} }]).find(({ type }) => type === 'message');
    const [part] = Array.isArray(message?.content) ? message.content : [];
    const said = isJsonObject(part) ? String(part.text).split(' ').length : 0;
    if (said !== count) this.#books.violations.push(`${this.#who}: ${said} numbers of ${count} in one object`);
    this.#books.end('complete');
  }

  /** Codex on a websocket: deltas while it may, everything again when it is told so. */
  async #websocket(count: number): Promise<void> {
    const socket = await this.#connect();
    if (socket === null) return this.#growing(count);
    const question = user(`Count to ${count}`);
    const previous = responseIdOf(socket.events);
    const delta = previous === '' ? {} : { previous_response_id: previous };
    let events = await socket.turn(codexBody('', { input: [question], ...delta }));
    if (errorOf(events.at(-1)).code === 'previous_response_not_found') {
      events = await socket.turn(codexBody('', { input: [question] }));
    }
    rate(this.#books, this.#who, count, events);
    const isOpen = socket.socket.readyState === socket.socket.OPEN;
    const last = events.at(-1)?.type;
    if (isOpen && last === 'response.completed' && this.#random() >= leaveShare) {
      // Only the last answer is needed to go on from.
      socket.events.splice(0, socket.events.length - 1);
      return;
    }
    await socket.close();
    this.#socket = null;
  }

  /** Null where the account is served over HTTP for now. */
  async #connect(): Promise<WsTurns | null> {
    if (this.#socket !== null) return this.#socket;
    try {
      this.#socket = await WsTurns.open(this.#rig, codexHeaders(this.#thread));
      return this.#socket;
    } catch (error) {
      if (!String(error).includes('426')) this.#books.violations.push(`${this.#who}: upgrade: ${error}`);
      return null;
    }
  }
}

/** Runs all streams until `isOver`, each turn after turn. */
async function runStreams(streams: readonly Stream[], isOver: () => boolean): Promise<void> {
  await Promise.all(
    streams.map(async (stream, number) => {
      while (!isOver()) await stream.turn(number);
    }),
  );
}

function countFaults(rig: Rig, books: Books): void {
  const { log } = rig.simulator;
  const add = log.add.bind(log);
  log.add = (entry) => {
    if (entry.kind === 'fault') books.fault(entry.fault);
    add(entry);
  };
}

const handleCount = () =>
  process.getActiveResourcesInfo().filter((name) => name !== 'Timeout' && name !== 'Immediate').length;

/** Waits until as few handles are open as at the start, for 10 s at most; what the kernel closes takes a moment. */
async function handlesAfter(before: number): Promise<number> {
  const giveUpAt = performance.now() + 10_000;
  while (handleCount() > before && performance.now() < giveUpAt)
    await new Promise((resolve) => setTimeout(resolve, 50));
  return handleCount();
}

async function heapNow(rig: Rig, collectGarbage: () => void): Promise<number> {
  const giveUpAt = performance.now() + 10_000;
  while ((await rig.app.handlers['app.status'](null)).running > 0 && performance.now() < giveUpAt) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  collectGarbage();
  await new Promise((resolve) => setTimeout(resolve, 100));
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

export async function runSoak(options: SoakOptions): Promise<SoakReport> {
  const handlesBefore = handleCount();
  const rig = await startRig({
    traceKeeping: 'database',
    accounts,
    settings: { strategy: 'round-robin' },
    simulator: { logLimits: { maxEntries: 200, maxBytes: mib }, timing: { firstTokenMs: 2, tokensPerSecond: 2_000 } },
  });
  const warmUp = new Books();
  const books = new Books();
  countFaults(rig, books);
  rig.simulator.faults.random({ seed: 20_260_401, probability: options.probability });
  // A refused websocket is remembered for 10 min; here upstream changes its mind sooner.
  let forgotten: Promise<unknown> = Promise.resolve();
  const forget = () =>
    Promise.all(accountsOf(rig).map(({ id }) => rig.app.handlers['accounts.setWebsockets']({ id, websockets: true })));
  const forgetting = setInterval(() => {
    forgotten = forgotten.then(forget);
  }, 500);
  const make = (into: Books) => Array.from({ length: options.streams }, (_, number) => new Stream(rig, into, number));
  const warm = make(warmUp);
  await runStreams(warm, () => warmUp.turns >= options.warmUpTurns);
  await Promise.all(warm.map((stream) => stream.close()));
  const heapBefore = await heapNow(rig, options.collectGarbage);
  const startedMs = performance.now();
  const streams = make(books);
  const { until } = options;
  await runStreams(streams, () =>
    'turns' in until ? books.turns >= until.turns : performance.now() - startedMs >= until.seconds * 1000,
  );
  const seconds = (performance.now() - startedMs) / 1000;
  await Promise.all(streams.map((stream) => stream.close()));
  const heapAfter = await heapNow(rig, options.collectGarbage);
  clearInterval(forgetting);
  await forgotten;
  await rig.stop();
  const handles = { before: handlesBefore, after: await handlesAfter(handlesBefore) };
  return {
    seconds: Math.round(seconds * 10) / 10,
    streams: options.streams,
    turns: books.turns,
    turnsPerSecond: Math.round(books.turns / seconds),
    ends: books.ends,
    errors: books.errors,
    faults: books.faults,
    violations: [...warmUp.violations, ...books.violations],
    heapMiB: {
      before: Math.round((heapBefore / mib) * 10) / 10,
      after: Math.round((heapAfter / mib) * 10) / 10,
      change: `${(100 * (heapAfter / heapBefore - 1)).toFixed(1)} %`,
    },
    handles,
  };
}
