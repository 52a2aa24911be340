import { describe, expect, it } from 'vitest';
import type { TurnContext } from '../../src-main/core/turn/context.ts';
import { SlipstreamError } from '../../src-main/shared/errors.ts';
import { english } from '../../src-main/shared/words/english.ts';
import { tell } from '../../src-main/shared/words/told.ts';
import { dropped, limit, refused } from './attempt-reports.ts';
import { sessionId } from './normalise-question.ts';
import { refusingRefresher } from './turn-rig.ts';
import {
  accountOf,
  completes,
  delta,
  done,
  ends,
  inStream,
  type Options,
  type Part,
  played,
  quota,
  ready,
  says,
  turn,
  unreachable,
  user,
  whole,
} from './turn-script.ts';

describe('a turn', () => {
  it('goes to an account and comes back, and is told of step by step', async () => {
    const { told, ways, watched, running, home, accounts, asked } = await played([completes('resp-1', quota)]);
    expect([told, ways, running, home]).toEqual([whole, ['a ws'], [], 'a']);
    expect(asked[0]?.request).toMatchObject({
      baseUrl: 'http://upstream.test/codex',
      path: '/responses',
      previousResponseId: null,
      wantsNewSocket: false,
      mayQueue: true,
      isOneOff: false,
    });
    expect(watched).toMatchObject({
      marks: ['accountChosen', 'tokenReady', 'normalised', 'upstreamReady', 'requestSent', 'flushed'],
      waits: ['token refresh', 'token refresh over'],
      quota: [40],
      ended: [['completed', null]],
      attempts: [
        {
          transport: 'ws',
          url: 'http://upstream.test/codex/responses',
          isIncrement: false,
          ends: [{ status: 101, closeCode: null, error: null, said: null }],
        },
      ],
    });
    expect([watched.sessions, accounts.health('a').usage?.primary?.usedPercent]).toEqual([[sessionId, sessionId], 40]);
  });

  it.each<[string, readonly Part[], Options, readonly string[], unknown]>([
    ['a lost line is tried anew', [ends(dropped())], {}, ['a ws', 'a ws'], whole],
    ['and then over HTTP', [ends(dropped()), ends(dropped())], {}, ['a ws', 'a ws', 'a http'], whole],
    ['a compaction goes over HTTP', [], { request: { kind: 'compact' } }, ['a http'], whole],
    ['a full account is left', [ends(refused(429, limit))], {}, ['a ws', 'b ws'], whole],
    ['a full one in the stream, too', [inStream(429, limit)], {}, ['a ws', 'b ws'], whole],
    [
      'all full ones are told',
      [ends(refused(429, limit)), inStream(429, limit)],
      {},
      ['a ws', 'b ws'],
      'accounts_exhausted',
    ],
    ['a full pool is left for one with room', [ends({ kind: 'pool-full' })], {}, ['a ws', 'b ws'], whole],
    ['or told', [ends({ kind: 'pool-full' })], { accounts: 'a' }, ['a ws'], 'pool_full'],
    ['a token that is refused is renewed', [ends(refused(401))], {}, ['a ws', 'a ws'], whole],
    ['twice: another account', [ends(refused(401)), ends(refused(401))], {}, ['a ws', 'a ws', 'b ws'], whole],
    ['upgrades that are refused lead to HTTP', [ends(refused(426))], {}, ['a ws', 'a http'], whole],
    ['the request’s own fault is told', [inStream(400, { code: 'invalid_value' })], {}, ['a ws'], 'upstream_refused'],
    ['no account is told', [], { accounts: '' }, [], 'account_none'],
    [
      'encoded bodies that are refused go plain',
      [ends(refused(426)), ends(refused(415))],
      {},
      ['a ws', 'a http', 'a http'],
      whole,
    ],
    [
      'HTTP alone for a websocket client’s prewarm',
      [],
      {
        request: { kind: 'prewarm', clientTransport: 'ws' },
        arrange: (rig) => rig.context.transports.remember(accountOf(rig, 'a'), 'unreachable'),
      },
      [],
      'upgrade_required',
    ],
    [
      'HTTP alone for a websocket client',
      [],
      {
        request: { clientTransport: 'ws' },
        arrange: (rig) => rig.context.transports.remember(accountOf(rig, 'a'), 'no-websockets'),
      },
      [],
      'websocket_connection_limit_reached',
    ],
    [
      'HTTP for a while for a websocket client',
      [],
      {
        request: { clientTransport: 'ws' },
        arrange: (rig) => rig.context.transports.remember(accountOf(rig, 'a'), 'unreachable'),
      },
      ['a http'],
      whole,
    ],
    [
      'HTTP alone for an HTTP client',
      [],
      { arrange: (rig) => rig.context.transports.remember(accountOf(rig, 'a'), 'no-websockets') },
      ['a http'],
      whole,
    ],
    [
      'a turn of our own that says HTTP',
      [],
      { request: { own: { fastPolicy: 'auto', transport: 'http', accountId: null } } },
      ['a http'],
      whole,
    ],
  ])('%s', async (_what, parts, options, ways, wanted) => {
    const { ways: seen, told, error, running, watched } = await played(parts, options);
    expect([seen, running]).toEqual([ways, []]);
    expect(typeof wanted === 'string' ? error?.code : told).toEqual(wanted);
    expect(watched.ended).toHaveLength(1);
  });

  it('sends all on a new socket where it is tried again, and not where its first try was turned away at the door', async () => {
    const { asked } = await played([ends(dropped()), completes()]);
    expect(asked.map(({ request }) => request.wantsNewSocket)).toEqual([false, true]);
  });

  it('remembers of an account what attempts have taught', async () => {
    const http = await played([ends(unreachable), ends(unreachable)]);
    expect(http.ways).toEqual(['a ws', 'a ws', 'a http']);
    expect(http.context.transports.transportFor(accountOf(http, 'a'))).toBe('http');
    const chance = await played([ends(refused(426))]);
    expect(chance.context.transports.isHttpOnly(accountOf(chance, 'a'))).toBe(true);
    // That HTTP does not come through either says nothing of websockets.
    const away = await played([unreachable, unreachable, unreachable, unreachable].map(ends), { accounts: 'a' });
    expect([away.error?.code, away.context.transports.transportFor(accountOf(away, 'a'))]).toEqual([
      'upstream_unreachable',
      'ws',
    ]);
    // The client is sent over to HTTP before any of ours was tried: nothing is claimed of it.
    const asAhead = { request: { clientTransport: 'ws', kind: 'prewarm' } } as const;
    const ahead = await played([unreachable, unreachable].map(ends), asAhead);
    expect([ahead.ways, ahead.accounts.views().find(({ id }) => id === 'a')?.overHttp?.why]).toEqual([
      ['a ws', 'a ws'],
      tell('troubles.http.unreachable'),
    ]);
    expect(english.t('troubles.http.unreachable')).not.toContain('HTTP');
    const bare = await played([ends(refused(426)), ends(refused(415))]);
    expect(bare.context.transports.takesEncoded).toBe(false);
    const full = await played([ends(refused(429, limit))]);
    expect(full.accounts.health('a').cooldownUntil).toBe(limit.resets_at * 1000);
    const served = await turn([]);
    served.rig.accounts.verdicts.note('a', { kind: 'refused', scope: null, models: [], untilMs: null, words: '' });
    served.rig.accounts.verdicts.note('b', { kind: 'refused', scope: null, models: [], untilMs: null, words: '' });
    const { ways, accounts } = await served.go();
    expect(accounts.verdicts.of(ways[0]?.[0] ?? '')).toEqual([]);
  });

  it('leaves an account that has said no in the middle, and tells a websocket client the way that it obeys', async () => {
    const late = await played([inStream(429, limit, delta)]);
    expect([late.told.slice(0, 2), late.error?.code, late.home]).toEqual([
      ['open', 'response.output_text.delta'],
      'upstream_refused',
      null,
    ]);
    expect(late.accounts.health('a').cooldownUntil).toBe(limit.resets_at * 1000);
    const client = await played([ends(refused(426))], { request: { clientTransport: 'ws' } });
    expect([client.error?.code, client.context.transports.isHttpOnly(accountOf(client, 'a'))]).toEqual([
      'websocket_connection_limit_reached',
      true,
    ]);
    const sealed = { input: [{ type: 'compaction', encrypted_content: 'x' }, user('hi')] };
    const stays = await played([inStream(403, { code: 'account_deactivated' }, delta)], {
      body: sealed,
      arrange: ({ context }) => context.sessions.resolve(sessionId).moveTo('a'),
    });
    expect(stays.home).toBe('a');
  });

  it.each<[string, 'ready' | 'refresh', unknown, readonly string[], unknown]>([
    ['be made ready', 'ready', new SlipstreamError('refresh_failed'), ['b ws'], undefined],
    ['be renewed', 'refresh', new SlipstreamError('refresh_failed'), ['a ws', 'b ws'], undefined],
    ['be made ready, for a fault of ours', 'ready', new TypeError('ours'), [], 'internal'],
    ['be renewed, for a fault of ours', 'refresh', new TypeError('ours'), ['a ws'], 'internal'],
  ])('goes on where an account cannot %s', async (_what, where, thrown, ways, code) => {
    const {
      ways: seen,
      error,
      log,
      running,
    } = await played(where === 'refresh' ? [ends(refused(401))] : [], {
      context: refusingRefresher(where, thrown),
    });
    expect([seen, error?.code, log.lines.length, running]).toEqual([ways, code, code === undefined ? 0 : 1, []]);
  });

  it('waits as upstream asks, on the clock', async () => {
    const { go, rig, asked } = await turn([ends(refused(429, {}, [['retry-after', '2']]))], { accounts: 'a' });
    const going = go();
    while (rig.told.waits.at(-1) !== 'asked to wait') await Promise.resolve();
    rig.clock.advance(1_999);
    await new Promise(setImmediate);
    expect(asked).toHaveLength(1);
    rig.clock.advance(1);
    const { told, watched } = await going;
    expect([told, watched.waits.slice(2, 4), rig.clock.pending]).toEqual([
      whole,
      ['asked to wait', 'asked to wait over'],
      0,
    ]);
  });

  it('gives upstream a moment before it tries another account', async () => {
    const trouble = inStream(500, {});
    const { go, rig } = await turn([trouble, trouble]);
    const going = go();
    for (const count of [1, 2]) {
      while (rig.told.waits.filter((name) => name === 'back-off').length < count) await Promise.resolve();
      rig.clock.advance(5_000);
    }
    expect((await going).ways).toEqual(['a ws', 'a ws', 'b ws']);
  });
});

