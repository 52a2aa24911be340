import { describe, expect, it } from 'vitest';
import { errorBody } from '../../src-main/core/server/error-body.ts';
import { dialectOfCaller } from '../../src-main/core/server/routes.ts';
import { type ErrorCode, SlipstreamError } from '../../src-main/shared/errors.ts';
import type { Dialect } from '../../src-main/shared/model.ts';

/** Errors in the form of each dialect, and which dialect a caller speaks. */

describe('the dialect of a URL', () => {
  it.each<[string, Dialect]>([
    ['/v1/responses', 'responses'],
    ['/v1/models', 'responses'],
    ['/v1', 'responses'],
    ['/', 'responses'],
    ['/v1/chat/completions', 'chat'],
    ['/v1/chat/completions?x=/v1/messages', 'chat'],
    ['/backend-api/codex/chat/completions', 'chat'],
    ['/v1/messages', 'messages'],
    ['/v1/messages/', 'messages'],
    ['/v1/messages/count_tokens?beta=true', 'messages'],
    ['/backend-api/codex/messages', 'messages'],
    ['/k/some-key/v1/messages', 'messages'],
    ['/k/some-key', 'responses'],
    ['/v1/messagesx', 'responses'],
    ['/v1/constructor', 'responses'],
    ['/v2/messages', 'responses'],
  ])('%s is %s', (url, dialect) => {
    expect(dialectOfCaller(url, [])).toBe(dialect);
  });
});

describe('an error of Messages', () => {
  it.each<[ErrorCode, number | undefined, string]>([
    ['request_invalid', undefined, 'invalid_request_error'],
    ['key_wrong', undefined, 'authentication_error'],
    ['upstream_refused', 402, 'billing_error'],
    ['origin_refused', undefined, 'permission_error'],
    ['route_unknown', undefined, 'not_found_error'],
    ['method_refused', undefined, 'invalid_request_error'],
    ['body_too_large', undefined, 'request_too_large'],
    ['accounts_exhausted', undefined, 'rate_limit_error'],
    ['pool_full', undefined, 'rate_limit_error'],
    ['internal', undefined, 'api_error'],
    ['upstream_closed', undefined, 'api_error'],
    ['paused', undefined, 'overloaded_error'],
    ['upstream_refused', 529, 'overloaded_error'],
    ['upstream_timeout', undefined, 'timeout_error'],
  ])('%s (%s) has the type %s', (code, status, type) => {
    const error = new SlipstreamError(code, status === undefined ? {} : { status });
    expect(errorBody(error, 'messages')).toEqual({
      type: 'error',
      error: { type, message: error.message },
      request_id: null,
    });
  });

  it("has upstream's words where upstream refused", () => {
    const upstreamBody = { error: { message: 'no such tool', code: 'invalid_value' } };
    expect(errorBody(new SlipstreamError('upstream_refused', { status: 400, upstreamBody }), 'messages')).toEqual({
      type: 'error',
      error: { type: 'invalid_request_error', message: 'no such tool' },
      request_id: null,
    });
  });
});

describe('an error of Chat Completions', () => {
  it.each<[string, number, unknown, object]>([
    [
      'fills in what upstream does not say',
      400,
      { error: { message: 'too long', code: 'x' } },
      { message: 'too long', type: 'invalid_request_error', param: null, code: 'x' },
    ],
    [
      'keeps what upstream says',
      429,
      { error: { message: 'spent', type: 'usage_limit_reached', code: null, param: null, resets_at: 7 } },
      { message: 'spent', type: 'usage_limit_reached', param: null, code: null, resets_at: 7 },
    ],
    [
      'has the usual form where upstream has another',
      400,
      { detail: 'no' },
      { message: 'no', type: 'invalid_request_error', param: null, code: 'upstream_refused' },
    ],
    [
      'has words where upstream has none in their place',
      502,
      { error: { message: null, code: 'x' } },
      { message: 'no', type: 'server_error', param: null, code: 'x' },
    ],
    ['knows a rate limit', 429, { error: {} }, { message: 'no', type: 'rate_limit_error', param: null, code: null }],
    ['knows trouble upstream', 503, { error: {} }, { message: 'no', type: 'server_error', param: null, code: null }],
  ])('%s', (_what, status, upstreamBody, error) => {
    const refused = new SlipstreamError('upstream_refused', { status, upstreamBody, message: 'no' });
    expect(errorBody(refused, 'chat')).toEqual({ error });
  });
});
