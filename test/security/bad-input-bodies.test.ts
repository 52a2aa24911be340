import type { Transform } from 'node:stream';
import {
  constants,
  createBrotliCompress,
  createZstdCompress,
  deflateRawSync,
  gunzipSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src-main/core/json.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { ask, errorOf, post, textOf, typesOf, WsTurns } from '../support/turn-client.ts';

/** Bodies no client should send: each gets a clear answer, and the process serves the next request. */

let rig: Rig;

beforeAll(async () => {
  rig = await startRig();
});

afterAll(() => rig.stop());

afterEach(async () => {
  expect(textOf((await post(rig, ask('Reply with exactly: alive'))).events)).toBe('alive');
  const lines = rig.host.log.lines.splice(0);
  expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
});

const mib = 1024 * 1024;

const malformed: [string, string | Buffer, string][] = [
  ['nothing', '', 'json_invalid'],
  ['a word', 'hello', 'json_invalid'],
  ['half an object', '{"model":"gpt-5.5"', 'json_invalid'],
  ['two objects', '{}{}', 'json_invalid'],
  ['a byte order mark', Buffer.from('\ufeff{"model":"gpt-5.5"}'), 'json_invalid'],
  [
    'invalid UTF-8 in a text',
    Buffer.concat([Buffer.from('{"model":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]),
    'json_invalid',
  ],
  ['a lone continuation byte', Buffer.from([0x80]), 'json_invalid'],
  [
    'an overlong slash',
    Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')]),
    'json_invalid',
  ],
  ['UTF-16', Buffer.from('{"model":"gpt-5.5"}', 'utf16le'), 'json_invalid'],
  ['a NUL', '{"model":"gpt\u00005.5"}', 'json_invalid'],
  ['NaN', '{"model":NaN}', 'json_invalid'],
  ['a trailing comma', '{"model":"gpt-5.5",}', 'json_invalid'],
  ['null', 'null', 'request_invalid'],
  ['a number', '7', 'request_invalid'],
  ['a number that has no room in JavaScript', '12345678901234567890', 'request_invalid'],
  ['a text', '"gpt-5.5"', 'request_invalid'],
  ['a list', '[{"model":"gpt-5.5"}]', 'request_invalid'],
  ['no model', '{}', 'request_invalid'],
  ['a model that is null', '{"model":null}', 'request_invalid'],
  ['a model that is blank', '{"model":"  "}', 'request_invalid'],
  ['a model with a line break', '{"model":"gpt-5.5\\r\\nx-evil: 1"}', 'request_invalid'],
  ['a model no header can carry', '{"model":"模型"}', 'request_invalid'],
  ['a model without end', JSON.stringify({ model: 'x'.repeat(100_000) }), 'request_invalid'],
  ['a model that is an object', '{"model":{"name":"gpt-5.5"}}', 'request_invalid'],
];

describe('a body that is no request', () => {
  it.each(malformed)('over HTTP is refused with 400: %s', async (_what, body, code) => {
    const answer = await post(rig, body);
    expect(answer.status).toBe(400);
    expect(errorOf(answer.json)).toMatchObject({ code, type: 'invalid_request_error' });
  });

  it('is never passed upstream', () => {
    const texts = rig.simulator.log.frames.map(({ raw }) => raw.toString());
    expect(texts.every((text) => text.includes('alive'))).toBe(true);
  });
});

const wholeBody: JsonObject = {
  ...ask('hello'),
  instructions: 'Be brief.',
  tools: [{ type: 'function', name: 'f', parameters: {} }],
  tool_choice: 'auto',
  parallel_tool_calls: true,
  reasoning: { effort: 'low', summary: 'auto' },
  include: ['reasoning.encrypted_content'],
  prompt_cache_key: '0192a1b2-0000-7000-8000-000000000001',
  client_metadata: { session_id: 'x' },
  service_tier: 'priority',
  previous_response_id: 'resp_x',
  text: { verbosity: 'low' },
  stream: true,
  store: false,
  metadata: {},
  generate: true,
  type: 'response.create',
};

const strangers: [string, Json][] = [
  ['null', null],
  ['a number', 7],
  ['a number beyond all', 1e308],
  ['a text where there was none', '7'],
  ['an empty list', []],
  ['a list of lists of null', [[null], null]],
  ['an empty object', {}],
  ['an object with dangerous names', JSON.parse('{"__proto__":{"x":1},"constructor":1,"toString":null}')],
  ['false', false],
  ['a lone surrogate', '\ud800'],
];

describe('members of the wrong kind', () => {
  it.each(strangers)(
    '%s in the place of each one of them gets an answer or a clear error, on both transports',
    async (_what, value) => {
      const client = await WsTurns.open(rig);
      for (const member of Object.keys(wholeBody)) {
        const body = { ...wholeBody, [member]: value };
        const answer = await post(rig, body);
        expect([answer.isCut, answer.status === 200 || (answer.status >= 400 && answer.status < 500)]).toEqual([
          false,
          true,
        ]);
        if (answer.status !== 200) expect(errorOf(answer.json).message).toBeTypeOf('string');
        const events = await client.turn(JSON.stringify(body));
        expect(typesOf(events).at(-1)).toMatch(/^(response\.|error$)/);
      }
      await client.close();
    },
  );

  it('all of them null is one clear error', async () => {
    const nulls = Object.fromEntries(Object.keys(wholeBody).map((member) => [member, null]));
    expect((await post(rig, { ...nulls, model: 'gpt-5.5' })).status).toBe(400);
  });

  it('dangerous names change no prototype', async () => {
    await post(
      rig,
      '{"model":"gpt-5.5","input":"x","__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
    );
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('a member that comes twice is read as every JSON parser reads it', async () => {
    const body =
      '{"model":"none","model":"gpt-5.5","input":"Reply with exactly: last wins","stream":false,"stream":true}';
    expect(textOf((await post(rig, body)).events)).toBe('last wins');
  });
});

describe('nesting', () => {
  const nested = (depth: number) =>
    `{"model":"gpt-5.5","input":"hello","metadata":{"a":${'['.repeat(depth)}${']'.repeat(depth)}}}`;
  const inItems = (depth: number) => `{"model":"gpt-5.5","input":${'['.repeat(depth)}${']'.repeat(depth)}}`;

  it.each([
    ['1,000 deep', 1_000],
    ['100,000 deep', 100_000],
    ['1,000,000 deep', 1_000_000],
  ])('%s ends in an answer or a clear error', async (_what, depth) => {
    for (const body of [nested(depth), inItems(depth)]) {
      const answer = await post(rig, body);
      expect([200, 400]).toContain(answer.status);
    }
    const client = await WsTurns.open(rig);
    const [event] = await client.turn(inItems(depth).replace('{', '{"type":"response.create",'));
    expect(event).toMatchObject({ type: 'error', status: 400 });
    await client.close();
  });
});

describe('size', () => {
  /** A byte longer than is taken, in one text, which is refused for nothing else before its end. */
  const tooLong = () => Buffer.alloc(48 * mib + 1, 'x').fill('"', 0, 1);

  it('a body of one byte too many that says so is refused with 413', async () => {
    const answer = await post(rig, tooLong());
    expect(answer.status).toBe(413);
    expect(errorOf(answer.json)).toMatchObject({ code: 'body_too_large' });
  });

  it('a body of one byte too many that does not say so is refused with 413', async () => {
    const answer = await post(rig, tooLong(), { 'transfer-encoding': 'chunked' });
    expect(answer.status).toBe(413);
  });

  const bombs: [string, (bytes: number) => Promise<Buffer> | Buffer][] = [
    ['zstd', (bytes) => compressed(createZstdCompress(), bytes)],
    ['gzip', gzipBomb],
    ['br', (bytes) => compressed(createBrotliCompress({ params: { 1: 1 } }), bytes)],
  ];

  it.each(bombs)(
    'a %s body that would grow to 256 MiB is refused with 413, without the memory for it',
    async (encoding, make) => {
      const bomb = await make(256 * mib);
      expect(bomb.length).toBeLessThan(mib);
      const before = process.resourceUsage().maxRSS;
      const answer = await post(rig, bomb, { 'content-encoding': encoding });
      expect(answer.status).toBe(413);
      expect((process.resourceUsage().maxRSS - before) / 1024).toBeLessThan(200);
    },
  );

  it('the gzip body of these is what it says, up to its check sum', () => {
    const bomb = gzipBomb(8 * mib);
    expect(
      gunzipSync(bomb.subarray(0, -8), { finishFlush: constants.Z_SYNC_FLUSH }).equals(Buffer.alloc(8 * mib)),
    ).toBe(true);
  });

  it('a bomb inside a bomb is refused as well', async () => {
    const bomb = gzipSync(gzipBomb(128 * mib));
    expect((await post(rig, bomb, { 'content-encoding': 'gzip, gzip' })).status).toBe(413);
  });

  it.each([
    ['unknown', 'lz4', 415],
    ['three at once', 'gzip, gzip, gzip', 415],
    ['a name of a prototype', 'constructor', 415],
    ['not what was sent', 'zstd', 400],
    ['cut short', 'gzip', 400],
  ])('an encoding that is %s is refused', async (_what, encoding, status) => {
    const body =
      encoding === 'gzip' ? gzipSync(JSON.stringify(ask('hello'))).subarray(0, 30) : JSON.stringify(ask('hello'));
    expect((await post(rig, body, { 'content-encoding': encoding })).status).toBe(status);
  });

  it('a body of many members, or of one endless name, is only slow', async () => {
    const many = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`m${index}`, index]));
    expect([200, 400]).toContain((await post(rig, { ...ask('hello'), ...many })).status);
    expect([200, 400]).toContain((await post(rig, { ...ask('hello'), ['n'.repeat(2 * mib)]: 1 })).status);
    const zstd = zstdCompressSync(Buffer.from(JSON.stringify(ask('Reply with exactly: read'))));
    expect(textOf((await post(rig, zstd, { 'content-encoding': 'zstd' })).events)).toBe('read');
  });
});

/** That many zeros as gzip, without compressing each of them: the same block again and again. Its check sum, at the very end, is wrong. */
function gzipBomb(bytes: number): Buffer {
  const head = gzipSync('').subarray(0, 10);
  const block = deflateRawSync(Buffer.alloc(4 * mib), { finishFlush: constants.Z_FULL_FLUSH });
  const blocks = Array.from({ length: bytes / (4 * mib) }, () => block);
  return Buffer.concat([head, ...blocks, deflateRawSync(''), Buffer.alloc(8)]);
}

/** That many zeros, compressed piece by piece. */
async function compressed(stream: Transform, bytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve) => {
    stream.on('end', resolve);
  });
  const piece = Buffer.alloc(4 * mib);
  for (let written = 0; written < bytes; written += piece.length) {
    if (stream.write(piece)) continue;
    await new Promise<void>((resolve) => {
      stream.once('drain', resolve);
    });
  }
  stream.end();
  await ended;
  return Buffer.concat(chunks);
}
