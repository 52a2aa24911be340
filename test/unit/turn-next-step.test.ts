import { describe, expect, it } from 'vitest';
import { decideNext } from '../../src-main/core/turn/next-step.ts';
import type { AttemptReport, SealedBy } from '../../src-main/core/turn/steps.ts';
import {
  brief,
  client,
  dropped,
  inStream,
  limit,
  now,
  refused,
  report,
  second,
  silent,
  unreachable,
} from './attempt-reports.ts';

/** What follows an attempt, as a table. */

describe('what follows an attempt', () => {
  it.each<[string, Partial<AttemptReport>, string]>([
    ['the terminal event', {}, 'done'],
    ['the client went away', { abortedFor: 'client_gone', outcome: dropped() }, 'fail client_gone 499'],
    ['we are stopping', { outcome: { kind: 'aborted' } }, 'fail stopping 503'],
    // Transport
    ['426', { outcome: refused(426) }, 'over-http no-websockets'],
    [
      '426 for a websocket client',
      { outcome: refused(426), ...client.websocket },
      'fail websocket_connection_limit_reached 400',
    ],
    ['426 for a prewarm', { outcome: refused(426), ...client.websocket, kind: 'prewarm' }, 'fail upgrade_required 400'],
    ['no connection, once', { outcome: unreachable }, 'again'],
    [
      'no room for a connection',
      { outcome: { kind: 'unreachable', fault: 'room', message: 'connect EMFILE' } },
      'fail resources_short 503',
    ],
    ['no connection, twice', { outcome: unreachable, ...second }, 'over-http unreachable'],
    [
      'no connection over HTTP, twice',
      { outcome: unreachable, transport: 'http', ...second },
      'fail upstream_unreachable 502',
    ],
    [
      'no connection over HTTP, twice, where another account goes another way',
      { outcome: unreachable, transport: 'http', hasOtherWay: true, ...second },
      'other-account',
    ],
    ...(['ws', 'http'] as const).map((transport): [string, Partial<AttemptReport>, string] => [
      `no answer in time over ${transport}, once, where another account goes another way`,
      { outcome: { kind: 'unreachable', fault: 'timeout', message: 'late' }, transport, hasOtherWay: true },
      transport === 'ws' ? 'over-http unreachable' : 'other-account',
    ]),
    ['1009', { outcome: dropped(1009) }, 'over-http too-big'],
    ['1009 for a delta', { outcome: dropped(1009), ...client.extending }, 'fail message_too_big 413'],
    [
      'too big over HTTP',
      { transport: 'http', ...inStream(413, { code: 'message_too_big' }) },
      'fail upstream_refused 413',
    ],
    ['415 to an encoded body', { transport: 'http', outcome: refused(415), sentEncoded: true }, 'plain-body'],
    ['415 to a plain body', { transport: 'http', outcome: refused(415) }, 'fail upstream_refused 415'],
    // Connection lost
    ['closed before content, once', { outcome: dropped() }, 'again'],
    ['closed before content, twice', { outcome: dropped(), ...second }, 'over-http unreachable'],
    ['closed after content', { outcome: dropped(), isCommitted: true }, 'fail upstream_closed 502'],
    [
      'closed before content of a delta',
      { outcome: dropped(), ...client.extending },
      'fail previous_response_not_found 400',
    ],
    ['silence before content', { outcome: silent }, 'fail upstream_timeout 504'],
    ['silence after content', { outcome: silent, isCommitted: true }, 'fail upstream_timeout 504'],
    [
      'silence before content of a delta',
      { outcome: silent, ...client.extending },
      'fail previous_response_not_found 400',
    ],
    [
      'silence after content of a delta',
      { outcome: silent, ...client.extending, isCommitted: true },
      'fail upstream_timeout 504',
    ],
    [
      'a client that took nothing',
      { outcome: { kind: 'timed-out', who: 'client' }, isCommitted: true },
      'fail client_stalled 408',
    ],
    [
      'a failure after content, for a client that is told of it as an error',
      { ...inStream(503, { code: 'server_is_overloaded' }), isCommitted: true },
      'fail upstream_refused 503',
    ],
    ['the 60 min limit', inStream(400, { code: 'websocket_connection_limit_reached' }), 'again'],
    [
      'the 60 min limit for a delta',
      { ...inStream(400, { code: 'websocket_connection_limit_reached' }), ...client.extending },
      'fail previous_response_not_found 400',
    ],
    ['no room', { outcome: { kind: 'pool-full' } }, 'fail pool_full 429'],
    ['no room here', { outcome: { kind: 'pool-full' }, hasRoomElsewhere: true }, 'other-account'],
    ['no room any more where there was some elsewhere', { outcome: { kind: 'pool-full' }, mayQueue: false }, 'again'],
    // An account that was removed meanwhile
    ['whose account is gone', { outcome: { kind: 'account-removed' } }, 'again'],
    [
      'whose account is gone after content',
      { outcome: { kind: 'account-removed' }, isCommitted: true },
      'fail turn_stopped 400',
    ],
    [
      'that extends a response of an account that is gone',
      { outcome: { kind: 'account-removed' }, ...client.extending },
      'fail previous_response_not_found 400',
    ],
    // Chains
    ['our own increment lost its socket', { outcome: { kind: 'chain-lost' }, sentIncrement: true }, 'again'],
    [
      "a client's delta has no socket",
      { outcome: { kind: 'chain-lost' }, ...client.extending },
      'fail previous_response_not_found 400',
    ],
    [
      'upstream forgot our increment',
      { ...inStream(400, { code: 'previous_response_not_found' }), sentIncrement: true },
      'again',
    ],
    [
      "upstream forgot a client's",
      { ...inStream(400, { code: 'previous_response_not_found' }), ...client.extending },
      'fail previous_response_not_found 400',
    ],
    // Account
    ['an exhausted account', { outcome: refused(429, limit) }, 'other-account'],
    ['an exhausted account, in the stream', inStream(429, limit), 'other-account'],
    [
      'an exhausted account for a delta',
      { ...inStream(429, limit), ...client.extending },
      'fail previous_response_not_found 400',
    ],
    ['too fast, another account', { outcome: refused(429, {}, [['retry-after', '1']]) }, 'other-account'],
    [
      'too fast, no other account',
      { outcome: refused(429, {}, [['retry-after', '1']]), hasOtherAccount: false },
      'wait',
    ],
    [
      'too fast for long, no other account',
      { outcome: refused(429, {}, [['retry-after', '60']]), hasOtherAccount: false },
      'other-account',
    ],
    ['401', { outcome: refused(401) }, 'refresh'],
    ['401 with a new token', { outcome: refused(401), wasRefreshed: true }, 'other-account'],
    ['403', { outcome: refused(403) }, 'other-account'],
    // Upstream's trouble
    ['500', inStream(500, {}), 'wait'],
    ['500, twice', { ...inStream(500, {}), ...second }, 'other-account'],
    ['500 for a delta', { ...inStream(500, {}), ...client.extending }, 'fail previous_response_not_found 400'],
    ['503 over HTTP', { outcome: refused(503), transport: 'http' }, 'wait'],
    ['503 of an upgrade', { outcome: refused(503) }, 'wait'],
    ['503 of an upgrade, twice', { outcome: refused(503), ...second }, 'over-http unreachable'],
    ['503 for long', { outcome: refused(503, {}, [['retry-after', '60']]), transport: 'http' }, 'other-account'],
    // The request
    ['400', inStream(400, { code: 'invalid_value' }), 'fail upstream_refused 400'],
    ['400 over HTTP', { outcome: refused(400), transport: 'http' }, 'fail upstream_refused 400'],
    ["another account's reasoning", inStream(400, { code: 'invalid_encrypted_content' }), 'without-reasoning'],
    [
      "another account's reasoning, still",
      { ...inStream(400, { code: 'invalid_encrypted_content' }), withoutReasoning: true },
      'fail upstream_refused 400',
    ],
  ])('%s', (_what, more, expected) => {
    expect(brief(decideNext(report(more)))).toBe(expected);
  });

  describe('how long upstream is left alone', () => {
    const overloaded = inStream(500, {});

    it.each([
      [1, 0, 100],
      [1, 1, 200],
      [2, 0.5, 300],
      [4, 1, 1_600],
      [11, 1, 5_000],
    ])('after attempt %i, by a throw of %f: %i ms', (attempts, random, ms) => {
      expect(decideNext(report({ ...overloaded, attempts, random }))).toMatchObject({
        kind: 'wait',
        ms,
        name: 'back-off',
      });
      expect(decideNext(report({ ...overloaded, attempts, random, triesOnAccount: 2 }))).toMatchObject({
        kind: 'other-account',
        backOffMs: ms,
      });
    });

    it('as long as it asks', () => {
      const step = decideNext(report({ outcome: refused(503, {}, [['retry-after', '2']]) }));
      expect(step).toMatchObject({ kind: 'wait', ms: 2_000, name: 'asked to wait' });
    });

    it('not at all where nobody is left to try, and the client is told how long', () => {
      const outcome = refused(503, {}, [['retry-after', '60']]);
      expect(decideNext(report({ outcome, transport: 'http', hasOtherAccount: false }))).toMatchObject({
        backOffMs: 0,
        error: { retryAfterSeconds: 60 },
      });
    });
  });

  describe('a history that this account cannot read', () => {
    const sealed = inStream(400, { code: 'invalid_encrypted_content', message: 'Sealed.' });
    const retried = { ...sealed, withoutReasoning: true };

    it.each<[string, Partial<AttemptReport>, string]>([
      ['is first tried without reasoning', { ...sealed, sealedBy: { restsUntilMs: now } }, 'without-reasoning'],
      ['and then refused', { ...retried, sealedBy: { restsUntilMs: now } }, 'fail upstream_refused 400'],
      ['is tried on all accounts where its own is not known', { ...sealed, sealedBy: 'unknown' }, 'other-account'],
      [
        'the last of them without reasoning',
        { ...sealed, sealedBy: 'unknown', hasOtherAccount: false },
        'without-reasoning',
      ],
      ['but not for a delta', { ...sealed, sealedBy: 'unknown', ...client.extending }, 'fail upstream_refused 400'],
    ])('%s', (_what, more, expected) => {
      expect(brief(decideNext(report(more)))).toBe(expected);
    });

    it.each([
      ['nobody', 'Sealed.'],
      ['this-account', 'Sealed.'],
      [{ restsUntilMs: Date.UTC(2026, 10, 24, 8, 5) }, /usage limit until 2026-11-24 08:05 UTC\. Wait until then, or/],
      [{ restsUntilMs: null }, /cannot be used now\. Mend it on the Accounts screen, or start a new session\.$/],
    ] satisfies [SealedBy, string | RegExp][])('is told with what can be done: %j', (sealedBy, text) => {
      const matching = typeof text === 'string' ? text : expect.stringMatching(text);
      expect(decideNext(report({ ...retried, sealedBy }))).toMatchObject({
        error: { upstreamBody: { error: { code: 'invalid_encrypted_content', message: matching } } },
      });
    });
  });

  it('a failed dial names host and reason', () => {
    const step = decideNext(
      report({
        outcome: unreachable,
        transport: 'http',
        ...second,
        upstreamUrl: 'http://127.0.0.1:9/backend-api/codex',
      }),
    );
    expect(step).toMatchObject({ error: { message: '127.0.0.1:9 could not be reached: connect ECONNREFUSED.' } });
  });

  it.each([
    [
      1011,
      'going down',
      'chatgpt.com closed the connection before the response was complete (close code 1011): going down.',
    ],
    [1006, '', 'chatgpt.com closed the connection before the response was complete (close code 1006).'],
    [null, 'the stream ended', 'chatgpt.com closed the connection before the response was complete: the stream ended.'],
  ])('a lost connection names close code %s and reason %j', (code, reason, message) => {
    expect(decideNext(report({ outcome: dropped(code, reason), isCommitted: true }))).toMatchObject({
      error: { message },
    });
  });

  it('an exhausted account rests until upstream says so, and a delta leaves it', () => {
    const rest = { why: 'usage-limit', untilMs: now + 60_000 };
    expect(decideNext(report({ outcome: refused(429, limit) }))).toMatchObject({ kind: 'other-account', rest });
    expect(decideNext(report({ ...inStream(429, limit), ...client.extending }))).toMatchObject({
      rest,
      leaveAccount: true,
    });
  });

  it('an account that is too fast is avoided as long as upstream asks', () => {
    const step = decideNext(report({ outcome: refused(429, {}, [['retry-after', '60']]) }));
    expect(step).toMatchObject({ rest: { why: 'rate-limit', untilMs: now + 60_000 } });
  });
});

