import { describe, expect, it } from 'vitest';
import { hasTrayHost } from '../../src-main/electron/tray-host.ts';

const said = (text: string) => async () => text;
const failed = (code: string | number) => () => Promise.reject(Object.assign(new Error('failed'), { code }));

describe('a host of tray icons', () => {
  it.each([
    ['a desktop that shows them', said('   variant       boolean true\n'), true],
    ['a watcher without a host', said('   variant       boolean false\n'), false],
    ['no watcher, or no bus', failed(1), false],
    ['nobody to ask', failed('ENOENT'), true],
  ])('on Linux with %s is told: %#', async (_what, run, expected) => {
    expect(await hasTrayHost('linux', run)).toBe(expected);
  });

  it.each(['darwin', 'win32'] as const)('is always there on %s', async (platform) => {
    expect(await hasTrayHost(platform, failed(1))).toBe(true);
  });
});
