import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { BodyBudget } from '../../src-main/core/server/body-budget.ts';
import { decodeBody, maxBodyBytes } from '../../src-main/core/server/decode-body.ts';
import { errorBody, errorFrame } from '../../src-main/core/server/error-body.ts';
import { SlipstreamError } from '../../src-main/shared/errors.ts';
import { realClock } from '../support/host.ts';
import { responsesFrom } from '../support/read-texts.ts';
import { skippingClock } from '../support/skipping-clock.ts';

const text = Buffer.from('{"model":"gpt-5.5"}'.repeat(50));

describe('undoing content-encoding', () => {
  it.each<[string | null, Buffer]>([
    [null, text],
    ['', text],
    ['identity', text],
    ['gzip', gzipSync(text)],
    ['GZIP', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['br', brotliCompressSync(text)],
    ['zstd', zstdCompressSync(text)],
    ['gzip, br', brotliCompressSync(gzipSync(text))],
    ['identity, gzip', gzipSync(text)],
  ])('of %j', async (encoding, encoded) => {
    expect((await decodeBody(encoded, encoding)).equals(text)).toBe(true);
  });

  it.each(['compress', 'gzip, gzip, gzip', 'constructor', 'toString', '__proto__', 'gzip;q=1'])(
    'refuses %s with 415',
    async (encoding) => {
      await expect(decodeBody(text, encoding)).rejects.toMatchObject({ code: 'encoding_unsupported', status: 415 });
    },
  );

  it.each(['gzip', 'deflate', 'br', 'zstd'])('refuses a body that is not %s with 400', async (encoding) => {
    await expect(decodeBody(text, encoding)).rejects.toMatchObject({ code: 'request_invalid', status: 400 });
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ] as const)('refuses a %s body that would grow over the limit with 413', async (encoding, compress) => {
    const bomb = compress(Buffer.alloc(5 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(20_000);
    await expect(decodeBody(bomb, encoding)).rejects.toMatchObject({ code: 'body_too_large', status: 413 });
    expect(await decodeBody(compress(Buffer.alloc(1_000_000)), encoding)).toHaveLength(1_000_000);
  });
});

describe('reading a Responses body', () => {
  const parse = (value: string | Buffer) => responsesFrom(Buffer.from(value));

  it.each([
    ['{"model":"m"}', { stream: false, isPrewarm: false }],
    ['{"model":"m","stream":true}', { stream: true, isPrewarm: false }],
    ['{"model":"m","stream":"true"}', { stream: true, isPrewarm: false }],
    ['{"model":"m","stream":"false"}', { stream: false, isPrewarm: false }],
    ['{"model":"m","stream":1}', { stream: false, isPrewarm: false }],
    ['{"model":"m","generate":false}', { stream: false, isPrewarm: true }],
    ['{"model":"m","generate":true}', { stream: false, isPrewarm: false }],
    ['{"model":"m","generate":null}', { stream: false, isPrewarm: false }],
  ])('%s', (body, expected) => {
    expect(parse(body)).toMatchObject(expected);
  });

  it('keeps the bytes as they came', () => {
    const raw = Buffer.from(' {"model" : "m"}\n');
    expect(responsesFrom(raw).raw).toBe(raw);
  });

  it.each([
    ['nothing', '', 'json_invalid'],
    ['half an object', '{"model":"m"', 'json_invalid'],
    ['two objects', '{"model":"m"}{}', 'json_invalid'],
    ['a byte order mark', '\ufeff{"model":"m"}', 'json_invalid'],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'json_invalid'],
    ['half a surrogate as bytes', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 'json_invalid'],
    ['a list', '[]', 'request_invalid'],
    ['null', 'null', 'request_invalid'],
    ['a text', '"x"', 'request_invalid'],
    ['no model', '{}', 'request_invalid'],
    ['an empty model', '{"model":" "}', 'request_invalid'],
    ['a model that is no text', '{"model":5}', 'request_invalid'],
  ])('refuses %s with 400', (_what, body, code) => {
    expect(() => parse(body)).toThrow(expect.objectContaining({ code, status: 400 }));
  });
});

describe('errors as clients read them', () => {
  it('has the OpenAI form', () => {
    expect(errorBody(new SlipstreamError('key_wrong'))).toEqual({
      error: {
        message: expect.stringMatching(/API key/),
        type: 'authentication_error',
        code: 'key_wrong',
        param: null,
      },
    });
  });

  it('passes on what upstream said', () => {
    const upstreamBody = { error: { message: 'no', code: 'x', more: 1 }, request_id: 'r' };
    expect(errorBody(new SlipstreamError('upstream_refused', { upstreamBody }))).toEqual(upstreamBody);
    expect(errorFrame(new SlipstreamError('upstream_refused', { upstreamBody, status: 418 }))).toEqual({
      type: 'error',
      status: 418,
      error: upstreamBody.error,
    });
  });

  it('passes on the other shape of chatgpt.com over HTTP, and still has an error for a frame', () => {
    const error = new SlipstreamError('upstream_refused', {
      upstreamBody: { detail: 'no' },
      status: 400,
      message: 'no',
    });
    expect(errorBody(error)).toEqual({ detail: 'no' });
    expect(errorFrame(error)).toMatchObject({
      type: 'error',
      status: 400,
      error: { message: 'no', code: 'upstream_refused' },
    });
  });

  it('does not say what an internal error was caused by', () => {
    const error = new SlipstreamError('internal', { cause: new Error('secret path /home/me') });
    expect(JSON.stringify([errorBody(error), errorFrame(error)])).not.toContain('secret path');
  });
});

describe('the room that bodies share', () => {
  const mebibyte = 1024 * 1024;

  it('is enough for the longest body alone, packed as long as it is', async () => {
    const share = new BodyBudget(realClock).share();
    await share.reserve(maxBodyBytes);
    await share.reach(2 * maxBodyBytes);
  });

  it('lets a body that grows wait for those that others are done with', async () => {
    const budget = new BodyBudget(skippingClock(), 12 * mebibyte);
    const [done, grows] = [budget.share(), budget.share()];
    await done.reserve(2 * mebibyte);
    await grows.reach(mebibyte);
    const more = grows.reach(3 * mebibyte);
    done.release();
    await more;
  });

  it('refuses one of two that would wait for each other', async () => {
    const budget = new BodyBudget(skippingClock(), 12 * mebibyte);
    const [one, other] = [budget.share(), budget.share()];
    await one.reserve(2 * mebibyte);
    await other.reserve(2 * mebibyte);
    const more = one.reach(4 * mebibyte);
    await expect(other.reach(4 * mebibyte)).rejects.toMatchObject({ code: 'bodies_full', status: 429 });
    other.release();
    await more;
  });
});