describe('whatever happens', () => {
  const outcomes: readonly Partial<AttemptReport>[] = [
    ...[400, 401, 403, 404, 426, 429, 500, 503].map((status) => ({ outcome: refused(status) })),
    ...[400, 401, 429, 500].map((status) => inStream(status, {})),
    ...[
      'invalid_encrypted_content',
      'previous_response_not_found',
      'websocket_connection_limit_reached',
      'message_too_big',
    ].map((code) => inStream(400, { code })),
    { outcome: refused(429, limit) },
    { outcome: dropped() },
    { outcome: dropped(1009) },
    { outcome: unreachable },
    { outcome: silent },
    { outcome: { kind: 'chain-lost' }, sentIncrement: true },
    { outcome: { kind: 'pool-full' } },
    { outcome: { kind: 'account-removed' } },
    { outcome: { kind: 'aborted' } },
  ];
  const clients: readonly Partial<AttemptReport>[] = [{}, client.websocket, client.extending];
  const named = outcomes.flatMap((outcome) =>
    clients.map((who) => [JSON.stringify({ ...outcome, ...who }), { ...outcome, ...who }] as const),
  );

  it.each(named)('a turn ends although %s comes again and again', (_text, more) => {
    let current = report({ ...more, hasOtherAccount: true });
    let accounts = 3;
    for (let attempts = 1; attempts <= 20; attempts += 1) {
      const step = decideNext({ ...current, attempts });
      if (step.kind === 'done' || step.kind === 'fail') return;
      const isNew = step.kind === 'other-account';
      if (isNew) accounts -= 1;
      // No account is left to take over: the turn ends with the error the step carries.
      if (accounts === 0) return;
      current = {
        ...current,
        triesOnAccount: isNew || step.kind === 'over-http' ? 1 : current.triesOnAccount + 1,
        wasRefreshed: !isNew && (current.wasRefreshed || step.kind === 'refresh'),
        withoutReasoning: current.withoutReasoning || step.kind === 'without-reasoning',
        transport: step.kind === 'over-http' ? 'http' : isNew ? 'ws' : current.transport,
        hasOtherAccount: accounts > 1,
      };
    }
    expect.fail('20 attempts and no end');
  });

  it.each(named)('a client that went away is not tried for again: %s', (_text, more) => {
    expect(brief(decideNext(report({ ...more, abortedFor: 'client_gone' })))).toBe('fail client_gone 499');
  });

  it.each([dropped(), dropped(1011), silent])('nothing is tried again after content: %j', (outcome) => {
    for (const transport of ['ws', 'http'] as const) {
      for (const who of clients)
        expect(decideNext(report({ outcome, transport, isCommitted: true, ...who })).kind).toBe('fail');
    }
  });
});
