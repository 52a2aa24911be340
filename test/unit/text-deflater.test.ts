import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { TextDeflater } from '../../src-main/core/traces/store/text-deflater.ts';

describe('texts that are deflated one after the other', () => {
  const noise = Array.from({ length: 40_000 }, (_none, at) => String.fromCharCode(33 + ((at * at * 7919) % 94))).join(
    '',
  );

  it('come back as they were, whatever came before', () => {
    const deflater = new TextDeflater();
    for (const text of [
      '',
      'a',
      'é漢🙂',
      noise,
      '',
      '{"a":1}'.repeat(3_000),
      noise.repeat(8),
      'a',
      '漢'.repeat(40_000),
    ])
      expect(inflateSync(deflater.deflated(text)).toString('utf8') === text).toBe(true);
  });

  it('take no new memory each', () => {
    const deflater = new TextDeflater();
    expect(deflater.deflated('one').buffer).toBe(deflater.deflated('another').buffer);
  });
});
