import { describe, expect, it } from 'vitest';
import { believedVersion, isNewer, NewestVersion } from '../../src-main/core/normalise/codex-version.ts';

describe('isNewer', () => {
  it.each([
    ['0.171.0', '0.169.0', true],
    ['0.169.0', '0.171.0', false],
    ['0.169.0', '0.169.0', false],
    ['0.169.10', '0.169.9', true],
    ['0.1000.0', '0.171.0', true],
    ['1.0.0', '0.171.9', true],
    ['0.172.0-alpha.3', '0.171.0', true],
    ['nonsense', '0.169.0', false],
    ['0.171.0', 'nonsense', false],
  ])('%s over %s: %s', (version, than, expected) => {
    expect(isNewer(version, than)).toBe(expected);
  });
});

describe('believedVersion', () => {
  it.each([
    ['0.171.0', '0.171.0'],
    ['0.172.0-alpha.3', '0.172.0'],
    ['0.269.0', '0.269.0'],
    ['0.270.0', null],
    ['0.99999.0', null],
    ['1.4.0', '1.4.0'],
    ['2.0.0', null],
    ['0.171', null],
    ['0.171.0\r\nx: y', null],
    [null, null],
  ])('%j beside 0.169.0: %j', (version, expected) => {
    expect(believedVersion(version, '0.169.0')).toBe(expected);
  });
});

describe('NewestVersion', () => {
  const memoryOf = (kept: string | null) => {
    const written: string[] = [];
    return { written, read: () => kept, write: (version: string) => void written.push(version) };
  };

  it('grows with what is seen, and keeps each growth once', () => {
    const memory = memoryOf(null);
    const newest = new NewestVersion('0.169.0', memory);
    for (const seen of ['0.118.0', null, '0.170.0', '0.171.0', '0.170.0', '0.171.0', '0.99999.0']) newest.see(seen);
    expect(newest.version).toBe('0.171.0');
    expect(memory.written).toEqual(['0.170.0', '0.171.0']);
  });

  it.each([
    ['0.171.0', '0.171.0'],
    ['0.118.0', '0.169.0'],
    ['0.99999.0', '0.169.0'],
    ['broken', '0.169.0'],
  ])('starts from %s that was kept as %s', (kept, expected) => {
    expect(new NewestVersion('0.169.0', memoryOf(kept)).version).toBe(expected);
  });
});
