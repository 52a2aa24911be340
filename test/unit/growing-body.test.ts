import { describe, expect, it } from 'vitest';
import { GrowingBody } from '../../src-main/core/server/growing-body.ts';

const kib = 1024;

describe('a body that comes in pieces', () => {
  it.each([
    { name: 'in one piece', pieces: [10 * kib], announced: 10 * kib, mostBytes: 10 * kib },
    { name: 'in two, of a length that was told', pieces: [4 * kib, 6 * kib], announced: 10 * kib, mostBytes: 10 * kib },
    { name: 'in two, of a length that was not', pieces: [6 * kib, 6 * kib], announced: 0, mostBytes: 12 * kib },
    { name: 'in many small ones', pieces: Array(300).fill(100) as number[], announced: 0, mostBytes: 32 * kib },
    { name: 'longer than was told', pieces: [8 * kib, 200 * kib], announced: 10 * kib, mostBytes: 208 * kib },
    { name: 'shorter than was told', pieces: [8 * kib, 2 * kib], announced: 500 * kib, mostBytes: 10 * kib },
    { name: 'far longer', pieces: Array(40).fill(64 * kib) as number[], announced: 0, mostBytes: 4096 * kib },
  ])('is whole, and takes hardly more than it has: $name', ({ pieces, announced, mostBytes }) => {
    const body = new GrowingBody(announced);
    const sent = pieces.map((bytes, index) => Buffer.alloc(bytes, index % 251));
    for (const piece of sent) body.add(piece);
    const whole = body.whole();
    expect(whole.equals(Buffer.concat(sent))).toBe(true);
    expect(whole.buffer.byteLength).toBeLessThanOrEqual(mostBytes);
  });
});
