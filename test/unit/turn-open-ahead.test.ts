import { describe, expect, it } from 'vitest';
import { headerValue, type RawHeaders } from '../../src-main/core/headers.ts';
import type { TurnContext } from '../../src-main/core/turn/context.ts';
import { OpenAhead } from '../../src-main/core/turn/open-ahead.ts';
import type { SocketPool } from '../../src-main/core/upstream/pool.ts';
import { SlipstreamError } from '../../src-main/shared/errors.ts';
import { limit, refused } from './attempt-reports.ts';
import { sessionId } from './normalise-question.ts';
import { noBackOff, refusingRefresher, turnRig } from './turn-rig.ts';

type Warmed = Parameters<SocketPool['warm']>[0];
type Opened = Awaited<ReturnType<SocketPool['warm']>>;

const codex: RawHeaders = [
  ['originator', 'codex_exec'],
  ['session-id', sessionId],
];
const hinted = (hint: string): RawHeaders => [...codex, ['x-codex-routing-hint', hint]];
const told: RawHeaders = [
  ['x-codex-something', 'yes'],
  ['x-codex-turn-state', 'no'],
  ['openai-model', 'other'],
  ['x-codex-primary-used-percent', '40'],
  ['x-codex-primary-window-minutes', '300'],
];
const opens: Opened = { headers: told, reused: false };
const away: Opened = { outcome: { kind: 'unreachable', fault: 'refused', message: 'x' } };
const no = (...args: Parameters<typeof refused>): Opened => ({ outcome: refused(...args) });

interface Options {
  readonly accounts?: string;
  readonly headers?: RawHeaders;
  readonly context?: Partial<TurnContext>;
  readonly isLate?: boolean;
  readonly isAborted?: boolean;
}

/** An upgrade that upstream answers so, try after try. */
async function ahead(answers: readonly Opened[], options: Options = {}) {
  const {
    accounts = 'ab',
    headers = hinted('model=gpt-6.1-sol'),
    context,
    isLate = false,
    isAborted = false,
  } = options;
  const asked: Warmed[] = [];
  const left = [...answers];
  const abort = new AbortController();
  const pool = {
    hasRoom: () => true,
    warm: async (request: Warmed, signal: AbortSignal) => {
      asked.push(request);
      if (isAborted) abort.abort();
      expect(signal).toBe(abort.signal);
      return left.length === 0 ? opens : (left.shift() ?? null);
    },
  };
  const rig = await turnRig(accounts, { pool: pool as never, ...context });
  const opening = new OpenAhead({ headers, query: '', key: null }, rig.context, abort.signal);
  if (isLate) opening.late();
  const go = async () => {
    const answer = await opening.run().catch((error: unknown) => error);
    return {
      ...rig,
      answer,
      asked,
      ids: asked.map(({ accountId }) => accountId),
      hints: asked.map((request) => headerValue(request.headers, 'x-codex-routing-hint')),
      home: rig.context.sessions.resolve(sessionId).accountId,
    };
  };
  return { ...rig, go };
}

const met = async (answers: readonly Opened[], options: Options = {}) => (await ahead(answers, options)).go();
const codeOf = (answer: unknown) => (answer instanceof SlipstreamError ? answer.code : answer);

