import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { RawHeaders } from '../../src-main/core/headers.ts';
import type { KeyPass } from '../../src-main/core/key-pass.ts';
import { closeFrame, ownFrame } from '../../src-main/core/own-frame.ts';
import { silentAttempt, silentExchange } from '../../src-main/core/silent-watcher.ts';
import { policyFor } from '../../src-main/core/turn/admit.ts';
import { affinityKey, conversationFacts } from '../../src-main/core/turn/affinity.ts';
import { bucketOf } from '../../src-main/core/turn/bucket-limit.ts';
import { LastWord } from '../../src-main/core/turn/last-word.ts';
import { decideNext } from '../../src-main/core/turn/next-step.ts';
import { OwnSink } from '../../src-main/core/turn/own-sink.ts';
import { type Refusal, refusalError } from '../../src-main/core/turn/refusal.ts';
import { rateLimitRestMs, restOf } from '../../src-main/core/turn/rest.ts';
import { safeWatcher } from '../../src-main/core/turn/safe-watch.ts';
import { Sessions } from '../../src-main/core/turn/sessions.ts';
import { httpOnlyError } from '../../src-main/core/turn/steps.ts';
import { TransportMemory } from '../../src-main/core/turn/transport-memory.ts';
import type { TurnSink } from '../../src-main/core/turn/turn.ts';
import { ConnectionTimer } from '../../src-main/core/upstream/connection-timer.ts';
import type { ExchangeStart, ExchangeWatch } from '../../src-main/core/watch.ts';
import { wireEvent } from '../../src-main/core/wire-event.ts';
import { SlipstreamError } from '../../src-main/shared/errors.ts';
import type { FastPolicy } from '../../src-main/shared/tiers.ts';
import { tell } from '../../src-main/shared/words/told.ts';
import { recordingLog } from '../support/host.ts';
import { account } from './account-fixtures.ts';
import { brief, client, inStream, now, report, second } from './attempt-reports.ts';
import { fakeClock } from './fake-clock.ts';

const refusal = (more: Partial<Refusal> = {}): Refusal => ({
  status: 429,
  code: null,
  type: null,
  message: 'no',
  body: null,
  headers: [],
  ...more,
});

describe('a watcher that fails', () => {
  const start = { id: 'x1' } as ExchangeStart;
  const throwing = <T extends object>(like: T): T =>
    Object.fromEntries(
      Object.keys(like).map((name) => [
        name,
        () => {
          throw new Error(name);
        },
      ]),
    ) as T;

  /** Every call of a watch, on its attempt too. */
  function callAll(watch: ExchangeWatch): unknown {
    watch.mark('normalised');
    watch.session('s');
    watch.account(null as never);
    watch.normalised(null as never);
    const attempt = watch.attempt(null as never);
    attempt.connected(null as never);
    attempt.ready(null as never);
    attempt.sent();
    attempt.ended(null as never);
    watch.frame(null as never, 'x', 1, null as never);
    watch.waits('token refresh')();
    watch.quota(5);
    watch.committed(200, []);
    watch.finalEvent(null as never);
    watch.ended('completed', null);
    return watch.ownShareMs();
  }

  it('in every call hurts nobody, and is logged once an exchange', () => {
    const log = recordingLog();
    const watcher = safeWatcher({ begin: () => throwing(silentExchange) }, log);
    expect(callAll(watcher.begin(start))).toBeNull();
    expect(log.lines).toMatchObject([{ level: 'error', fields: { exchange: 'x1', error: new Error('mark') } }]);
    callAll(watcher.begin(start));
    expect(log.lines).toHaveLength(2);
  });

  it('at the beginning, in its attempts, at the end of a wait or of a stray frame is silent from then on', () => {
    for (const watcher of [
      { begin: () => throwing({ ...silentExchange }).mark('normalised') as never },
      { begin: () => ({ ...silentExchange, attempt: () => throwing(silentAttempt) }) },
      {
        begin: () => ({
          ...silentExchange,
          waits: () => () => {
            throw new Error('over');
          },
        }),
      },
    ]) {
      const log = recordingLog();
      callAll(safeWatcher(watcher, log).begin(start));
      expect(log.lines).toHaveLength(1);
    }
    const log = recordingLog();
    const strays = { begin: () => silentExchange, strayFrame: throwing({ strayFrame: () => {} }).strayFrame };
    safeWatcher(strays, log).strayFrame?.([], 'x');
    safeWatcher({ begin: () => silentExchange }, log).strayFrame?.([], 'x');
    expect(log.lines).toMatchObject([{ fields: { exchange: 'none' } }]);
  });

  it('that does not is told everything, and answers', () => {
    const told: string[] = [];
    const noting = <T extends object>(like: T, name: string): T =>
      Object.fromEntries(Object.keys(like).map((key) => [key, () => void told.push(`${name}${key}`)])) as T;
    const watch = {
      ...noting(silentExchange, ''),
      attempt: () => noting(silentAttempt, 'attempt '),
      waits: () => () => void told.push('waited'),
      ownShareMs: () => 7,
    };
    expect(callAll(safeWatcher({ begin: () => watch }, recordingLog()).begin(start))).toBe(7);
    expect(told).toEqual(
      'mark,session,account,normalised,attempt connected,attempt ready,attempt sent,attempt ended,frame,waited,quota,committed,finalEvent,ended'.split(
        ',',
      ),
    );
  });
});

