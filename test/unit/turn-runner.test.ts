import { describe, expect, it } from 'vitest';
import type { RawHeaders } from '../../src-main/core/headers.ts';
import { TurnRunner } from '../../src-main/core/turn/runner.ts';
import type { TurnRequest } from '../../src-main/core/turn/turn.ts';
import type { AttemptListener } from '../../src-main/core/upstream/attempt.ts';
import { sessionId } from './normalise-question.ts';
import { turnRig } from './turn-rig.ts';

const codex: RawHeaders = [
  ['originator', 'codex_exec'],
  ['user-agent', 'codex_exec/0.171.0 (Debian 12.0.0; x86_64) xterm'],
  ['session-id', sessionId],
];
const key = (name: string) => ({
  name: () => name,
  mayUse: () => true,
  mayAsk: () => true,
  check: () => {},
  admit: () => {},
  admitRelay: () => {},
});

/** A runner whose turns stay at upstream until they are ended. */
async function running() {
  const attempts: AttemptListener[] = [];
  const seen: (string | null)[] = [];
  const strays: string[] = [];
  const start = (_request: unknown, listener: AttemptListener) => {
    attempts.push(listener);
    return {
      pause: () => {},
      resume: () => {},
      abort: () => listener.ended({ kind: 'aborted' }),
      supersede: () => {},
      line: null,
    };
  };
  const warm = () => Promise.withResolvers<never>().promise;
  const rig = await turnRig('a', {
    pool: { start, warm, hasRoom: () => true } as never,
    newestVersion: { see: (version: string | null) => void seen.push(version) } as never,
  });
  const runner = new TurnRunner({
    ...rig.context,
    watcher: { ...rig.context.watcher, strayFrame: (_headers, type) => void strays.push(type) },
  });
  const told: string[] = [];
  const begin = (request: Partial<TurnRequest> = {}) => {
    const body = { model: 'm', input: [], service_tier: 'priority' };
    return runner.start(
      {
        dialect: 'responses',
        clientTransport: 'http',
        kind: 'turn',
        method: 'POST',
        path: '/v1/responses',
        headers: codex,
        acceptedMs: 0,
        bodyReadMs: 0,
        connectionId: null,
        body,
        raw: Buffer.from(JSON.stringify(body)),
        ...request,
      },
      {
        open: () => {},
        wait: () => {},
        event: () => true,
        own: () => [],
        end: () => [],
        fail: ({ code }) => {
          told.push(code);
          return [];
        },
        cut: () => {},
        told: { status: null, headers: [] },
      },
      () => void told.push('over'),
    );
  };
  return { ...rig, runner, told, begin, seen, strays, attempts };
}

describe('the runner of turns', () => {
  it('knows those that run, and ends one of them, those of a key, or all', async () => {
    const { runner, begin, told, seen } = await running();
    const turns = [begin(), begin({ key: key('ci') }), begin({ key: key('lab') })];
    await new Promise(setImmediate);
    expect([runner.runningCount, seen]).toEqual([3, ['0.171.0', '0.171.0', '0.171.0']]);
    expect([runner.stopTurn('nobody'), runner.stopTurn(turns[0]?.id ?? '')]).toEqual([false, true]);
    await new Promise(setImmediate);
    expect([runner.runningCount, told]).toEqual([2, ['turn_stopped', 'over']]);
    runner.stopTurnsOf('ci');
    await new Promise(setImmediate);
    expect([runner.runningCount, told.slice(2)]).toEqual([1, ['turn_stopped', 'over']]);
    let isIdle = false;
    const idle = runner.idle().then(() => {
      isIdle = true;
    });
    await new Promise(setImmediate);
    expect(isIdle).toBe(false);
    runner.abortAll();
    await idle;
    expect(told.slice(4)).toEqual(['stopping', 'over']);
    await runner.idle();
    begin();
    await runner.idle();
    expect(told.slice(6)).toEqual(['stopping', 'over']);
  });

  it('sends websocket clients to HTTP where the account they would get has nothing else', async () => {
    const { runner, store } = await running();
    const [account] = store.list();
    expect([runner.prefersHttp(codex), runner.prefersHttp([])]).toEqual([false, false]);
    if (account !== undefined) runner.transports.remember(account, 'no-websockets');
    expect([runner.prefersHttp(codex), runner.prefersHttp([])]).toEqual([true, true]);
    await store.remove('a');
    expect([runner.prefersHttp(codex), runner.prefersHttp([])]).toEqual([false, false]);
  });

  it('answers an upgrade after 3 s at the latest', async () => {
    const { runner, clock, seen } = await running();
    const headers: RawHeaders = [...codex, ['x-codex-routing-hint', 'model=m']];
    const answer = runner.greet({ headers, query: '', key: null }, new AbortController().signal);
    await new Promise(setImmediate);
    clock.advance(3_000);
    expect([await answer, seen, clock.pending]).toEqual([[], ['0.171.0'], 0]);
  });

  it('passes on strays', async () => {
    const { runner, strays } = await running();
    runner.noteStray(codex, 'x');
    expect(strays).toEqual(['x']);
  });
});
