import { join } from 'node:path';
import type { ModelFacts, ReadContext } from '../core/dialects/translation.ts';
import { turnReaders } from '../core/dialects/turn-readers.ts';
import { type JsonObject, parseJsonObject } from '../core/json.ts';
import { clientKind } from '../core/normalise/client-kind.ts';
import { profileNamed } from '../core/normalise/profiles/choose.ts';
import type { Host } from '../core/ports.ts';
import { compareTraces } from '../core/traces/compare.ts';
import { curlCommand } from '../core/traces/curl.ts';
import { isCut } from '../core/traces/exchange-bodies.ts';
import { HarPart, type HarTrace } from '../core/traces/har.ts';
import { Recorder } from '../core/traces/recorder.ts';
import type { Redactor } from '../core/traces/redaction.ts';
import { silentWatcher } from '../core/traces/silent-watcher.ts';
import { MemoryTraceStore } from '../core/traces/store/memory-store.ts';
import { StoreWriter } from '../core/traces/store/store-writer.ts';
import type { StoreLimits, TraceStore } from '../core/traces/store/trace-store.ts';
import { openWorkerStore } from '../core/traces/store/worker-store.ts';
import { OwnSink } from '../core/turn/own-sink.ts';
import type { TurnRunner } from '../core/turn/runner.ts';
import type { TurnRequest } from '../core/turn/turn.ts';
import type { TurnWatcher } from '../core/watch.ts';
import type { Handlers } from '../shared/contract.ts';
import { SlipstreamError } from '../shared/errors.ts';
import type { Dialect, TraceDetail } from '../shared/model.ts';
import type { Settings } from '../shared/settings.ts';
import { turnMatcher } from '../shared/trace-filter.ts';
import type { TraceCursor } from '../shared/trace-query.ts';
import type { ReplayRequest } from '../shared/trace-tools.ts';
import { absent } from '../shared/turn-words.ts';

const dayMs = 24 * 60 * 60_000;
/** A part of an export ends here: it goes over the bridge as one message, which has to stay well within its limit. */
const maxPartChars = 4 * 1024 * 1024;

/** Of a body in a curl command: it goes over the bridge, and into the clipboard, in one piece. */
const maxCurlBytes = 2 * 1024 * 1024;

/** Where ended turns are kept: in the database of the data folder, in memory, or nowhere (to measure what recording costs). */
export type TraceKeeping = 'database' | 'memory' | 'none';

interface TraceOptions {
  readonly host: Host;
  readonly redactor: Redactor;
  readonly keeping: TraceKeeping;
}

/** The part that watches turns: recorder, database, redaction at the exits. */
export interface Traces {
  readonly watcher: TurnWatcher;
  readonly recorder: Recorder;
  readonly store: TraceStore;
  /** The user has changed what is kept. */
  limitsChanged(): void;
  /** Writes what waits and closes the database. */
  close(): Promise<void>;
}

function limitsOf({ traceDays, traceTurns, traceMegabytes }: Settings): StoreLimits {
  return { maxAgeMs: traceDays * dayMs, maxRows: traceTurns, maxBytes: traceMegabytes * 1024 * 1024 };
}

/** Builds recorder and store. Where the disk or SQLite cannot be used, memory stands in and the log says so. */
export function composeTraces({ host, redactor, keeping }: TraceOptions): Traces {
  const { clock, log, settings, dataDir } = host;
  const recorder = new Recorder(
    clock,
    redactor,
    (headers) => clientKind(headers).label,
    (profile, transport) => profileNamed(profile)?.captured[transport] ?? null,
  );
  const start = { path: join(dataDir, 'traces.sqlite'), limits: limitsOf(settings.read()) };
  const store = (keeping === 'database' ? openWorkerStore({ start, clock, log }) : null) ?? new MemoryTraceStore();
  const writer = new StoreWriter(
    store,
    clock,
    (exchange) => recorder.compact(exchange),
    () => settings.read().traceBodies,
  );
  recorder.onEnded((exchange) => writer.note(exchange));
  return {
    watcher: keeping === 'none' ? silentWatcher : recorder,
    recorder,
    store: flushing(store, () => writer.flush()),
    limitsChanged: () => store.setLimits(limitsOf(settings.read())),
    close: async () => {
      writer.flush();
      await store.close();
    },
  };
}