describe('a turn that is ended', () => {
  it.each([
    ['client_gone', [], 'cancelled'],
    ['turn_stopped', ['fail turn_stopped'], 'cancelled'],
    ['stopping', ['fail stopping'], 'failed'],
  ] as const)('for %s ends its attempt', async (why, told, status) => {
    const { go, run } = await turn([
      () => {
        run.abort(why);
        run.abort('stopping');
      },
    ]);
    const result = await go();
    expect([result.told, result.asked[0]?.did, result.watched.ended]).toEqual([
      told,
      ['abort', 'abort'],
      [[status, { code: why, message: expect.any(String) }]],
    ]);
    expect(result.running).toEqual([]);
  });

  it.each(['ready', 'refresh', 'choose', 'wait'] as const)('while it waits for its %s ends at once', async (what) => {
    const { promise: never } = Promise.withResolvers<never>();
    const refresher = { ready: async (given: unknown) => (what === 'ready' ? never : given), refresh: () => never };
    const readResting = () => never;
    const parts = { refresh: [ends(refused(401))], wait: [ends(refused(429, {}, [['retry-after', '2']]))] };
    const { go, run, rig } = await turn(what === 'refresh' || what === 'wait' ? parts[what] : [], {
      accounts: 'a',
      context: { refresher, readResting } as unknown as Partial<TurnContext>,
      arrange: ({ accounts }) => {
        if (what === 'choose') accounts.exhausted('a', null);
      },
    });
    const going = go();
    await new Promise(setImmediate);
    run.abort();
    const { told, watched, running } = await going;
    expect([told, watched.ended, running, rig.clock.pending]).toEqual([
      [],
      [['cancelled', expect.objectContaining({ code: 'client_gone' })]],
      [],
      0,
    ]);
  });

  it('before its attempt begins asks upstream nothing', async () => {
    const { go, run, asked } = await turn([], { context: { routingOverride: async () => null } });
    const going = go();
    run.abort('stopping');
    expect([(await going).error?.code, asked.length]).toEqual(['stopping', 0]);
  });
});