describe('the last word of a turn', () => {
  function rig(more: Partial<TurnSink> = {}, clientTransport: 'http' | 'ws' = 'http', originator = 'toy') {
    const told: unknown[] = [];
    const log = recordingLog();
    const sink = {
      told: { status: null, headers: [] },
      end: () => {
        told.push('end');
        return [];
      },
      fail: (error: SlipstreamError) => {
        told.push(['fail', error.code]);
        return [];
      },
      cut: () => void told.push('cut'),
      ...more,
    } as unknown as TurnSink;
    const watch: ExchangeWatch = {
      ...silentExchange,
      mark: (name) => void told.push(name),
      frame: (direction, type, bytes) => void told.push([direction, type, bytes]),
      committed: (status) => void told.push(['committed', status]),
      ended: (status, error) => void told.push([status, error]),
    };
    const headers: RawHeaders = [['originator', originator]];
    const request = { clientTransport, dialect: 'responses', headers } as const;
    return { told, log, word: new LastWord({ sink, watch, request, scrub: (value) => value, log }) };
  }
  const fails = () => {
    throw new Error('broken');
  };

  it('of one that is complete goes to the client, and then to who watches', () => {
    const { told, word } = rig();
    word.done('completed', null);
    expect(told).toEqual(['end', ['committed', null], 'flushed', ['completed', null]]);
  });

  it('is noted as it was told, before the end that closes the trace', () => {
    const frames = [ownFrame('a', Buffer.from('ä')), closeFrame(1009)];
    const { told, word } = rig({ end: () => frames, fail: () => frames });
    const noted = [['client-out', 'a', 2], ['client-out', 'close 1009', 2], ['committed', null], 'flushed'];
    word.done('completed', null);
    expect(told.splice(0)).toEqual([...noted, ['completed', null]]);
    const error = new SlipstreamError('upstream_closed');
    word.failed(error);
    expect(told).toEqual([...noted, ['failed', { code: 'upstream_closed', message: error.message }]]);
  });

  it.each([
    [refusal({ message: 'overloaded' }), 'overloaded'],
    [null, 'Upstream ended the response with an error.'],
  ])('of one that upstream failed says why: %j', (failure, message) => {
    const { told, word } = rig();
    word.done('failed', failure);
    expect(told.at(-1)).toEqual(['failed', { code: 'upstream_refused', message }]);
  });

  it.each([
    ['client_gone', 'cancelled', false, 0],
    ['turn_stopped', 'cancelled', true, 0],
    ['upstream_closed', 'failed', true, 0],
    ['internal', 'failed', true, 1],
  ] as const)('of one with %s is %s', (code, status, isTold, logged) => {
    for (const transport of ['http', 'ws'] as const) {
      const { told, word, log } = rig({}, transport);
      const error = new SlipstreamError(code);
      word.failed(error);
      expect(told.filter((each) => Array.isArray(each) && each[0] === 'fail')).toEqual(isTold ? [['fail', code]] : []);
      expect(told.slice(-2)).toEqual(['flushed', [status, { code, message: error.message }]]);
      expect(log.lines).toHaveLength(logged);
    }
  });

  it.each(['previous_response_not_found', 'upgrade_required', 'websocket_connection_limit_reached'] as const)(
    'of one with %s is that it was sent back, where a Codex client on a websocket obeys it unseen',
    (code) => {
      const statusFor = (...client: ['http' | 'ws', string]): unknown => {
        const { told, word } = rig({}, ...client);
        word.failed(new SlipstreamError(code));
        return (told.at(-1) as unknown[])[0];
      };
      expect(statusFor('ws', 'codex_exec')).toBe('sent-back');
      expect(statusFor('http', 'codex_exec')).toBe('failed');
      expect(statusFor('ws', 'toy')).toBe('failed');
    },
  );

  it('that cannot be told is a plain error, and else the connection’s end', () => {
    let asked = 0;
    const once = rig({
      fail: () => {
        asked += 1;
        if (asked === 1) fails();
        return [];
      },
    });
    once.word.failed(new SlipstreamError('upstream_closed'));
    expect([asked, once.told.includes('cut'), once.log.lines.length]).toEqual([2, false, 1]);
    const never = rig({ fail: fails });
    never.word.failed(new SlipstreamError('upstream_closed'));
    expect(never.told.slice(0, 2)).toEqual(['cut', ['committed', null]]);
  });
});