/** The store as it is asked: what has ended until now is in every answer. */
function flushing(store: TraceStore, flush: () => void): TraceStore {
  const after =
    <A extends unknown[], R>(work: (...input: A) => R) =>
    (...input: A): R => {
      flush();
      return work(...input);
    };
  return {
    add: (exchange) => store.add(exchange),
    query: after((query) => store.query(query)),
    detail: after((id) => store.detail(id)),
    choices: after(() => store.choices()),
    latency: after((query) => store.latency(query)),
    passiveTurns: after((filter) => store.passiveTurns(filter)),
    saveExperiment: (experiment) => store.saveExperiment(experiment),
    experiments: () => store.experiments(),
    state: after(() => store.state()),
    setLimits: (limits) => store.setLimits(limits),
    clear: after(() => store.clear()),
    close: () => store.close(),
  };
}

interface HandlerParts {
  readonly host: Host;
  readonly redactor: Redactor;
  readonly traces: Traces;
  readonly runner: TurnRunner;
  readonly models: ModelFacts;
  readonly version: string;
  readonly baseUrl: () => string;
  /** Turns that have ended were forgotten. */
  readonly cleared: () => void;
}

type TraceCall = Extract<keyof Handlers, `requests.${string}` | 'export.har' | 'latency.query'>;

/** The calls about turns of the past. */
export function traceHandlers({
  host,
  redactor,
  traces,
  runner,
  models,
  version,
  baseUrl,
  cleared,
}: HandlerParts): Pick<Handlers, TraceCall> {
  const { recorder, store } = traces;
  const detailOf = async (id: string): Promise<TraceDetail> => {
    const detail = recorder.detail(id) ?? (await store.detail(id));
    if (detail === null) throw new SlipstreamError('exchange_unknown');
    return detail;
  };
  const harTrace = async (id: string): Promise<HarTrace> => ({
    detail: await detailOf(id),
    frames: recorder.exchange(id)?.frames() ?? [],
  });
  return {
    'requests.detail': ({ id }) => detailOf(id),
    'requests.query': async (query) => {
      const page = await store.query(query);
      if (query.cursor !== null) return page;
      const matches = turnMatcher(query.filter);
      const stored = new Set(page.rows.map(({ id }) => id));
      const running = recorder
        .running()
        .filter(({ row, effort }) => !stored.has(row.id) && matches({ ...row, effort }))
        .map(({ row }) => row);
      return { ...page, rows: [...running, ...page.rows] };
    },
    'requests.choices': () => store.choices(),
    'requests.compare': async ({ a, b }) => compareTraces(await detailOf(a), await detailOf(b)),
    'requests.curl': async ({ id }) => {
      const detail = await detailOf(id);
      const { body: shown } = detail.clientRequest;
      const body = recorder.wholeBody(id, maxCurlBytes) ?? (isCut(shown) ? null : shown);
      return { text: curlCommand(detail, baseUrl(), body) };
    },
    'requests.replay': async (request) => ({ id: await replay(request, { host, traces, runner, models, detailOf }) }),
    'requests.clear': async () => {
      await store.clear();
      recorder.forgetEnded();
      cleared();
      return null;
    },
    'requests.storeState': () => store.state(),
    'export.har': async ({ ids, filter, cursor, limit, withBodies }) => {
      const page =
        ids === null
          ? await store.query({ filter, cursor: cursor ?? null, limit })
          : { rows: ids.slice(0, limit).map((id) => ({ id, startedAt: 0 })), next: null, total: ids.length };
      const part = new HarPart({ version, baseUrl: baseUrl(), withBodies, redactor });
      let last: TraceCursor | null = null;
      for (const { id, startedAt } of page.rows) {
        const trace = await harTrace(id).catch(() => null);
        if (trace !== null) part.add(trace);
        last = { startedAt, id };
        if (part.chars >= maxPartChars) break;
        // Turns that run now go first.
        await new Promise(setImmediate);
      }
      const isCut = last !== null && last.id !== page.rows.at(-1)?.id;
      const stamp = new Date(host.clock.epochMs()).toISOString().slice(0, 19).replaceAll(':', '-');
      return {
        fileName: `slipstream-${stamp}.har`,
        ...part.finished(),
        next: ids === null && isCut ? last : page.next,
        total: page.total,
      };
    },
    'latency.query': (query) => store.latency(query),
  };
}

