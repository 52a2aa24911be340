import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src-main/core/json.ts';
import {
  type Refusal,
  refusalError,
  refusalFromEvent,
  refusalFromFailure,
  refusalFromResponse,
} from '../../src-main/core/turn/refusal.ts';
import { classifyRefusal, resetTime } from '../../src-main/core/turn/refusal-class.ts';

const nowMs = 1_800_000_000_000;
const nowSeconds = nowMs / 1000;

function http(status: number, error: JsonObject | string): Refusal {
  return refusalFromResponse(status, [], typeof error === 'string' ? error : JSON.stringify({ error }));
}

function kindOf(refusal: Refusal): string {
  return classifyRefusal(refusal, nowMs).kind;
}

describe('case 32: when a usage limit ends', () => {
  const cases: [string, JsonObject, number | null][] = [
    ['both are past', { resets_at: nowSeconds - 1, resets_in_seconds: 0 }, null],
    ['both are no numbers', { resets_at: '1', resets_in_seconds: null }, null],
    ['both are out of all bounds', { resets_at: 'Infinity', resets_in_seconds: -5 }, null],
    ['only the seconds are any good', { resets_at: {}, resets_in_seconds: 7 }, nowMs + 7_000],
  ];

  it.each(cases)('case 32: %s', (_what, more, expected) => {
    const error = { type: 'usage_limit_reached', ...more };
    expect(resetTime(http(429, error), nowMs)).toBe(expected);
    const event = refusalFromEvent({ type: 'error', status: 429, error });
    expect(classifyRefusal(event, nowMs)).toEqual({ kind: 'usage-limit', resetsAtMs: expected });
  });

  it('case 32: a model at capacity is trouble that may pass, not a limit of the account, in all its words', () => {
    const texts = ['The model is at capacity. Please try a different model.', 'SELECTED MODEL IS AT CAPACITY'];
    for (const message of texts) expect(kindOf(http(429, { message }))).toBe('overloaded');
  });
});

describe('case 34: the status of a terminal event that names none', () => {
  const codes: [JsonObject, number, string][] = [
    [{ code: 'invalid_value' }, 400, 'request'],
    [{ code: 'cyber_policy' }, 400, 'request'],
    [{ code: 'context_length_exceeded' }, 400, 'request'],
    [{ type: 'invalid_request_error' }, 400, 'request'],
    [{ code: 'invalid_encrypted_content' }, 400, 'encrypted-content'],
    [{ code: 'previous_response_not_found' }, 400, 'chain-lost'],
    [{ code: 'invalid_api_key' }, 401, 'unauthorized'],
    [{ type: 'authentication_error' }, 401, 'unauthorized'],
    [{ type: 'permission_error' }, 403, 'forbidden'],
    [{ code: 'model_not_found' }, 404, 'request'],
    [{ code: 'rate_limit_exceeded' }, 429, 'rate-limit'],
    [{ type: 'rate_limit_error' }, 429, 'rate-limit'],
    [{ type: 'usage_limit_reached' }, 429, 'usage-limit'],
    [{ code: 'server_error' }, 500, 'overloaded'],
    [{ code: 'server_is_overloaded' }, 503, 'overloaded'],
    [{ type: 'service_unavailable_error' }, 503, 'overloaded'],
  ];

  it.each(codes)('case 34: %j has status %i, as an error and as a failure', (error, status, kind) => {
    const event = refusalFromEvent({ type: 'error', error });
    const failure = refusalFromFailure({ type: 'response.failed', response: { error } });
    for (const refusal of [event, failure]) expect([refusal.status, kindOf(refusal)]).toEqual([status, kind]);
  });

  it('case 34: flat, as the public API writes it, counts the same', () => {
    const flat = refusalFromEvent({ type: 'error', code: 'model_not_found', message: 'No.' });
    expect([flat.status, kindOf(flat)]).toEqual([404, 'request']);
  });

  it.each([{ code: 'nobody_knows' }, {}])(
    'case 34: %j as an error is upstream’s trouble, as a failure the request’s',
    (error) => {
      expect(kindOf(refusalFromEvent({ type: 'error', error }))).toBe('overloaded');
      expect(kindOf(refusalFromFailure({ type: 'response.failed', response: { error } }))).toBe('request');
    },
  );

  it('case 34: a status that is there wins', () => {
    expect(refusalFromEvent({ type: 'error', status: 409, error: { code: 'server_error' } }).status).toBe(409);
  });
});

describe('what a refusal is about', () => {
  const table: [number, JsonObject | string, string][] = [
    [403, '<html>Cloudflare</html>', 'forbidden'],
    [408, '', 'overloaded'],
    [409, {}, 'request'],
    [413, {}, 'request'],
    [413, { code: 'message_too_big' }, 'too-big'],
    [400, { type: 'server_error' }, 'request'],
    [429, { code: 'context_length_exceeded' }, 'request'],
    [500, '', 'overloaded'],
    [501, '', 'overloaded'],
    [520, '<html>', 'overloaded'],
  ];

  it.each(table)('%i %j is %s', (status, error, kind) => {
    expect(kindOf(http(status, error))).toBe(kind);
  });

  it('is nobody’s problem where its members are of the wrong kind', () => {
    for (const event of [
      { type: 'error', error: null, headers: [], status: 'x' },
      { type: 'error', error: { code: 5, type: {}, message: ['x'] }, headers: { a: { b: 1 }, c: null } },
      { type: 'error', body: [], error: ['x'] },
    ]) {
      const error = refusalError(refusalFromEvent(event));
      expect([error.status, error.message]).toEqual([502, 'Upstream ended the response with an error.']);
    }
  });
});