describe('a turn of our own', () => {
  const event = (body: object) => wireEvent(Buffer.from(JSON.stringify(body)));
  const delta = { type: 'response.output_text.delta', delta: 'a' };
  const limits = (used_percent: number) => ({
    type: 'codex.rate_limits',
    rate_limits: { primary: { used_percent, window_minutes: 300, reset_at: 5 } },
  });
  const final = (status: string) => ({
    type: 'response.completed',
    response: { status, service_tier: 'priority', usage: { input_tokens: 1, output_tokens: 9, total_tokens: 10 } },
  });

  it('is timed from its beginning to its first token and its end', async () => {
    const clock = fakeClock();
    const sink = new OwnSink(clock);
    clock.advance(5);
    sink.open({
      status: 200,
      headers: [
        ['x-codex-primary-used-percent', '12'],
        ['x-codex-primary-window-minutes', '300'],
      ],
    } as never);
    sink.event(event({ type: 'response.created' }));
    clock.advance(5);
    expect(sink.event(event(delta))).toBe(true);
    clock.advance(5);
    sink.event(event(delta));
    sink.event(event(final('completed')));
    clock.advance(50);
    sink.end();
    sink.over();
    expect(await sink.outcome).toEqual({
      firstTokenMs: 10,
      totalMs: 15,
      outputTokens: 9,
      quotaPercent: 12,
      failure: null,
    });
  });

  it.each<[string, (sink: OwnSink) => void, object]>([
    [
      'that upstream left incomplete',
      (sink) => [sink.event(event(final('incomplete'))), sink.end()],
      { failure: 'upstream did not complete the response', outputTokens: 9, totalMs: 3 },
    ],
    [
      'that has no end',
      (sink) => sink.end(),
      { failure: 'upstream did not complete the response', outputTokens: 0, totalMs: 0 },
    ],
    [
      'that failed',
      (sink) => [sink.event(event(delta)), sink.fail(new SlipstreamError('stopping'))],
      { failure: new SlipstreamError('stopping').message, firstTokenMs: 3, totalMs: 3, outputTokens: 0 },
    ],
    [
      'that was cut',
      (sink) => [sink.event(event(delta)), sink.cut()],
      { failure: 'the turn was stopped', firstTokenMs: null, totalMs: 3 },
    ],
    [
      'that tells its quota',
      (sink) => [sink.event(event(limits(42))), sink.event(event({ type: 'codex.rate_limits' })), sink.end()],
      { quotaPercent: 42 },
    ],
  ])('%s says so', async (_what, happens, wanted) => {
    const clock = fakeClock();
    const sink = new OwnSink(clock);
    clock.advance(3);
    happens(sink);
    expect(await sink.outcome).toMatchObject(wanted);
  });
});

