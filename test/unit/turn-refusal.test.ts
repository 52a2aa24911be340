import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src-main/core/json.ts';
import {
  type Refusal,
  refusalError,
  refusalFromEvent,
  refusalFromFailure,
  refusalFromResponse,
  retryAfterMs,
} from '../../src-main/core/turn/refusal.ts';
import { classifyRefusal, type RefusalClass } from '../../src-main/core/turn/refusal-class.ts';

/** Upstream's ways to say no; cases are those of PROTOCOL.md, Numbered cases. */

const now = 1_795_449_000_000;

describe('a refused upgrade or POST', () => {
  it('is read from the body upstream sends', () => {
    const body = { error: { message: 'no', type: 't', code: 'c', param: 'p' } };
    expect(refusalFromResponse(400, [['x-request-id', 'r']], JSON.stringify(body))).toEqual({
      status: 400,
      code: 'c',
      type: 't',
      message: 'no',
      body,
      headers: [['x-request-id', 'r']],
    });
  });

  it.each(['', '<html>', 'null', '[]', '"no"'])('has a text of our own where the body is %j', (text) => {
    expect(refusalFromResponse(503, [], text)).toMatchObject({
      status: 503,
      code: null,
      type: null,
      body: null,
      message: 'Upstream answered with status 503.',
    });
  });

  it.each([
    ['Unsupported', 'Unsupported'],
    [{ msg: 'bad' }, 'bad'],
    [{ message: 'worse' }, 'worse'],
    [
      [
        { loc: ['body', 'input', 0], msg: 'bad' },
        'more',
        { message: 'worse' },
        { loc: ['body'], msg: 'all' },
        { loc: ['x'] },
        7,
      ],
      'input.0: bad; more; worse; all',
    ],
    [[], 'Upstream answered with status 422.'],
    [7, 'Upstream answered with status 422.'],
  ])('says what is wrong by its detail %j', (detail, message) => {
    expect(refusalFromResponse(422, [], JSON.stringify({ detail }))).toMatchObject({ message });
  });

  it.each<[JsonObject, string | null, string]>([
    [{ error: 'No room here.' }, null, 'No room here.'],
    [{ error: 'invalid_grant' }, 'invalid_grant', 'invalid_grant'],
    [{ error: 'invalid_grant', error_description: 'Spent.' }, 'invalid_grant', 'Spent.'],
    [{ error: { error: { code: 'c', message: 'm' } } }, 'c', 'm'],
    [{ error: { code: 'c', message: 'm', error: {} } }, 'c', 'm'],
  ])('is read of %j', (body, code, message) => {
    expect(refusalFromResponse(400, [], JSON.stringify(body))).toMatchObject({ code, message, body });
  });

  it('keeps the other shape of chatgpt.com', () => {
    expect(refusalFromResponse(400, [], '{"detail":"Unsupported"}')).toMatchObject({
      code: null,
      body: { detail: 'Unsupported' },
    });
  });
});

describe('an error event', () => {
  it.each<[string, JsonObject, Partial<Refusal>]>([
    ['with status', { status: 429, error: { type: 'x', message: 'm' } }, { status: 429, type: 'x', message: 'm' }],
    ['with status_code', { status_code: 418, error: { code: 'c' } }, { status: 418, code: 'c' }],
    ['without a status', { error: { code: 'c' } }, { status: 502, code: 'c' }],
    ['wrapped in a body', { status: 429, body: { error: { code: 'c' } } }, { status: 429, code: 'c' }],
    [
      'in the flat form of the public API',
      { code: 'c', message: 'm', param: null },
      { status: 502, code: 'c', message: 'm' },
    ],
    ['that says nothing', {}, { status: 502, code: null, message: 'Upstream ended the response with an error.' }],
    ['with texts where objects belong', { error: 'broken', status: 'x' }, { code: null, message: 'broken' }],
    ['that is a text', { status: 503, error: 'No room here.' }, { status: 503, code: null, message: 'No room here.' }],
    ['that is a text within a body', { body: { error: 'No room.' } }, { code: null, message: 'No room.' }],
    ['told twice over', { error: { error: { code: 'c', message: 'm' } } }, { code: 'c', message: 'm' }],
    ['with a message around another', { error: { message: 'm', error: { message: 'n' } } }, { message: 'm' }],
  ])('%s', (_what, event, expected) => {
    expect(refusalFromEvent({ type: 'error', ...event })).toMatchObject(expected);
  });

  it('keeps its headers, as texts', () => {
    const headers = { 'retry-after': 7, 'x-codex-primary-used-percent': '100', flag: true, none: null, deep: {} };
    expect(refusalFromEvent({ error: {}, headers }).headers).toEqual([
      ['retry-after', '7'],
      ['x-codex-primary-used-percent', '100'],
      ['flag', 'true'],
    ]);
  });
});