/** Headers that a new turn does not repeat: credentials are gone, and a turn state belongs to its turn. */
const notReplayed = /^(authorization|x-api-key|cookie|x-codex-turn-state|content-length|content-encoding|host)$/i;

interface ReplayParts extends Pick<HandlerParts, 'host' | 'traces' | 'runner' | 'models'> {
  readonly detailOf: (id: string) => Promise<TraceDetail>;
}

/** The client's own body with what the user wants otherwise; model and tier have the same names in every dialect. */
function replayBody({ type: _type, ...sent }: JsonObject, { tier, model }: ReplayRequest): JsonObject {
  // Messages has a second word for the tier.
  const { service_tier: _tier, speed: _speed, ...tierless } = sent;
  return {
    ...(tier === 'same' ? sent : tierless),
    stream: true,
    ...(model === null ? {} : { model }),
    ...(tier === 'same' || tier === absent ? {} : { service_tier: tier }),
  };
}

/** A client's body as a turn of its dialect. */
function askedAgain(
  dialect: Dialect,
  clientJson: JsonObject,
  context: ReadContext,
): Pick<TurnRequest, 'dialect' | 'body' | 'raw' | 'translated'> {
  const clientBody = Buffer.from(JSON.stringify(clientJson));
  if (dialect === 'responses') return { dialect, body: clientJson, raw: clientBody };
  const { body, changes } = turnReaders[dialect](clientBody, context);
  return { dialect, body, raw: Buffer.from(JSON.stringify(body)), translated: { clientBody, changes } };
}

/** Sends a turn again on its own conversation; answers with the new exchange's id. Upstream stays what it is. */
async function replay(
  request: ReplayRequest,
  { host, traces, runner, models, detailOf }: ReplayParts,
): Promise<string> {
  const refuse = (message: string): never => {
    throw new SlipstreamError('replay_impossible', { message });
  };
  const { row, clientRequest } = await detailOf(request.id);
  const raw = traces.recorder.rawBody(request.id) ?? refuse('Its body is no longer kept in memory.');
  const sent = parseJsonObject(raw.toString('utf8')) ?? refuse('Its body is not one JSON object.');
  if (row.kind !== 'turn') refuse('Only whole turns can be sent again.');
  if (sent.previous_response_id !== undefined && sent.previous_response_id !== null)
    refuse('It goes on from a response that only its own connection holds.');
  const asked = askedAgain(row.dialect, replayBody(sent, request), { ...models, headers: clientRequest.headers });
  const nowMs = host.clock.monotonicMs();
  const turn = runner.start(
    {
      ...asked,
      clientTransport: 'http',
      kind: 'turn',
      method: 'POST',
      path: asked.dialect === 'responses' ? '/v1/responses' : clientRequest.path,
      headers: clientRequest.headers.filter(
        ([name, value]) => !notReplayed.test(name) && !value.includes('<redacted>'),
      ),
      connectionId: null,
      acceptedMs: nowMs,
      bodyReadMs: nowMs,
      own: { fastPolicy: 'auto', transport: request.transport, accountId: row.account?.id ?? null },
    },
    new OwnSink(host.clock),
    () => {},
  );
  return turn.id;
}