describe('what a refusal leaves behind', () => {
  const bucket = { name: 'spark', models: [] };
  it.each([
    [
      { kind: 'usage-limit', resetsAtMs: 5 },
      { why: 'usage-limit', untilMs: 5 },
    ],
    [
      { kind: 'rate-limit', retryAfterMs: 7 },
      { why: 'rate-limit', untilMs: now + 7 },
    ],
    [
      { kind: 'rate-limit', retryAfterMs: 0 },
      { why: 'rate-limit', untilMs: now },
    ],
    [
      { kind: 'rate-limit', retryAfterMs: null },
      { why: 'rate-limit', untilMs: now + rateLimitRestMs },
    ],
    [
      { kind: 'bucket-limit', bucket, resetsAtMs: null },
      { why: 'bucket-limit', bucket, untilMs: null, words: 'w' },
    ],
    [
      { kind: 'forbidden', verdict: 'plan' },
      { why: 'verdict', verdict: 'plan', words: 'w' },
    ],
    [{ kind: 'request' }, null],
  ])('%j: %j', (meaning, rest) => {
    expect(restOf(meaning as never, { message: 'w' }, now)).toEqual(rest);
  });

  it.each(['', 'codex', 'Codex', 'default', 'main', 'premium', 'primary', ' secondary '])(
    'is the account’s own limit where it is named %j',
    (name) => {
      expect(bucketOf(refusal({ headers: [['x-codex-active-limit', name]] }), now)).toBeNull();
    },
  );

  it('is a limit of models where it has a name of its own, unless the account’s windows are full', () => {
    const named = ['x-codex-active-limit', ' Codex_Spark '] as [string, string];
    const model = ['x-codex-spark-limit-name', ' GPT-5.5-Spark '] as [string, string];
    const full = [
      ['x-codex-primary-used-percent', '100'],
      ['x-codex-primary-window-minutes', '300'],
    ] as [string, string][];
    const almost = [
      ['x-codex-primary-used-percent', '99'],
      ['x-codex-primary-window-minutes', '300'],
    ] as [string, string][];
    expect(bucketOf(refusal({ headers: [named] }), now)).toEqual({ name: 'codex_spark', models: [] });
    expect(bucketOf(refusal({ headers: [named, model, ...almost] }), now)).toEqual({
      name: 'codex_spark',
      models: ['gpt-5.5-spark'],
    });
    expect(bucketOf(refusal({ headers: [named, ...full] }), now)).toBeNull();
    for (const member of ['metered_limit_name', 'limit_id'])
      expect(bucketOf(refusal({ body: { error: { [member]: 'spark' } } }), now)?.name).toBe('spark');
    expect(bucketOf(refusal({ headers: [['x-codex-active-limit', 'x'.repeat(90)]] }), now)?.name).toHaveLength(80);
  });

  it('is for a client an error with its words; a 401 is never the client’s own', () => {
    expect(refusalError(refusal({ status: 401, message: 'expired' }))).toMatchObject({
      code: 'account_signed_out',
      message: expect.stringMatching(/Upstream said: expired$/),
    });
    expect(refusalError(refusal({ status: 403 }))).toMatchObject({
      code: 'upstream_refused',
      status: 403,
      message: 'no',
    });
    expect(refusalError(refusal({ status: 400, code: 'previous_response_not_found' })).code).toBe(
      'previous_response_not_found',
    );
    const headers: [string, string][] = [
      ['x-codex-primary-used-percent', '5'],
      ['x-codex-turn-state', 's'],
      ['retry-after', '2'],
      ['x-other', 'y'],
    ];
    expect(refusalError(refusal({ headers }))).toMatchObject({ headers: [headers[0]], retryAfterSeconds: 2 });
  });
});

