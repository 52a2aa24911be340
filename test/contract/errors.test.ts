import { describe, expect, it } from 'vitest';
import { type ErrorCode, errorTable, SlipstreamError, toSlipstreamError } from '../../src-main/shared/errors.ts';
import { failure, success } from '../../src-main/shared/result.ts';

const rows = Object.entries(errorTable);
const codes = Object.keys(errorTable) as ErrorCode[];

describe('the table of errors', () => {
  it.each(rows)('%s has a 4xx or 5xx status', (_code, { status }) => {
    expect(Number.isInteger(status) && status >= 400 && status <= 599).toBe(true);
  });

  it.each(rows)('%s has a text for people, which ends with a period', (_code, { text }) => {
    expect(text).toMatch(/^[A-Z].{10,}\.$/);
  });

  it.each(rows)('%s has a code in snake case', (code) => {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
  });

  it.each(rows)('%s has a type that goes with its status', (code, { status, type }) => {
    if (type === 'usage_limit_reached' || type === 'rate_limit_error') expect(status).toBe(429);
    if (type === 'server_error' && !/ports?_taken$/.test(code)) expect(status).toBeGreaterThanOrEqual(500);
    if (status === 401) expect(type).toBe('authentication_error');
    if (status >= 500) expect(type).toBe('server_error');
  });

  it('says each thing once', () => {
    const texts = rows.map(([, { text }]) => text);
    expect(texts.filter((text, index) => texts.indexOf(text) !== index)).toEqual([]);
  });
});

describe('an error of the table', () => {
  it.each(codes)('%s brings its own status and text', (code) => {
    expect(new SlipstreamError(code)).toMatchObject({
      code,
      status: errorTable[code].status,
      message: errorTable[code].text,
    });
  });

  it('takes what is known beyond it', () => {
    const cause = new Error('below');
    const error = new SlipstreamError('upstream_refused', {
      message: 'more precise',
      status: 418,
      upstreamBody: { error: {} },
      retryAfterSeconds: 7,
      cause,
    });
    expect(error).toMatchObject({
      message: 'more precise',
      status: 418,
      upstreamBody: { error: {} },
      retryAfterSeconds: 7,
      cause,
    });
    expect(error).toBeInstanceOf(Error);
  });

  it('comes out of anything thrown: ours as it is, the rest as internal, its cause kept from clients', () => {
    const own = new SlipstreamError('key_wrong');
    expect(toSlipstreamError(own)).toBe(own);
    for (const thrown of [new TypeError('x is secret'), 'text', null, undefined]) {
      const error = toSlipstreamError(thrown);
      expect(error).toMatchObject({ code: 'internal', status: 500, message: errorTable.internal.text });
      expect(error.cause).toBe(thrown);
    }
  });
});

it('results say yes with a value or no with a code', () => {
  expect(success(1)).toEqual({ ok: true, value: 1 });
  expect(failure('key_wrong', 'text')).toEqual({ ok: false, error: { code: 'key_wrong', message: 'text' } });
});
