/** What can be done with traces: HAR, curl, replay, comparison, and the list of the past, on the whole program. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import type { TraceDetail } from '../../src-main/shared/model.ts';
import { SessionQuery } from '../../src-main/shared/session-query.ts';
import { TraceQuery } from '../../src-main/shared/trace-query.ts';
import { HarRequest, ReplayRequest } from '../../src-main/shared/trace-tools.ts';
import { english } from '../../src-main/shared/words/english.ts';
import { harProblems } from '../support/har-schema.ts';
import { type Rig, type RigOptions, startRig } from '../support/slipstream.ts';

import { codexFrame, codexHeaders, openSocket } from './proxy-client.ts';

let rig: Rig;

afterEach(() => rig.stop());

const question = { model: 'gpt-5.5', input: 'Count to 5', stream: true, reasoning: { effort: 'low' } };

async function turn(body: object = question, headers: Record<string, string> = {}): Promise<TraceDetail> {
  await (await rig.post('/v1/responses', body, headers)).text();
  return rig.lastTrace();
}

async function start(options: RigOptions = {}): Promise<void> {
  rig = await startRig(options);
}

/** With the database in its thread, for what reads more than the turns that are in memory anyway. */
const startWithDatabase = (options: RigOptions = {}) => start({ ...options, traceKeeping: 'database' });

/** As much of an entry as is looked at here. */
interface HarEntry {
  readonly request: { readonly url: string; readonly postData?: unknown };
  readonly response: { readonly content: { readonly text?: string } };
  readonly _webSocketMessages?: readonly { readonly type: string; readonly data: string }[];
}

const har = async (more: object = {}) => {
  const { text, ...counts } = await rig.app.handlers['export.har'](HarRequest.parse(more));
  return { file: JSON.parse(text), text, ...counts };
};