describe('the step after an attempt', () => {
  const tooBig = inStream(413, { code: 'message_too_big' });
  const limit = inStream(400, { code: 'websocket_connection_limit_reached' });
  it.each([
    ['the 60 min limit, twice', { ...limit, ...second }, 'other-account'],
    ['a lost increment, twice', { outcome: { kind: 'chain-lost' } as const, sentIncrement: true, ...second }, 'again'],
    ['too big on a websocket', tooBig, 'over-http too-big'],
    ['too big for a delta', { ...tooBig, ...client.extending }, 'fail upstream_refused 413'],
  ])('%s', (_what, more, wanted) => {
    expect(brief(decideNext(report(more)))).toBe(wanted);
  });

  it('that cannot be taken any more says what was tried, where the last one has no word of its own', () => {
    const again = decideNext(report({ ...limit, attempts: 99 }));
    expect(again).toMatchObject({
      kind: 'fail',
      error: { code: 'upstream_refused', message: 'Upstream refused every attempt.' },
    });
  });

  it('to HTTP is told in the codes that clients obey', () => {
    expect([httpOnlyError('prewarm').code, httpOnlyError('turn').code]).toEqual([
      'upgrade_required',
      'websocket_connection_limit_reached',
    ]);
  });
});

describe('the fast mode of a turn', () => {
  const key = (...tiers: string[]) => ({ mayUse: (tier: string) => tiers.includes(tier) }) as unknown as KeyPass;
  const own = { fastPolicy: 'off', transport: null, accountId: null } as const;
  it.each<[string, Parameters<typeof policyFor>[0], FastPolicy, FastPolicy]>([
    ['is the user’s', {}, 'on', 'on'],
    ['is its own for a turn of ours', { own, key: key('priority') }, 'on', 'off'],
    ['is the user’s for a key that may be made fast', { key: key('priority') }, 'on', 'on'],
    ['is what its client asks for a key that may not', { key: key('flex') }, 'on', 'auto'],
    ['that takes fast away holds for such a key, too', { key: key() }, 'off', 'off'],
  ])('%s', (_what, request, policy, wanted) => {
    expect(policyFor(request, policy)).toBe(wanted);
  });
});

describe('the memory of transports', () => {
  it('holds one that could not be dialled for a minute, though its clients keep their websockets', () => {
    const clock = fakeClock();
    const memory = new TransportMemory(clock);
    const [one, two] = [account('a'), account('b')];
    memory.remember(one, 'unreachable');
    memory.remember(two, 'no-websockets');
    expect([memory.transportFor(one), memory.isHttpOnly(one), memory.isHttpOnly(two)]).toEqual(['http', false, true]);
    clock.advance(60_000);
    expect([memory.transportFor(one), memory.transportFor(two)]).toEqual(['ws', 'http']);
    expect(memory.isHttpOnly(account('c', { websockets: false }))).toBe(true);
  });

  it('counts refusals in a row alone, and encoded bodies until one is refused', () => {
    const clock = fakeClock();
    const memory = new TransportMemory(clock);
    memory.remember(account('a'), 'refused');
    clock.advance(2 * 60 * 60_000 + 1);
    memory.remember(account('a'), 'refused');
    expect(memory.transportFor(account('a'))).toBe('ws');
    expect(memory.takesEncoded).toBe(true);
    memory.refuseEncoded();
    expect(memory.takesEncoded).toBe(false);
  });
});

