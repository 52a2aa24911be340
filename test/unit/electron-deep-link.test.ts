import { describe, expect, it } from 'vitest';
import { screenOfArguments, screenOfLink } from '../../src-main/electron/deep-link.ts';

describe('a slipstream:// link', () => {
  it.each([
    ['slipstream://open', ''],
    ['slipstream://open/', ''],
    ['slipstream://open/settings', 'settings'],
    ['SLIPSTREAM://OPEN/LAB/', 'lab'],
    ['slipstream://open/elsewhere', null],
    ['slipstream://open/settings/x', null],
    ['SLIPSTREAM://turn/0192f-ab_C', 'requests/0192f-ab_C'],
    ['slipstream://turn/abc/', 'requests/abc'],
    ['slipstream://turn/', null],
    ['slipstream://turn/a/b', null],
    ['slipstream://turn/..%2f..%2fsettings', null],
    ['slipstream://turn/a?x=1', null],
    ['slipstream://turn/a#/settings', null],
    ['slipstream://turn/a b', null],
    ['slipstream://turn/a\n', null],
    [`slipstream://turn/${'a'.repeat(101)}`, null],
    ['slipstream://settings', null],
    ['slipstream:turn/abc', null],
    ['https://turn/abc', null],
    ['--hidden', null],
    ['', null],
  ])('%j leads to %j', (text, screen) => {
    expect(screenOfLink(text)).toBe(screen);
  });

  it('is found among the arguments of a start, and only the first counts', () => {
    expect(screenOfArguments(['slipstream', '--hidden', 'slipstream://turn/a', 'slipstream://turn/b'])).toBe(
      'requests/a',
    );
    expect(screenOfArguments(['slipstream', '--port', '0'])).toBeNull();
  });
});
