import { describe, expect, it } from 'vitest';
import { parseAccountFile } from '../../src-main/core/accounts/account-file.ts';
import { plainName } from '../../src-main/shared/visible-text.ts';
import { account } from './account-fixtures.ts';

describe('a name that somebody gave', () => {
  it.each([
    ['a word', ' Work ', 'Work'],
    ['words of any script', 'کار‌خانه', 'کار‌خانه'],
    ['a family and a flag, whose joiners and tags belong to them', '👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿', '👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
    ['what was copied with a mark of direction', '\u200eWork\u200f', 'Work'],
    ['letters that would be read backwards', 'a\u202egnp.exe\u202c', 'agnp.exe'],
    ['isolates', '\u2066Work\u2069', 'Work'],
    ['nothing', '', ''],
    ['spaces of all kinds', ' \u00a0\u3000\u2003', ''],
    ['what has no width', '\u200b\u2060\ufeff\u00ad\u200d', ''],
    ['fillers', '\u3164\u115f\u1160\uffa0\u2800', ''],
    ['marks on nothing', '\u0301\ufe0f', ''],
    ['turns of direction alone', '\u202e\u2066\u061c', ''],
  ])('is shown as it can be seen where it is %s', (_what, given, shown) => {
    expect(plainName(given)).toBe(shown);
  });

  it.each([
    ['Wo\u202erk', 'Work'],
    ['\u200b\u3164', null],
    [null, null],
  ])('is so, too, where an account on disk has %j', (nickname, expected) => {
    const { tokens: _tokens, proxyUrl: _proxyUrl, ...facts } = account('aaaaaaaaaaaaaaaa', { nickname });
    const read = parseAccountFile(JSON.stringify({ version: 5, ...facts, sealedTokens: 'x' }));
    expect(read).toMatchObject({ kind: 'ok', file: { nickname: expected } });
  });
});