describe('an upgrade that is opened ahead', () => {
  it('tells what upstream said, and leaves its socket to the session’s first frame', async () => {
    const { answer, asked, home, accounts, running } = await met([]);
    expect(answer).toEqual([
      ['x-codex-something', 'yes'],
      ['openai-model', 'other'],
      ['x-codex-primary-used-percent', '40'],
      ['x-codex-primary-window-minutes', '300'],
    ]);
    expect(asked).toMatchObject([{ baseUrl: 'http://upstream.test/codex', accountId: 'a', isOneOff: false }]);
    expect(JSON.parse(asked[0]?.socketKey ?? '')).toContain(sessionId);
    expect([home, accounts.health('a').usage?.primary?.usedPercent, running]).toEqual(['a', 40, []]);
  });

  it('teaches nothing of the account where its socket was there, and moves no session where it is late', async () => {
    const { accounts, home } = await met([{ headers: told, reused: true }], { isLate: true });
    expect([accounts.health('a').usage, home]).toEqual([null, null]);
    const rig = await ahead([{ headers: [['x-codex-websocket-max-message-bytes', '5000000']], reused: false }]);
    const { context, store } = await rig.go();
    const account = store.get('a');
    expect(account === null ? null : context.transports.frameLimitBytes(account)).toBe(5_000_001);
  });

  it.each<[string, RawHeaders, readonly (string | null)[]]>([
    ['the client’s hint', hinted('model=m;tier=priority'), ['model=m;tier=priority']],
    ['the hint of a standard turn', hinted('model=m'), ['model=m']],
    ['no hint with more in it', hinted('model=m;tier=priority;x=y'), []],
    ['no hint with something before it', hinted('x=y;model=m'), []],
    ['no hint without a model', hinted('model=;tier=priority'), []],
    [
      'its metadata, and the tier last asked',
      [...codex, ['x-codex-turn-metadata', '{"model":"last"}']],
      ['model=last;tier=priority'],
    ],
    ['its metadata', [...codex, ['x-codex-turn-metadata', '{"model":"first"}']], ['model=first']],
    ['neither', codex, []],
    ['no conversation', [['x-codex-routing-hint', 'model=m']], []],
  ])('goes by %s', async (_what, headers, wanted) => {
    const { go, context } = await ahead([], { headers });
    context.lastTiers.set('last', 'priority');
    const { hints, answer } = await go();
    expect(hints).toEqual(wanted);
    if (wanted.length === 0) expect(answer).toEqual([]);
  });

  it.each<[string, readonly Opened[], Options, readonly string[], unknown]>([
    ['no room', [null], {}, ['a'], []],
    ['426', [no(426)], {}, ['a'], 'upgrade_required'],
    ['a refusal that may be chance', [no(400)], {}, ['a'], 'upgrade_required'],
    ['an upstream that is away', [away], {}, ['a'], []],
    ['an upstream in trouble', [no(503)], {}, ['a'], []],
    ['a lost line', [{ outcome: { kind: 'dropped', closeCode: 1006, reason: '' } }], {}, ['a'], []],
    ['a token that is refused once', [no(401)], {}, ['a', 'a'], 'open'],
    ['a token that is refused twice', [no(401), no(401)], {}, ['a', 'a', 'b'], 'open'],
    ['by all', [no(401), no(401)], { accounts: 'a' }, ['a', 'a'], 'account_signed_out'],
    ['an upstream that is away then', [no(401), away], {}, ['a', 'a'], []],
    ['a full account', [no(429, limit)], {}, ['a', 'b'], 'open'],
    ['full accounts', [no(429, limit), no(429, limit)], {}, ['a', 'b'], 'accounts_exhausted'],
    ['what an account may not', [no(403)], {}, ['a', 'b'], 'open'],
    ['a program that stops', [no(429, limit)], { isAborted: true }, ['a'], 'stopping'],
    ['no account', [], { accounts: '' }, [], []],
  ])('meets %s', async (_what, answers, options, ids, wanted) => {
    const { ids: seen, answer, running, home } = await met(answers, options);
    expect(seen).toEqual(ids);
    expect(Array.isArray(answer) && answer.length > 0 ? 'open' : codeOf(answer)).toEqual(wanted);
    expect([running, home]).toEqual([[], wanted === 'open' ? ids.at(-1) : null]);
  });

  it('remembers what was said of account and way', async () => {
    const full = await met([no(429, limit)]);
    expect(full.accounts.health('a').cooldownUntil).toBe(limit.resets_at * 1000);
    const forbidden = await met([no(403, { code: 'account_deactivated' })]);
    expect(forbidden.accounts.verdicts.of('a')).toMatchObject([{ kind: 'deactivated' }]);
    const without = await met([no(426)]);
    const account = without.store.get('a');
    expect(account === null ? null : without.context.transports.isHttpOnly(account)).toBe(true);
  });

  it('refuses at once what was learned before: HTTP alone, and no quota', async () => {
    for (const why of ['no-websockets', 'unreachable'] as const) {
      const { go, context, store } = await ahead([]);
      for (const account of store.list()) context.transports.remember(account, why);
      const { ids, answer } = await go();
      expect([ids, codeOf(answer)]).toEqual([[], why === 'unreachable' ? [] : 'upgrade_required']);
    }
    const { go, accounts } = await ahead([]);
    for (const id of 'ab') accounts.exhausted(id, null);
    const { ids, answer } = await go();
    expect([ids, codeOf(answer)]).toEqual([[], 'accounts_exhausted']);
  });

  it('renews no token that upstream will not take even new', async () => {
    const { go, accounts } = await ahead([no(401)]);
    for (const id of 'ab')
      accounts.verdicts.note(id, { kind: 'sign-in', scope: null, models: [], untilMs: null, words: '' });
    const { renewed, ids } = await go();
    expect([renewed, ids.length]).toEqual([[], 1]);
  });

  it.each<[string, 'ready' | 'refresh', unknown, readonly string[], unknown]>([
    ['be made ready', 'ready', new SlipstreamError('refresh_failed'), ['b'], 'open'],
    ['be renewed', 'refresh', new SlipstreamError('refresh_failed'), ['a', 'b'], 'open'],
    ['be made ready, for a fault of ours', 'ready', new TypeError('ours'), [], new TypeError('ours')],
    ['be renewed, for a fault of ours', 'refresh', new TypeError('ours'), ['a'], new TypeError('ours')],
  ])('goes on where an account cannot %s', async (_what, where, thrown, ids, wanted) => {
    const {
      ids: seen,
      answer,
      running,
    } = await met(where === 'refresh' ? [no(401)] : [], {
      context: refusingRefresher(where, thrown),
    });
    expect([seen, Array.isArray(answer) ? 'open' : answer, running]).toEqual([ids, wanted, []]);
  });

  it('tells a fault of ours in the choice, and the last account’s trouble where none was left', async () => {
    const ours = await ahead([]);
    ours.accounts.choose = () => {
      throw new TypeError('ours');
    };
    expect(codeOf((await ours.go()).answer)).toBe('internal');
    const refresher = {
      backOffUntilMs: noBackOff,
      ready: async () => {
        throw new SlipstreamError('refresh_failed');
      },
    };
    const { answer } = await met([], { context: { refresher } as unknown as Partial<TurnContext> });
    expect(codeOf(answer)).toBe('refresh_failed');
  });

  it('throws a coin for a session that may begin with it', async () => {
    const begins: string[] = [];
    const coin: TurnContext['coin'] = (question) => {
      begins.push(question.begins);
      return null;
    };
    const { go, context } = await ahead([], { context: { coin } });
    await go();
    context.sessions.resolve(sessionId).moveTo('a');
    await go();
    expect([...new Set(begins)]).toEqual(['perhaps', 'no']);
  });
});