it('a closed connection is no more to go on from, and its session is forgotten', () => {
  const sessions = new Sessions();
  sessions.connect('c1');
  const { id } = sessions.resolveConnection('c1', null);
  expect([sessions.isConnected('c1'), sessions.resolveConnection('c1', null).id]).toEqual([true, id]);
  sessions.disconnect('c1');
  expect([sessions.isConnected('c1'), sessions.size]).toEqual([false, 0]);
});

describe('what a conversation is known by', () => {
  const facts = (body: object, headers: [string, string][] = []) => conversationFacts(headers, body as never);
  const long = 'x'.repeat(64 * 1024);
  it.each<[string, string, string, boolean]>([
    ['the family of its model', facts({ model: 'gpt-5.5' }), facts({ model: 'GPT-6' }), true],
    ['another family', facts({ model: 'gpt-5.5' }), facts({ model: 'o3' }), false],
    ['its program', facts({}, [['user-agent', 'a/1']]), facts({}, [['user-agent', 'a/2 x']]), true],
    ['another program', facts({}, [['user-agent', 'a/1']]), facts({}, [['user-agent', 'b/1']]), false],
    ['its originator', facts({}, [['originator', 'a']]), facts({}, [['originator', 'b']]), false],
    ...['instructions', 'prompt_cache_key', 'user', 'safety_identifier'].map(
      (name): [string, string, string, boolean] => [name, facts({ [name]: 'a' }), facts({ [name]: 'b' }), false],
    ),
    ['its effort', facts({ reasoning: 1 }), facts({ reasoning: 2 }), true],
    [
      'the length of long instructions',
      facts({ instructions: `${long}a` }),
      facts({ instructions: `${long}bc` }),
      false,
    ],
    [
      'the beginning of long instructions',
      facts({ instructions: `${long}a` }),
      facts({ instructions: `${long}b` }),
      true,
    ],
    [
      'the whole of short ones',
      facts({ instructions: `a${long.slice(1)}` }),
      facts({ instructions: `b${long.slice(1)}` }),
      false,
    ],
  ])('%s', (_what, one, other, isSame) => {
    expect(one === other).toBe(isSame);
  });

  it('names are taken where they say something', () => {
    expect(affinityKey([['session-id', '  ']], {})).toBeNull();
    expect(affinityKey([['session-id', 'x'.repeat(2_000)]], {})?.length).toBeLessThan(2_000);
  });
});

describe('the steps of a connection', () => {
  it('follow one another, each from where the one before ended', () => {
    let now = 10;
    const timer = new ConnectionTimer(() => now);
    const listeners = new Map<string, () => void>();
    const socket = (connecting: boolean) =>
      ({
        connecting,
        prependOnceListener: (name: string, hear: () => void) => void listeners.set(name, hear),
      }) as unknown as Socket;
    const at = (ms: number, step: () => void) => {
      now = ms;
      step();
    };
    at(12, () => timer.queued('full'));
    timer.watch(socket(true));
    for (const [ms, name] of [
      [13, 'lookup'],
      [15, 'connect'],
      [18, 'secureConnect'],
    ] as const)
      at(ms, () => listeners.get(name)?.());
    at(22, () => timer.upgraded());
    expect(timer.phases).toEqual([
      { name: 'queue', startMs: 10, endMs: 12, why: 'full' },
      { name: 'dns', startMs: 12, endMs: 13 },
      { name: 'tcp', startMs: 13, endMs: 15 },
      { name: 'tls', startMs: 15, endMs: 18 },
      { name: 'upgrade', startMs: 18, endMs: 22 },
    ]);
    listeners.clear();
    const warm = new ConnectionTimer(() => now);
    warm.watch(socket(false));
    expect([...listeners.keys()]).toEqual(['secureConnect']);
    warm.warm();
    at(24, () => warm.upgraded());
    at(30, () => warm.again());
    at(31, () => warm.upgraded());
    expect(warm.phases).toEqual([
      { name: 'proxy', startMs: 22, endMs: 22 },
      { name: 'upgrade', startMs: 22, endMs: 24, why: tell('why.connection.warm') },
      { name: 'upgrade', startMs: 30, endMs: 31 },
    ]);
  });
});
