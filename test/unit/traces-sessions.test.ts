import { describe, expect, it } from 'vitest';
import { agentFacts } from '../../src-main/core/traces/agent-facts.ts';
import { TraceDatabase } from '../../src-main/core/traces/store/database.ts';
import { MemoryTraceStore } from '../../src-main/core/traces/store/memory-store.ts';
import { withRunning } from '../../src-main/core/traces/store/sessions.ts';
import type { RequestRow } from '../../src-main/shared/model.ts';
import { SessionQuery } from '../../src-main/shared/session-query.ts';
import { firstStartedAt, storedTurn } from '../support/stored-turns.ts';

const limits = { maxRows: 1_000_000, maxBytes: 1024 ** 3, maxAgeMs: 100 * 365 * 24 * 60 * 60_000 };

const members: readonly Partial<RequestRow>[] = [
  { sessionId: 'a', sentAs: 'full', sentBytes: 1_000 },
  { sessionId: 'b', client: 'curl 8', model: 'gpt-5.4', status: 'failed', usage: null },
  { sessionId: 'a', sentAs: 'increment', sentBytes: 200, tierSent: 'priority' },
  { sessionId: 'a2', rootSessionId: 'a', agent: 'review', model: 'gpt, "5"', sentAs: 'full', sentBytes: 500 },
  { sessionId: null },
  { sessionId: 'c', kind: 'prewarm', transport: null, account: null, totalMs: null },
  { sessionId: 'd' },
  { sessionId: "' OR 1=1 --", account: { id: 'two\nlines', label: '' } },
];
const turns = members.map((each, index) => storedTurn(index, each));

function stores() {
  const memory = new MemoryTraceStore();
  for (const turn of turns) memory.add(turn);
  const database = new TraceDatabase(':memory:', limits);
  database.add(turns, firstStartedAt);
  return { memory, database };
}

async function page(query: Parameters<typeof SessionQuery.parse>[0]) {
  const { memory, database } = stores();
  const found = database.sessions(SessionQuery.parse(query));
  expect(await memory.sessions(SessionQuery.parse(query))).toEqual(found);
  return found;
}

