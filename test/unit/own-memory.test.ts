import { describe, expect, it } from 'vitest';
import { dialects } from '../../src-main/core/dialects/dialects.ts';
import { ownBuffer, ownText } from '../../src-main/core/own-memory.ts';

it.each(['', 'response.created', 'Grüße, ☃ and \u{1f600}', 'half of one: \ud83d'])(
  'a text of its own is %j as it was',
  (text) => {
    expect(ownText(`${text} and more`.slice(0, text.length))).toBe(text);
  },
);

describe('a text in memory of its own', () => {
  it.each(['', 'event: response.created\ndata: ', 'Grüße, ☃ and \u{1f600}'])(
    'is %j, and keeps nothing else',
    (text) => {
      const bytes = ownBuffer(text);
      expect(bytes.toString()).toBe(text);
      expect(bytes.buffer.byteLength).toBe(bytes.length);
    },
  );

  it.each(Object.entries(dialects))('is what tells a client of %s that its stream lives', (_name, { sign }) => {
    expect(sign.toString()).toMatch(/\n\n$/);
    expect(sign.buffer.byteLength).toBe(sign.length);
  });
});
