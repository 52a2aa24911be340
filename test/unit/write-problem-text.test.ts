import { expect, it } from 'vitest';
import { english } from '../../src-main/shared/words/english.ts';
import { writeProblem } from '../../src-main/shared/write-problem.ts';
import { writeProblemText } from '../../src-main/shared/write-problem-text.ts';

it.each([
  ['a code that is known', { code: 'ENOSPC' }, 'the disk is full (ENOSPC)'],
  ['one of SQLite', { errcode: 14 }, 'it cannot be opened (SQLITE_CANTOPEN)'],
  ['a code that is not known', { code: 'ESTALE' }, 'ESTALE'],
  ['no code', new Error('no'), 'the system does not allow it'],
])('%s is said in English as the catalogue says it', (_name, cause, text) => {
  expect(writeProblemText(cause)).toBe(text);
  expect(english.told(writeProblem(cause))).toBe(text);
});