describe('a failed response', () => {
  it.each([
    ['usage_limit_reached', 429],
    ['rate_limit_exceeded', 429],
    ['server_error', 500],
    ['server_is_overloaded', 503],
    ['context_length_exceeded', 400],
    ['anything_else', 400],
  ])('of code %s stands for status %i', (code, status) => {
    const refusal = refusalFromFailure({ type: 'response.failed', response: { error: { code, message: 'm' } } });
    expect(refusal).toMatchObject({ status, code, message: 'm', body: { error: { code, message: 'm' } } });
  });

  it('has its words where they are all there is of an error', () => {
    const refusal = refusalFromFailure({ type: 'response.failed', response: { error: 'It broke.' } });
    expect(refusal).toMatchObject({
      status: 400,
      code: null,
      message: 'It broke.',
      body: { error: { message: 'It broke.' } },
    });
  });

  it.each([{}, { response: null }, { response: {} }, { response: { error: null } }])(
    'without an error is none to pass on: %j',
    (event) => {
      expect(refusalFromFailure(event)).toMatchObject({ code: null, body: null });
    },
  );
});

function refusal(more: Partial<Refusal>): Refusal {
  return { status: 400, code: null, type: null, message: 'no', body: null, headers: [], ...more };
}

describe('what a refusal means', () => {
  const limit = (error: JsonObject, status = 429) =>
    refusal({ status, type: 'usage_limit_reached', body: { error: { type: 'usage_limit_reached', ...error } } });

  it.each<[string, Refusal, RefusalClass]>([
    ['401', refusal({ status: 401 }), { kind: 'unauthorized' }],
    ['402', refusal({ status: 402 }), { kind: 'forbidden', verdict: 'unpaid' }],
    ['403', refusal({ status: 403 }), { kind: 'forbidden', verdict: 'refused' }],
    ['400', refusal({}), { kind: 'request' }],
    ['404', refusal({ status: 404 }), { kind: 'request' }],
    ['422', refusal({ status: 422 }), { kind: 'request' }],
    ['429', refusal({ status: 429 }), { kind: 'rate-limit', retryAfterMs: null }],
    [
      '429 with a time',
      refusal({ status: 429, headers: [['Retry-After', '7']] }),
      { kind: 'rate-limit', retryAfterMs: 7_000 },
    ],
    ['500', refusal({ status: 500 }), { kind: 'overloaded' }],
    ['503', refusal({ status: 503 }), { kind: 'overloaded' }],
    ['529', refusal({ status: 529 }), { kind: 'overloaded' }],
    ['425', refusal({ status: 425 }), { kind: 'overloaded' }],
    ['a model at capacity', refusal({ message: 'Selected model is at capacity.' }), { kind: 'overloaded' }],
    ['an overloaded server by code', refusal({ code: 'server_is_overloaded' }), { kind: 'overloaded' }],
    ['the 60 min limit', refusal({ code: 'websocket_connection_limit_reached' }), { kind: 'connection-limit' }],
    [
      'the 60 min limit as 429 (case 19)',
      refusal({ status: 429, code: 'websocket_connection_limit_reached' }),
      { kind: 'connection-limit' },
    ],
    ['a lost chain', refusal({ code: 'previous_response_not_found' }), { kind: 'chain-lost' }],
    ["another account's reasoning", refusal({ code: 'invalid_encrypted_content' }), { kind: 'encrypted-content' }],
    ['a frame too big (case 20)', refusal({ code: 'message_too_big' }), { kind: 'too-big' }],
    ['too long a context', refusal({ status: 500, code: 'context_length_exceeded' }), { kind: 'request' }],
    ['a policy, at any status (case 30)', refusal({ status: 503, code: 'cyber_policy' }), { kind: 'request' }],
    [
      'rate_limit_error, which is no usage limit (case 32)',
      refusal({ status: 429, type: 'rate_limit_error' }),
      { kind: 'rate-limit', retryAfterMs: null },
    ],
    ['an exhausted account', limit({ resets_at: now / 1000 + 60 }), { kind: 'usage-limit', resetsAtMs: now + 60_000 }],
    [
      'an exhausted account told as 400 (case 32)',
      limit({ resets_in_seconds: 7 }, 400),
      { kind: 'usage-limit', resetsAtMs: now + 7_000 },
    ],
    [
      'a reset time in the future wins (case 32)',
      limit({ resets_at: now / 1000 + 60, resets_in_seconds: 7 }),
      { kind: 'usage-limit', resetsAtMs: now + 60_000 },
    ],
    [
      'a reset time that a clock which is days slow puts far ahead does not (case 32)',
      limit({ resets_at: now / 1000 + 48 * 3_600, resets_in_seconds: 3_600 }),
      { kind: 'usage-limit', resetsAtMs: now + 3_600_000 },
    ],
    [
      'a reset time that is over does not (case 32)',
      limit({ resets_at: now / 1000 - 60, resets_in_seconds: 7 }),
      { kind: 'usage-limit', resetsAtMs: now + 7_000 },
    ],
    ...(['resets_in_seconds', 'reset_after_seconds'] as const).flatMap((name): [string, Refusal, RefusalClass][] => [
      [`${name} in the error`, limit({ [name]: 7 }), { kind: 'usage-limit', resetsAtMs: now + 7_000 }],
      [
        `${name} beside the error`,
        refusal({
          status: 429,
          type: 'usage_limit_reached',
          body: { error: { type: 'usage_limit_reached' }, [name]: 7 },
        }),
        { kind: 'usage-limit', resetsAtMs: now + 7_000 },
      ],
      [
        `${name} around the event`,
        refusal({ status: 429, type: 'usage_limit_reached', around: [{ [name]: 7 }] }),
        { kind: 'usage-limit', resetsAtMs: now + 7_000 },
      ],
    ]),
    ['an exhausted account without a time', limit({}), { kind: 'usage-limit', resetsAtMs: null }],
    [
      'words in the message of another error (case 33)',
      refusal({ status: 502, message: 'too many tokens' }),
      { kind: 'overloaded' },
    ],
  ])('%s', (_what, given, expected) => {
    expect(classifyRefusal(given, now)).toEqual(expected);
  });

  it.each<[Partial<Refusal>, number | null]>([
    [{ headers: [['retry-after', '2']] }, 2_000],
    [{ headers: [['retry-after', '0']] }, 0],
    [{ headers: [['retry-after', '1.5']] }, 1_500],
    [{ headers: [['retry-after', '-1']] }, null],
    [{ headers: [['retry-after', 'Wed, 21 Oct 2026 07:28:00 GMT']] }, null],
    [
      {
        headers: [
          ['Date', 'Wed, 21 Oct 2026 07:27:30 GMT'],
          ['Retry-After', 'Wed, 21 Oct 2026 07:28:00 GMT'],
        ],
      },
      30_000,
    ],
    [
      {
        headers: [
          ['date', 'Wed, 21 Oct 2026 07:28:01 GMT'],
          ['retry-after', 'Wed, 21 Oct 2026 07:28:00 GMT'],
        ],
      },
      0,
    ],
    [
      {
        headers: [
          ['retry-after', '2'],
          ['retry-after-ms', '1250'],
        ],
      },
      1_250,
    ],
    [{ headers: [['retry-after', 'soon']], message: 'Please try again in 4s.' }, 4_000],
    [{ message: 'Please try again in 6m0s.' }, 360_000],
    [{ message: 'Please try again in 500 milliseconds.' }, 500],
    [{ message: 'Please try again in 1h2m3.5s. Visit us.' }, 3_723_500],
    [{ message: 'Try again in 2 minutes and 5 seconds.' }, 125_000],
    [{ message: 'Rate limit reached. Please try again in 1.2s.' }, 1_200],
    [{ message: 'Please try again in 300ms.' }, 300],
    [{ headers: [['retry-after', '2']], message: 'try again in 9s' }, 2_000],
    [{ message: 'try again later' }, null],
  ])('%j asks to wait for %s ms', (more, expected) => {
    expect(retryAfterMs(refusal(more))).toBe(expected);
  });
});

describe('a refusal as the error a client is told', () => {
  it("has upstream's status, words and body", () => {
    const body = { error: { message: 'no', code: 'c' } };
    expect(refusalError(refusal({ status: 422, body, message: 'no' }))).toMatchObject({
      code: 'upstream_refused',
      status: 422,
      message: 'no',
      upstreamBody: body,
    });
  });

  it.each([0, 101, 200, 302, 399, 600])('is a 502 where upstream says %i, which is no error', (status) => {
    expect(refusalError(refusal({ status })).status).toBe(502);
  });

  it('keeps the code that official clients obey silently', () => {
    expect(refusalError(refusal({ code: 'previous_response_not_found' })).code).toBe('previous_response_not_found');
  });

  it('says how long to wait, in whole seconds', () => {
    expect(refusalError(refusal({ status: 429, headers: [['retry-after', '7']] })).retryAfterSeconds).toBe(7);
    expect(refusalError(refusal({ status: 429, message: 'try again in 1.2s' })).retryAfterSeconds).toBe(2);
    expect(refusalError(refusal({ status: 429 })).retryAfterSeconds).toBeUndefined();
  });
});