describe('what a client tells its turn', () => {
  it('reaches the attempt: that it has caught up, goes on with another, has enough', async () => {
    let isFull = true;
    const { go, run } = await turn(
      [
        (asked) => {
          ready(asked);
          says(asked, delta);
          run.resume();
          isFull = false;
          says(asked, delta);
          run.supersede();
          expect(run.line).not.toBeNull();
          run.enough('incomplete');
        },
      ],
      { sink: { event: () => !isFull } },
    );
    expect([run.line, run.keyName]).toEqual([null, null]);
    run.resume();
    const { asked, watched } = await go();
    expect(asked[0]?.did).toEqual(['pause', 'resume', 'supersede', 'abort']);
    expect(watched.ended).toEqual([['incomplete', null]]);
  });

  it.each(['before it begins', 'where it could not begin'])('changes nothing %s', async (when) => {
    const { go, run } = await turn([], {
      arrange: ({ context }) => {
        if (when !== 'before it begins')
          Object.assign(context.pool, {
            start: () => {
              throw new TypeError('ours');
            },
          });
      },
    });
    const say = () => {
      run.resume();
      run.supersede();
      run.threw(new TypeError('late'));
      run.noteFrame('x', Buffer.from('{}'));
    };
    if (when === 'before it begins') say();
    const { error, watched } = await go();
    say();
    run.abort();
    run.enough('completed');
    expect([error?.code, watched.ended.length]).toEqual([when === 'before it begins' ? undefined : 'internal', 1]);
  });

  it('may be a fault of ours, that ends it', async () => {
    const { go, run } = await turn([
      (asked) => {
        ready(asked);
        run.threw(new TypeError('ours'));
      },
    ]);
    const { error, asked, watched, log } = await go();
    expect([error?.code, asked[0]?.did, log.lines.length]).toEqual(['internal', ['abort'], 1]);
    expect(watched.attempts[0]?.ends).toMatchObject([{ status: 101, error: { code: 'internal' }, said: null }]);
    expect(watched.marks).not.toContain('served');
  });

  it('of a key is asked of the key first', async () => {
    const key = {
      name: () => 'ci',
      mayUse: () => true,
      mayAsk: () => true,
      check: () => {},
      admit: () => {
        throw new SlipstreamError('key_expired');
      },
      admitRelay: () => {},
    };
    const { run, asked, error, watched } = await played([], { request: { key } });
    expect([run.keyName, asked.length, error?.code, watched.begun[0]?.keyName]).toEqual(['ci', 0, 'key_expired', 'ci']);
  });

  it('is told as quota and plan where upstream tells them on the way', async () => {
    const limits = {
      type: 'codex.rate_limits',
      plan_type: 'pro',
      rate_limits: { primary: { used_percent: 55, window_minutes: 300, reset_at: 5 } },
    };
    const { accounts, watched, store } = await played([
      (asked) => {
        ready(asked, quota, true);
        says(asked, limits, { type: 'codex.rate_limits' }, delta, done('r'));
        asked.listener.ended({ kind: 'finished' });
      },
    ]);
    // Headers of a kept socket are as old as the socket.
    expect([watched.quota, accounts.health('a').usage?.primary?.usedPercent, store.get('a')?.plan]).toEqual([
      [55],
      55,
      'pro',
    ]);
  });
});

