import type { ModelFacts } from '../core/dialects/translation.ts';
import { clientKind } from '../core/normalise/client-kind.ts';
import type { Host } from '../core/ports.ts';
import { compareTraces } from '../core/traces/compare.ts';
import { curlCommand } from '../core/traces/curl.ts';
import { isCut } from '../core/traces/exchange-bodies.ts';
import { harPage } from '../core/traces/har-page.ts';
import { PayloadReader } from '../core/traces/payload-reader.ts';
import type { Redactor } from '../core/traces/redaction.ts';
import { bySession, withRunning } from '../core/traces/store/sessions.ts';
import { withMark } from '../core/traces/turn-mark.ts';
import type { TurnRunner } from '../core/turn/runner.ts';
import type { AccountView } from '../shared/account-model.ts';
import type { Handlers } from '../shared/contract.ts';
import { SlipstreamError } from '../shared/errors.ts';
import type { TraceDetail } from '../shared/model.ts';
import { turnMatcher } from '../shared/trace-filter.ts';
import { said } from '../shared/words/said.ts';
import type { Deltas } from './deltas.ts';
import { replay } from './replay.ts';
import { sendTestTurn } from './test-turn.ts';
import type { Traces } from './traces.ts';
import { type UsageCall, usageHandlers } from './usage-handlers.ts';

/** Of a body in a curl command: it goes over the bridge, and into the clipboard, in one piece. */
const maxCurlBytes = 2 * 1024 * 1024;

interface HandlerParts {
  readonly host: Host;
  readonly accounts: { views(): readonly AccountView[] };
  readonly redactor: Redactor;
  readonly traces: Traces;
  readonly runner: TurnRunner;
  readonly models: ModelFacts;
  readonly plainModel: (name: string) => string;
  readonly version: string;
  readonly baseUrl: () => string;
  readonly deltas: Pick<Deltas, 'emit' | 'flush'>;
}

type TraceCall =
  | Exclude<Extract<keyof Handlers, `requests.${string}`>, 'requests.dragHar'>
  | Extract<keyof Handlers, `sessions.${string}` | 'export.har' | 'latency.query'>
  | UsageCall;

/** The calls about turns of the past. */
export function traceHandlers({
  host,
  accounts,
  redactor,
  traces,
  runner,
  models,
  plainModel,
  version,
  baseUrl,
  deltas,
}: HandlerParts): Pick<Handlers, TraceCall> {
  const { recorder, store } = traces;
  const detailOf = async (id: string): Promise<TraceDetail> => {
    const detail = recorder.detail(id) ?? (await store.detail(id));
    if (detail === null) throw new SlipstreamError('exchange_unknown');
    const mark = detail.row.status === 'running' ? null : await store.markOf(id);
    return mark === null ? detail : { ...detail, row: withMark(detail.row, mark) };
  };
  const reader = new PayloadReader(recorder, store, redactor);
  return {
    'requests.detail': ({ id }) => detailOf(id),
    'requests.text': (query) => reader.text(query),
    'requests.payloads': (query) => reader.payloads(query),
    'requests.query': async (query) => {
      // The store is asked in the same moment, so that it counts exactly what was told.
      const asOf = deltas.flush();
      const asked = store.query(query);
      const isFirst = query.cursor === null && (query.skip ?? 0) === 0;
      const matches = turnMatcher(query.filter);
      const running = (isFirst ? recorder.running() : [])
        .filter(({ row, effort }) => matches({ ...row, effort }))
        .map(({ row }) => row);
      const page = await asked;
      return { ...page, rows: [...running, ...page.rows], asOf };
    },
    'requests.choices': () => store.choices(),
    'sessions.query': async (query) => {
      const asked = store.sessions(query);
      const matches = turnMatcher(query.filter);
      const running = recorder.running();
      const groups = bySession(running.map(({ row }) => row));
      const matching = bySession(
        running.filter(({ row, effort }) => matches({ ...row, effort })).map(({ row }) => row),
      );
      const page = await asked;
      const known = new Set(page.sessions.map(({ id }) => id));
      const begun = [...groups].filter(([id]) => query.cursor === null && matching.has(id) && !known.has(id));
      // Older than this page, but for the turn that runs.
      const older = await Promise.all(begun.map(([id]) => store.session({ id, cursor: null, limit: 1 })));
      return {
        ...page,
        sessions: [
          ...begun.flatMap(([id, rows], index) => withRunning(id, older[index]?.session ?? null, rows) ?? []),
          ...page.sessions.map((each) => withRunning(each.id, each, groups.get(each.id) ?? []) ?? each),
        ],
      };
    },
    'sessions.get': async ({ id, cursor, limit }) => {
      const asked = store.session({ id, cursor, limit });
      const running = bySession(recorder.running().map(({ row }) => row)).get(id) ?? [];
      const page = await asked;
      return {
        ...page,
        session: withRunning(id, page.session, running),
        rows: cursor === null ? [...running, ...page.rows] : page.rows,
      };
    },
    'requests.compare': async ({ a, b }) => compareTraces(await detailOf(a), await detailOf(b)),
    'requests.curl': async ({ id }) => {
      const detail = await detailOf(id);
      const { body: shown } = detail.clientRequest;
      const body = recorder.wholeBody(id, maxCurlBytes) ?? (isCut(shown) ? null : shown);
      return { text: curlCommand(detail, baseUrl(), body) };
    },
    'requests.replay': async (request) => ({
      id: await replay(request, { host, traces, runner, models, plainModel, detailOf }),
    }),
    'requests.test': ({ model }) => ({ id: sendTestTurn(model, runner, host.clock) }),
    'requests.mark': async ({ id, starred, note }) => {
      const written = note === null ? '' : redactor.text(note.trim());
      const row = await store.mark(id, { starred, note: written === '' ? null : written });
      if (row === 'full') throw new SlipstreamError('stars_full');
      if (row === 'unknown') throw new SlipstreamError('exchange_unknown');
      recorder.mark(id, { starred: row.starred === true, note: row.note ?? null });
      deltas.emit({ kind: 'marked', row });
      return row;
    },
    'requests.stop': ({ id }) => {
      const isStopped = runner.stopTurn(id);
      if (!isStopped) throw new SlipstreamError('exchange_unknown', said('failures.running.none'));
      return null;
    },
    'requests.clear': async () => {
      await store.clear();
      // Rows from before must not come after, and those that have just ended must not be taken to run.
      deltas.flush();
      recorder.forgetEnded();
      reader.forget();
      deltas.emit({ kind: 'cleared' });
      return null;
    },
    'requests.storeState': async () => {
      const asOf = deltas.flush();
      return { ...(await store.state()), asOf };
    },
    'export.har': (request) =>
      harPage(request, {
        query: (page) => store.query(page),
        traceOf: async (id) => {
          const detail = await detailOf(id);
          const { isCodex } = clientKind(detail.clientRequest.headers);
          return { detail, frames: await reader.framesOf(detail), isCodex };
        },
        clock: host.clock,
        redactor,
        version,
        baseUrl: baseUrl(),
      }),
    'latency.query': (query) => store.latency(query),
    ...usageHandlers({ host, store, accounts }),
  };
}
