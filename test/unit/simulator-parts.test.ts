/** The simulator's pure parts: sealed blobs, word tokens, frames, paces, quotas, samples. */
import { describe, expect, it } from 'vitest';
import { CiphertextSeal, MIN_CIPHERTEXT_BYTES } from '../../src-main/simulator/accounts/ciphertext.ts';
import { AccountUsage } from '../../src-main/simulator/accounts/usage.ts';
import { canonicalJson } from '../../src-main/simulator/json.ts';
import { planAnswer, words } from '../../src-main/simulator/model/answer.ts';
import { buildCatalogue } from '../../src-main/simulator/model/catalogue.ts';
import { sampleOf } from '../../src-main/simulator/model/tools.ts';
import { parseRoutingHint } from '../../src-main/simulator/rules/validate-headers.ts';
import { seededRandom } from '../../src-main/simulator/seeded-random.ts';
import { noDelay, Pace } from '../../src-main/simulator/turns/timing.ts';
import { encodeTextFrames } from '../../src-main/simulator/upstream/websocket-outlet.ts';

describe('encrypted content', () => {
  it('has the shape of a Fernet token and belongs to one account', () => {
    const seal = new CiphertextSeal();
    const text = seal.seal('a', 3);
    const bytes = Buffer.from(text, 'base64url');
    expect(text.startsWith('gAAAA')).toBe(true);
    expect(bytes[0]).toBe(0x80);
    expect((bytes.length - 57) % 16).toBe(0);
    expect(bytes.length).toBeGreaterThanOrEqual(MIN_CIPHERTEXT_BYTES);
    expect([seal.check('a', text), seal.check('b', text)]).toEqual(['ok', 'foreign']);
    expect(new CiphertextSeal().check('a', text)).toBe('foreign');
    for (const bad of ['', 'gAAAA', `x${text}`, text.slice(0, -8), `${text.slice(0, 9)}*`]) {
      expect(seal.check('a', bad)).toBe('malformed');
    }
  });
});

describe('the answer', () => {
  it.each(['OK', 'two words', ' leading and trailing  ', 'a\n\nb\n', '日本 語 🙂 x', ''])(
    '%j is its words again',
    (text) => {
      expect(words(text).join('')).toBe(text);
    },
  );

  it.each(['Count to 5', 'please count from 1 to 5', 'enumerate 1…5', 'Enumerate 1...5', 'enumerate 1 to 5'])(
    '%j counts one number a token',
    (text) => {
      const [item] = planAnswer({}, [{ role: 'user', content: text }]);
      expect(item?.kind === 'message' ? [...item.tokens] : []).toEqual(['1', ' 2', ' 3', ' 4', ' 5']);
    },
  );

  it('is made of what a schema asks for', () => {
    const schema = {
      type: 'object',
      required: ['cmd', 'count', 'how', 'list', 'inner'],
      properties: {
        cmd: { type: 'string' },
        count: { type: 'integer', minimum: 3 },
        how: { enum: ['a', 'b'] },
        list: { type: 'array' },
        inner: { anyOf: [{ type: 'object', required: ['x'], properties: { x: { type: ['boolean', 'null'] } } }] },
        skipped: { type: 'string' },
      },
    };
    expect(sampleOf(schema)).toEqual({ cmd: 'echo simulated', count: 3, how: 'a', list: [], inner: { x: false } });
  });
});

describe('frames', () => {
  it.each([0, 1, 125, 126, 65_535, 65_536])('of %i bytes have the right head', (size) => {
    const bytes = encodeTextFrames(['x'.repeat(size), 'é']);
    const headBytes = size < 126 ? 2 : size < 65_536 ? 4 : 10;
    const length = [
      bytes[1],
      size > 125 ? bytes.readUInt16BE(2) : 0,
      size > 65_535 ? Number(bytes.readBigUInt64BE(2)) : 0,
    ];
    expect(bytes[0]).toBe(0x81);
    expect(length[headBytes === 2 ? 0 : headBytes === 4 ? 1 : 2]).toBe(size);
    expect([...bytes.subarray(headBytes + size)]).toEqual([0x81, 2, 0xc3, 0xa9]);
  });
});

describe('a pace', () => {
  it('is none without delays, and follows the tier otherwise', () => {
    const random = seededRandom(1);
    expect(new Pace(noDelay, undefined, random).slows).toBe(false);
    const timing = { ...noDelay, firstTokenMs: 100, tokensPerSecond: 10, tier: { priority: { tokensPerSecond: 20 } } };
    const plain = new Pace(timing, undefined, random);
    const fast = new Pace(timing, 'priority', random);
    expect(plain.waitMs(10) - plain.waitMs(0)).toBeCloseTo(1000, 0);
    expect(fast.waitMs(10) - fast.waitMs(0)).toBeCloseTo(500, 0);
    expect(fast.waitMs(0)).toBeGreaterThan(90);
  });

  it('spreads by a seed', () => {
    const timing = { ...noDelay, firstTokenMs: 1000, jitterSigma: 0.25 };
    const draw = (seed: number) => {
      const random = seededRandom(seed);
      return Array.from({ length: 4 }, () => Math.round(new Pace(timing, undefined, random).waitMs(0) / 20));
    };
    expect(draw(5)).toEqual(draw(5));
    expect(new Set(draw(5)).size).toBeGreaterThan(2);
  });
});

describe('usage', () => {
  it('grows with tokens, never to the end by itself, and doubles for priority', () => {
    const usage = new AccountUsage({ primaryPercent: 98.9 });
    usage.draw(1_000_000, 'priority');
    expect([usage.primary.usedPercent, usage.exhausted]).toEqual([99, undefined]);
    const [plain, fast] = [new AccountUsage(), new AccountUsage()];
    plain.draw(600, undefined);
    fast.draw(600, 'priority');
    expect(fast.primary.usedPercent).toBeCloseTo(2 * plain.primary.usedPercent, 9);
  });

  it('says the same in headers, event and report', () => {
    const usage = new AccountUsage({ primaryPercent: 40.5, secondaryPercent: 7 });
    expect(usage.headers()['x-codex-primary-used-percent']).toBe('40.5');
    expect(JSON.parse(usage.event('plus')).rate_limits.primary.used_percent).toBe(40.5);
    expect(usage.report('plus').rate_limit).toMatchObject({ primary_window: { used_percent: 41 }, allowed: true });
  });
});

describe('small things', () => {
  it('reads a routing hint', () => {
    expect(parseRoutingHint('model=gpt-5.5')).toEqual({ model: 'gpt-5.5', tier: undefined });
    expect(parseRoutingHint('model=a;tier=flex')).toEqual({ model: 'a', tier: 'flex' });
    for (const bad of ['', 'model=', 'tier=flex', 'model=a;tier=fast', 'model=a;x=y']) {
      expect(parseRoutingHint(bad)).toBeUndefined();
    }
  });

  it('compares JSON whatever the order of its members', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: true })).toBe('{"a":true,"b":[1,{"c":"x","d":null}]}');
  });

  it('knows which models have a tier', () => {
    const catalogue = buildCatalogue(['gpt-5.5']);
    expect(catalogue.hasTier('gpt-6.1-sol', 'priority')).toBe(true);
    expect(catalogue.hasTier('gpt-daybreak-blue-latest', 'priority')).toBe(false);
    expect(catalogue.model('gpt-5.5')).toBeUndefined();
    expect(catalogue.etag).not.toBe(buildCatalogue().etag);
  });
});
