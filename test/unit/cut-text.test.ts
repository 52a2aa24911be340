import { expect, it } from 'vitest';
import { cutText } from '../../src-main/shared/cut-text.ts';

it.each([
  ['abc', 5, 'abc'],
  ['abc', 2, 'ab'],
  ['a😀b', 1, 'a'],
  ['a😀b', 2, 'a'],
  ['a😀b', 3, 'a😀'],
  ['', 1, ''],
])('the beginning of %j of %i characters is %j: no character is cut in two', (text, chars, cut) => {
  expect(cutText(text, chars)).toBe(cut);
});