describe('the sessions of stored turns, in the database and in memory', () => {
  it('are the last active first, and turns of none are left out', async () => {
    const { sessions, total, next } = await page({});
    expect(sessions.map(({ id }) => id)).toEqual(["' OR 1=1 --", 'd', 'c', 'a', 'b']);
    expect([total, next]).toEqual([5, null]);
  });

  it('name an account once, whatever it was called meanwhile', async () => {
    const renamed = ['ada (plus)', 'ada (pro)'].map((label, index) =>
      storedTurn(index, { sessionId: 'e', account: { id: 'one', label } }),
    );
    const memory = new MemoryTraceStore();
    for (const turn of renamed) memory.add(turn);
    const database = new TraceDatabase(':memory:', limits);
    database.add(renamed, firstStartedAt);
    const { sessions } = database.sessions(SessionQuery.parse({}));
    expect(sessions.map(({ accounts }) => accounts.map(({ id }) => id))).toEqual([['one']]);
    expect((await memory.sessions(SessionQuery.parse({}))).sessions).toEqual(sessions);
  });

  it('are summed up with the turns of their sub-agents', async () => {
    const { sessions } = await page({});
    expect(sessions[3]).toEqual({
      id: 'a',
      startedAt: firstStartedAt,
      lastAt: firstStartedAt + 3_000 + 1_103,
      requests: 3,
      turns: 3,
      failed: 0,
      running: 0,
      clients: ['codex_exec 0.169.0'],
      models: ['gpt, "5"', 'gpt-5.5'],
      tiers: ['priority', 'standard'],
      accounts: [{ id: 'one', label: 'an…@e…' }],
      threads: 2,
      usage: { inputTokens: 150, cachedTokens: 0, outputTokens: 600, reasoningTokens: 24 },
      increments: 1,
      fullSends: 2,
      sentBytes: 1_700,
    });
  });

  it.each([
    ['a model of one of its turns', { model: ['gpt-5.4'] }, ['b']],
    ['text in one of its turns', { text: 'CURL' }, ['b']],
    ['its own id', { text: 'or 1=1' }, ["' OR 1=1 --"]],
    ['nothing that is there', { text: 'nowhere' }, []],
  ] as const)('are found by %s', async (_name, filter, expected) => {
    const { sessions, total } = await page({ filter });
    expect(sessions.map(({ id }) => id)).toEqual(expected);
    expect(total).toBe(expected.length);
  });

  it('come page by page, each once', async () => {
    const seen: string[] = [];
    let cursor: SessionQuery['cursor'] = null;
    do {
      const { sessions, next } = await page({ cursor, limit: 2 });
      seen.push(...sessions.map(({ id }) => id));
      cursor = next;
    } while (cursor !== null);
    expect(seen).toEqual(["' OR 1=1 --", 'd', 'c', 'a', 'b']);
  });

  it('have their turns page by page, newest first', async () => {
    const { memory, database } = stores();
    const first = database.session({ id: 'a', cursor: null, limit: 2 });
    expect(await memory.session({ id: 'a', cursor: null, limit: 2 })).toEqual(first);
    expect(first.rows.map(({ agent }) => agent)).toEqual(['review', undefined]);
    expect(first.session?.requests).toBe(3);
    const rest = database.session({ id: 'a', cursor: first.next, limit: 2 });
    expect([rest.rows.length, rest.next]).toEqual([1, null]);
    expect(database.session({ id: 'nobody', cursor: null, limit: 2 })).toEqual({ session: null, rows: [], next: null });
  });

  it('take in a turn that runs', () => {
    const { session } = stores().database.session({ id: 'a', cursor: null, limit: 1 });
    const { row } = storedTurn(9, { sessionId: 'a', status: 'running', totalMs: null, model: 'gpt-6', usage: null });
    expect(withRunning('a', session, [row])).toMatchObject({
      requests: 4,
      running: 1,
      lastAt: row.startedAt,
      models: ['gpt, "5"', 'gpt-5.5', 'gpt-6'],
    });
    expect(withRunning('new', null, [row])).toMatchObject({ id: 'new', requests: 1, running: 1 });
    expect(withRunning('new', null, [])).toBeNull();
  });
});

describe('who works in a conversation', () => {
  const metadata = (members: object) => ({ client_metadata: { 'x-codex-turn-metadata': JSON.stringify(members) } });
  it.each([
    ['a client that says nothing', [], {}, null, null],
    ['the official client', [], metadata({ session_id: 's', thread_id: 's', agent_name: '/root' }), null, null],
    ['its sub-agent', [], metadata({ session_id: 's', thread_id: 't', agent_name: '/root/fix' }), 's', '/root/fix'],
    ['one that names who called it', [], metadata({ parent_thread_id: 'p', subagent_kind: 'review' }), 'p', 'review'],
    ['a helper that finds a title', [], metadata({ thread_source: 'thread_title' }), null, 'thread_title'],
    ['a helper in headers', [['x-openai-subagent', 'compact']], {}, null, 'compact'],
    ['a turn of the user', [], metadata({ thread_source: 'user' }), null, null],
    [
      "Claude Code's sub-agent",
      [
        ['X-Claude-Code-Session-Id', 's'],
        ['X-Claude-Code-Agent-Id', 'a1'],
      ],
      {},
      's',
      'a1',
    ],
    ['metadata that is no JSON', [], { client_metadata: { 'x-codex-turn-metadata': '{"session_id":' } }, null, null],
    ['metadata of another kind', [], { client_metadata: ['x'] }, null, null],
    ['names that are none', [], metadata({ parent_thread_id: 7, agent_name: '  ' }), null, null],
    ['a name without end', [], metadata({ agent_name: 'x'.repeat(900) }), null, 'x'.repeat(200)],
    ['metadata without end', [], metadata({ agent_name: 'x'.repeat(90_000) }), null, null],
  ] as const)('is read of %s', (_name, headers, body, parentId, agent) => {
    expect(
      agentFacts(
        headers.map(([name, value]) => [name, value] as [string, string]),
        body,
      ),
    ).toMatchObject({ parentId, agent });
  });
});