describe('a HAR file', () => {
  it('passes the published schema, with and without bodies, for every kind of turn', async () => {
    await startWithDatabase({ accounts: 2 });
    await turn();
    rig.simulator.faults.next('upgrade', { kind: 'status', status: 401 });
    rig.simulator.faults.next('turn', { kind: 'close', code: 1011 });
    await turn();
    rig.simulator.faults.next('upgrade', { kind: 'status', status: 426 });
    await turn();
    await turn({ model: 'no-such-model', input: 'x', stream: true });
    for (const withBodies of [true, false]) {
      const { file, turns, entries } = await har({ withBodies });
      expect(harProblems(file)).toEqual([]);
      expect(turns).toBe(4);
      expect(entries).toBe(file.log.entries.length);
      expect(entries).toBeGreaterThan(8);
    }
  });

  it('is refused by that schema when it is broken', async () => {
    await start();
    await turn();
    const { file } = await har();
    delete file.log.entries[0].request.method;
    expect(harProblems(file)).not.toEqual([]);
  });

  it('has the messages of the websocket, with their text only where bodies were asked for', async () => {
    await start();
    await turn();
    const messagesOf = (file: {
      log: { entries: { _webSocketMessages?: { type: string; data: string; _type: string }[] }[] };
    }) => file.log.entries.flatMap((entry) => entry._webSocketMessages ?? []);
    const full = messagesOf((await har({ withBodies: true })).file);
    expect(full[0]).toMatchObject({ type: 'send', opcode: 1, _type: 'response.create' });
    expect(JSON.parse(full[0]?.data ?? '')).toMatchObject({ type: 'response.create', model: 'gpt-5.5' });
    expect(full.at(-1)).toMatchObject({ type: 'receive', _type: 'response.completed' });
    expect(JSON.parse(full.at(-1)?.data ?? '').type).toBe('response.completed');
    const bare = messagesOf((await har()).file);
    expect(bare).toHaveLength(full.length);
    expect(new Set(bare.map(({ data }) => data))).toEqual(new Set(['']));
  });

  it('has for an answer what the client was given, and nothing of another attempt', async () => {
    await start({ accounts: 2 });
    rig.simulator.faults.next('turn', { kind: 'failed', code: 'server_is_overloaded', afterEvents: 3 });
    const streamed = await (await rig.post('/v1/responses', question)).text();
    const whole = await (await rig.post('/v1/responses', { ...question, stream: false })).text();
    const refused = await (
      await rig.post('/v1/responses', { model: 'no-such-model', input: 'x', stream: true })
    ).text();
    await rig.lastTrace();
    const { file } = await har({ withBodies: true });
    const answers = file.log.entries.flatMap(({ request, response }: HarEntry) =>
      request.url.endsWith('/v1/responses') ? [response.content.text ?? null] : [],
    );
    expect(answers).toEqual([streamed.replaceAll(/^:.*\n/gm, ''), whole, refused]);
  });

  it('has the messages of a client that came over a websocket, too', async () => {
    await start();
    const socket = await openSocket(rig, { headers: codexHeaders });
    const told = await socket.turn(codexFrame('Count to 5'));
    await socket.close();
    await rig.lastTrace();
    const { file } = await har({ withBodies: true });
    const { request, response, _webSocketMessages: messages = [] }: HarEntry = file.log.entries[0];
    expect([request.postData, response.content.text]).toEqual([undefined, undefined]);
    expect(messages.map(({ type, data }) => [type, JSON.parse(data)])).toEqual([
      ['send', codexFrame('Count to 5')],
      ...told.map((event) => ['receive', event]),
    ]);
    expect(harProblems(file)).toEqual([]);
  });

  it('without bodies has nothing of what was said', async () => {
    await startWithDatabase();
    await turn({ ...question, input: 'Reply with exactly: the walrus' });
    expect((await har()).text).not.toContain('walrus');
    expect((await har({ withBodies: true })).text).toContain('walrus');
  });

  it('has after a restart what the user had stored of what was said', async () => {
    await startWithDatabase({ settings: { traceBodies: true } });
    await turn({ ...question, input: 'Reply with exactly: the walrus' });
    const before = await har({ withBodies: true });
    await rig.restart();
    const after = await har({ withBodies: true });
    const [then, now] = [before, after].map(({ file }) =>
      JSON.stringify(file.log.entries).replaceAll(/:\d{4,5}\//g, '/'),
    );
    expect(now).toBe(then);
    expect(after.text.match(/walrus/g)?.length).toBeGreaterThan(4);
    expect((await har()).text).not.toContain('walrus');
  });

  it('comes in parts, newest first, that make up the whole file, filtered', async () => {
    await startWithDatabase();
    for (const model of ['gpt-5.5', 'gpt-6.1-sol', 'gpt-5.5', 'gpt-5.5']) await turn({ ...question, model });
    const filter = { model: ['gpt-5.5'] };
    const whole = await har({ filter });
    expect(whole).toMatchObject({ turns: 3, total: 3, next: null });
    const first = await har({ filter, limit: 2 });
    expect(first).toMatchObject({ turns: 2, total: 3 });
    const second = await har({ filter, limit: 2, cursor: first.next });
    expect(second).toMatchObject({ turns: 1, total: 3, next: null });
    const inside = [second, first].map(({ text, entriesStart, entriesEnd }) => text.slice(entriesStart, entriesEnd));
    const joined = `${first.text.slice(0, first.entriesStart)}${inside.join(',\n')}${first.text.slice(first.entriesEnd)}`;
    expect(JSON.parse(joined)).toEqual(whole.file);
    expect(harProblems(JSON.parse(joined))).toEqual([]);
  });

  it('ends a part early where the turns are large, and goes on from there', async () => {
    await startWithDatabase();
    const input = 'A'.repeat(400_000);
    for (let index = 0; index < 8; index += 1)
      await turn({ ...question, input: `Reply with exactly: OK ${index} ${input}` });
    const exchanges: string[] = [];
    let parts = 0;
    let cursor: unknown = null;
    do {
      const part = await har({ withBodies: true, cursor });
      parts += 1;
      expect(part.text.length).toBeLessThan(8 * 1024 * 1024);
      const ids = part.file.log.entries.map((entry: { readonly _exchange: string }) => entry._exchange);
      exchanges.push(...new Set<string>(ids));
      cursor = part.next;
    } while (cursor !== null);
    expect(parts).toBeGreaterThan(1);
    expect(exchanges).toHaveLength(8);
    expect(new Set(exchanges).size).toBe(8);
  });

  it('sums its timings to the time of each attempt', async () => {
    await start({ simulator: { timing: { networkDelayMs: 4 } } });
    await turn();
    const { file } = await har();
    for (const { time, timings, _webSocketMessages } of file.log.entries) {
      const parts = ['blocked', 'dns', 'connect', 'send', 'wait', 'receive'].map((name) =>
        Math.max(0, timings[name] ?? 0),
      );
      expect(Math.abs(parts.reduce((total, ms) => total + ms, 0) - time)).toBeLessThan(1);
      if (_webSocketMessages !== undefined) expect(timings.connect).toBeGreaterThan(4);
    }
  });
});

describe('a curl command', () => {
  it.skipIf(process.platform === 'win32')(
    'sends the same request to this Slipstream, with the key from the environment',
    async () => {
      await start();
      const headers = { 'x-empty': '' };
      const before = await turn({ ...question, input: "Reply with exactly: it's $HOME `here`" }, headers);
      const { text } = await rig.app.handlers['requests.curl']({ id: before.row.id });
      expect(text).not.toContain(rig.apiKey);
      const { stdout } = await promisify(execFile)('sh', ['-c', `${text} -s`], {
        env: { ...process.env, SLIPSTREAM_KEY: rig.apiKey },
      });
      expect(stdout).toContain('event: response.completed');
      const again = (await rig.lastTrace()).clientRequest;
      expect(again.body).toBe(before.clientRequest.body);
      expect(again.headers).toContainEqual(['x-empty', '']);
    },
  );

  it('holds nothing that a terminal would act on', async () => {
    await start();
    const odd = { 'x-odd': 'a\u009b31mb' };
    const { row } = await turn({ ...question, input: 'Reply with exactly: a\u007f\u009bb\u202ec' }, odd);
    const { text } = await rig.app.handlers['requests.curl']({ id: row.id });
    expect(text).toContain(String.raw`a\u007f\u009bb\u202ec`);
    expect(text).not.toContain('x-odd');
  });

  it.skipIf(process.platform === 'win32')(
    'carries a body that is too long for an argument, whole',
    { timeout: 30_000 },
    async () => {
      await start();
      const before = await turn({ ...question, input: "Reply with exactly: it's $HOME `here`".padEnd(200_000, '€') });
      const { text } = await rig.app.handlers['requests.curl']({ id: before.row.id });
      const child = promisify(execFile)('sh', ['-s'], {
        env: { ...process.env, SLIPSTREAM_KEY: rig.apiKey },
        maxBuffer: 1e8,
      });
      child.child.stdin?.end(`${text}\n`);
      expect((await child).stdout).toContain('event: response.completed');
      const again = await rig.lastTrace();
      expect(again.row.id).not.toBe(before.row.id);
      const bytesOf = ({ frames }: TraceDetail) => frames.find(({ type }) => type === 'body')?.bytes;
      // A here-document ends with a line break.
      expect(bytesOf(again)).toBe((bytesOf(before) ?? 0) + 1);
    },
  );
});

describe('a replay', () => {
  it('sends the same turn again, marked as no traffic of a client', async () => {
    await start();
    const first = await turn();
    const { id } = await rig.app.handlers['requests.replay'](ReplayRequest.parse({ id: first.row.id }));
    const again = await rig.endedTrace(id);
    expect(again.row).toMatchObject({ status: 'completed', model: 'gpt-5.5', tierSent: null, transport: 'ws' });
    expect(again.row.account).toEqual(first.row.account);
    const { n } = await rig.app.handlers['latency.passive']({ filter: {} });
    expect(n).toBe(1);
  });

  it.each([
    [{ tier: 'priority' }, { tierSent: 'priority', transport: 'ws' }],
    [{ model: 'gpt-6.1-sol' }, { model: 'gpt-6.1-sol' }],
    [{ transport: 'http' }, { transport: 'http' }],
    [
      { transport: 'http', tier: 'priority' },
      { transport: 'http', tierSent: 'priority' },
    ],
  ])('with %j', async (change, expected) => {
    await start();
    const first = await turn();
    const { id } = await rig.app.handlers['requests.replay'](ReplayRequest.parse({ id: first.row.id, ...change }));
    expect((await rig.endedTrace(id)).row).toMatchObject({ status: 'completed', ...expected });
  });

  it('as standard is standard, whatever the fast policy says', async () => {
    await start({ settings: { fastPolicy: 'on' } });
    const first = await turn();
    expect(first.row.tierSent).toBe('priority');
    const request = ReplayRequest.parse({ id: first.row.id, tier: 'standard' });
    const { id } = await rig.app.handlers['requests.replay'](request);
    expect((await rig.endedTrace(id)).row.tierSent).toBeNull();
  });

  it.each([
    ['standard', null],
    ['same', 'priority'],
  ] as const)('of a turn whose model asked for fast is, as %s, sent with %s', async (tier, expected) => {
    await start();
    const first = await turn({ ...question, model: 'gpt-5.5-fast' });
    // It is that model's turn, in every figure; what the client called it is told among the changes.
    expect(first.changes.map(({ path, why }) => [path, english.told(why)])).toContainEqual([
      'body.model',
      expect.stringContaining('-fast'),
    ]);
    expect(first.row).toMatchObject({ model: 'gpt-5.5', tierAsked: 'priority', tierSent: 'priority' });
    const { id } = await rig.app.handlers['requests.replay'](ReplayRequest.parse({ id: first.row.id, tier }));
    const { row } = await rig.endedTrace(id);
    expect(row).toMatchObject({ status: 'completed', tierSent: expected });
  });

  it('of a turn whose model asked for fast still asks for it with another model', async () => {
    await start();
    const { row } = await turn({ ...question, model: 'gpt-5.5-fast' });
    const other = ReplayRequest.parse({ id: row.id, model: 'gpt-6.1-sol' });
    const { id } = await rig.app.handlers['requests.replay'](other);
    expect((await rig.endedTrace(id)).row).toMatchObject({ model: 'gpt-6.1-sol', tierSent: 'priority' });
  });

  it.each([
    ['standard', null],
    ['priority', 'priority'],
    ['same', 'priority'],
  ] as const)('with a model whose name asks for fast is, as %s, sent with %s', async (tier, expected) => {
    await start();
    const { row } = await turn();
    const other = ReplayRequest.parse({ id: row.id, tier, model: 'gpt-6.1-sol-fast' });
    const { id } = await rig.app.handlers['requests.replay'](other);
    expect((await rig.endedTrace(id)).row).toMatchObject({ model: 'gpt-6.1-sol', tierSent: expected });
  });

  it('has no place for another host', () => {
    const asked = ReplayRequest.parse({
      id: 'x',
      url: 'https://evil.test',
      host: 'evil.test',
      upstream: 'https://evil.test',
    });
    expect(Object.keys(asked).toSorted()).toEqual(['id', 'model', 'tier', 'transport']);
    rig = { stop: async () => {} } as Rig;
  });

  it('is refused for what is no longer kept', async () => {
    await start();
    await expect(rig.app.handlers['requests.replay'](ReplayRequest.parse({ id: 'never' }))).rejects.toThrow(
      'no longer kept',
    );
  });
});

describe('a test turn', () => {
  it('is short, standard whatever the fast policy says, and no traffic of a client', async () => {
    await start({ settings: { fastPolicy: 'on' } });
    const { id } = await rig.app.handlers['requests.test']({ model: 'gpt-5.5' });
    const { row } = await rig.endedTrace(id);
    expect(row).toMatchObject({
      status: 'completed',
      model: 'gpt-5.5',
      tierSent: null,
      client: 'slipstream-test-turn',
    });
    const { usage } = row;
    expect(usage === null ? null : usage.inputTokens + usage.outputTokens).toBeLessThan(1_000);
    expect(await rig.app.handlers['latency.passive']({ filter: {} })).toMatchObject({ n: 0 });
  });

  it('fails with its reason in the trace where no account can serve it', async () => {
    await start({ accounts: 0 });
    const { id } = await rig.app.handlers['requests.test']({ model: 'gpt-5.5' });
    expect((await rig.endedTrace(id)).row).toMatchObject({ status: 'failed', error: { code: 'account_none' } });
  });
});

describe('the comparison of two traces', () => {
  it('names what upstream could tell apart, and the figures side by side', async () => {
    await start();
    const first = await turn();
    const { id } = await rig.app.handlers['requests.replay'](
      ReplayRequest.parse({ id: first.row.id, tier: 'priority' }),
    );
    await rig.endedTrace(id);
    const compared = await rig.app.handlers['requests.compare']({ a: first.row.id, b: id });
    expect(compared.headers).toContainEqual({
      name: 'x-codex-routing-hint',
      a: 'model=gpt-5.5',
      b: 'model=gpt-5.5;tier=priority',
    });
    expect(compared.fields).toContainEqual({ name: 'service_tier', a: null, b: '"priority"' });
    expect(compared.fields?.map(({ name }) => name)).not.toContain('input');
    expect(compared.figures.find(({ name }) => name === 'outputTokens')).toMatchObject({ differencePercent: 0 });
  });
});

describe('the list of the past', () => {
  it('outlives the memory of turns, and says that bodies are gone', async () => {
    await startWithDatabase();
    const first = await turn();
    const handlers = rig.app.handlers;
    const page = await handlers['requests.query'](TraceQuery.parse({ filter: { tier: ['standard'] } }));
    expect(page).toMatchObject({ total: 1, next: null, rows: [{ id: first.row.id }] });
    expect(await handlers['requests.choices'](null)).toMatchObject({
      model: [{ value: 'gpt-5.5', label: 'gpt-5.5' }],
      effort: [{ value: 'low', label: 'low' }],
    });
    expect(await handlers['requests.storeState'](null)).toMatchObject({ kind: 'disk', turns: 1 });
  });

  it('counts in each answer exactly what the deltas until then say has ended', async () => {
    await startWithDatabase();
    const { app } = rig;
    const ended = new Map<string, number>();
    app.onDelta((delta) => {
      const rows = delta.kind === 'requests' ? delta.rows.filter(({ status }) => status !== 'running') : [];
      for (const { id } of rows) if (!ended.has(id)) ended.set(id, delta.seq);
    });
    const until = (asOf: number) => [...ended.values()].filter((seq) => seq <= asOf).length;
    const asked: { readonly asOf: number; readonly counted: number }[] = [];
    const stopAsking = app.onDelta(async () => {
      const [page, kept] = await Promise.all([
        app.handlers['requests.query'](TraceQuery.parse({})),
        app.handlers['requests.storeState'](null),
      ]);
      asked.push({ asOf: page.asOf, counted: page.total }, { asOf: kept.asOf, counted: kept.turns });
    });
    for (let round = 0; round < 5; round += 1) await Promise.all(Array.from({ length: 6 }, () => turn()));
    stopAsking();
    const { asOf, total } = await app.handlers['requests.query'](TraceQuery.parse({}));
    expect({ told: until(asOf), total }).toEqual({ told: 30, total: 30 });
    expect(new Set(asked.map(({ counted }) => counted)).size).toBeGreaterThan(2);
    expect(asked.filter((answer) => answer.counted !== until(answer.asOf))).toEqual([]);
  });

  it('has stars and notes, redacted and in exports, which pages are told of', async () => {
    await startWithDatabase();
    const { handlers } = rig.app;
    const { row } = await turn();
    const told: unknown[] = [];
    rig.app.onDelta((delta) => delta.kind === 'marked' && told.push(delta.row));
    const written = `  Slow. The key was ${rig.apiKey}.  `;
    const marked = await handlers['requests.mark']({ id: row.id, starred: true, note: written });
    expect(marked).toMatchObject({
      id: row.id,
      starred: true,
      note: expect.stringMatching(/^Slow\. The key was .*\.$/),
    });
    expect(JSON.stringify(marked)).not.toContain(rig.apiKey);
    expect(told).toEqual([marked]);
    expect(rig.app.snapshot().requests).toEqual([marked]);
    expect((await handlers['requests.detail']({ id: row.id })).row).toMatchObject({ starred: true, note: marked.note });
    const found = await handlers['requests.query'](TraceQuery.parse({ filter: { query: 'is:starred note:slow' } }));
    expect(found.rows).toEqual([marked]);
    expect((await har()).file.log.entries[0]).toMatchObject({ _exchange: row.id, comment: marked.note });
    const cleared = await handlers['requests.mark']({ id: row.id, starred: false, note: ' ' });
    expect([cleared.starred, cleared.note]).toEqual([undefined, undefined]);
    await expect(handlers['requests.mark']({ id: 'none', starred: true, note: null })).rejects.toMatchObject({
      code: 'exchange_unknown',
    });
  });

  it('has a session with all that runs in it, whichever of its turns a filter finds', async () => {
    await startWithDatabase();
    const { handlers } = rig.app;
    const headers = { 'session-id': '01a2091c-35f3-7960-8b0b-166583eb2b00' };
    const { row } = await turn(question, headers);
    rig.simulator.faults.next('turn', { kind: 'stall' });
    const hangUp = new AbortController();
    const running = fetch(`${rig.baseUrl}/v1/responses`, {
      method: 'POST',
      headers: { authorization: `Bearer ${rig.apiKey}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ ...question, model: 'gpt-6.1-sol' }),
      signal: hangUp.signal,
    }).catch(() => null);
    const found = async (model: string) => {
      const { sessions } = await handlers['sessions.query'](SessionQuery.parse({ filter: { model: [model] } }));
      return sessions.map(({ id, requests, running: n }) => [id, requests, n]);
    };
    await expect.poll(() => found('gpt-6.1-sol')).toEqual([[row.sessionId, 2, 1]]);
    expect(await found('gpt-5.5')).toEqual([[row.sessionId, 2, 1]]);
    expect(await found('gpt-5.4')).toEqual([]);
    hangUp.abort();
    await running;
  });

  it('is cleared on the disk and in memory, bodies too, and says so; what runs goes on', async () => {
    await startWithDatabase();
    const { handlers } = rig.app;
    const gone = await turn();
    rig.simulator.faults.next('turn', { kind: 'stall' });
    const hangUp = new AbortController();
    const running = fetch(`${rig.baseUrl}/v1/responses`, {
      method: 'POST',
      headers: { authorization: `Bearer ${rig.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(question),
      signal: hangUp.signal,
    }).catch(() => null);
    const started = await new Promise<string>((resolve) => {
      const undo = rig.app.onDelta((delta) => {
        const row = delta.kind === 'requests' ? delta.rows.find(({ id }) => id !== gone.row.id) : undefined;
        if (row === undefined) return;
        undo();
        resolve(row.id);
      });
    });
    const kinds: string[] = [];
    rig.app.onDelta(({ kind }) => kinds.push(kind));
    await handlers['requests.clear'](null);
    expect(kinds.at(-1)).toBe('cleared');
    expect(rig.app.snapshot().requests.map(({ id }) => id)).toEqual([started]);
    const page = await handlers['requests.query'](TraceQuery.parse({}));
    expect(page).toMatchObject({ total: 0, rows: [{ id: started, status: 'running' }] });
    await expect(handlers['requests.detail']({ id: gone.row.id })).rejects.toMatchObject({ code: 'exchange_unknown' });
    await expect(handlers['requests.replay'](ReplayRequest.parse({ id: gone.row.id }))).rejects.toMatchObject({
      code: 'exchange_unknown',
    });
    hangUp.abort();
    await running;
    expect((await rig.lastTrace()).row).toMatchObject({ id: started, status: 'cancelled' });
  });
});
