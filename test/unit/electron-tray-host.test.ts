import { describe, expect, it } from 'vitest';
import { isKeyringOpen } from '../../src-main/electron/keyring-state.ts';
import { hasTrayHost } from '../../src-main/electron/tray-host.ts';

const said = (text: string) => async () => text;
const failed = (code: string | number) => () => Promise.reject(Object.assign(new Error('failed'), { code }));

describe('the keyring of a desktop', () => {
  it.each([
    ['   variant       boolean false\n', true],
    ['   variant       boolean true\n', false],
    [null, false],
  ])('that answers %j is open: %s', async (answer, isOpen) => {
    const run = async () => answer ?? Promise.reject(new Error('no such name'));
    expect(await isKeyringOpen('linux', run)).toBe(isOpen);
    expect(await isKeyringOpen('darwin', run)).toBe(false);
  });
});

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