describe('a limit of some models', () => {
  it.each([
    ['stays where it was said while the turn ran', true, 1],
    ['ends where it was said before', false, 0],
  ])('%s', async (_what, isSaidInTurn, left) => {
    const { go, rig } = await turn([
      (asked) => {
        const say = () =>
          rig.accounts.verdicts.note('a', {
            kind: 'bucket',
            scope: 'sol',
            models: ['gpt-6.1-sol'],
            untilMs: null,
            words: '',
          });
        if (!isSaidInTurn) say();
        rig.clock.advance(100);
        ready(asked);
        rig.clock.advance(100);
        if (isSaidInTurn) say();
        says(asked, delta, done('resp-1'));
        asked.listener.ended({ kind: 'finished' });
      },
    ]);
    const { told, accounts } = await go();
    expect([told.at(-1), accounts.verdicts.of('a').length]).toEqual(['end', left]);
  });
});

describe('silence', () => {
  it.each([
    ['upstream', true, 'upstream_timeout'],
    ['a client', false, 'client_stalled'],
  ])('of %s ends a turn after 290 s, counted from the last event', async (_who, takes, code) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { go, rig, run } = await turn(
      [
        (asked) => {
          ready(asked);
          rig.clock.advance(100_000);
          says(asked, delta);
          resolve();
        },
      ],
      { sink: { event: () => takes } },
    );
    const going = go();
    await promise;
    rig.clock.advance(289_999);
    expect(run.line).not.toBeNull();
    expect(rig.told.attempts[0]?.ends).toEqual([]);
    rig.clock.advance(1);
    const { error, asked, watched } = await going;
    expect([error?.code, asked[0]?.did.at(-1), watched.attempts[0]?.ends[0]?.error?.code]).toEqual([
      code,
      'abort',
      code,
    ]);
  });
});
