import { describe, expect, it } from 'vitest';
import { englishCatalogue } from '../../src-main/shared/words/en/catalogue.ts';
import { english } from '../../src-main/shared/words/english.ts';
import { createWords } from '../../src-main/shared/words/words.ts';
import { chineseCatalogue } from '../../src-main/shared/words/zh-cn/catalogue.ts';
import { systemCode, systemProblem, writeProblem } from '../../src-main/shared/write-problem.ts';

const chinese = createWords('zh-CN', chineseCatalogue);
const coded = (code: string) => Object.assign(new Error(`${code}: no`), { code });
const ofSqlite = (errcode: number) =>
  Object.assign(new Error('database says no'), { code: 'ERR_SQLITE_ERROR', errcode });

describe('what the system says of a file', () => {
  it.each([
    [coded('EISDIR'), 'it is a folder (EISDIR)', '它是目录（EISDIR）'],
    [coded('EACCES'), 'its permissions do not allow it (EACCES)', '其权限不允许（EACCES）'],
    [coded('ENOSPC'), 'the disk is full (ENOSPC)', '磁盘已满（ENOSPC）'],
    [coded('EFBIG'), 'the system lets no file grow so large (EFBIG)', '系统不允许文件增长到这么大（EFBIG）'],
    [ofSqlite(13), 'the disk is full (SQLITE_FULL)', '磁盘已满（SQLITE_FULL）'],
    [ofSqlite(8 | (3 << 8)), 'the disk is read-only (SQLITE_READONLY)', '磁盘为只读（SQLITE_READONLY）'],
    [coded('EXOTIC'), 'EXOTIC', 'EXOTIC'],
    [null, 'the system does not allow it', '系统不允许'],
  ] as const)('%s is said in words, with its code', (cause, inEnglish, inChinese) => {
    expect([english.told(writeProblem(cause)), chinese.told(writeProblem(cause))]).toEqual([inEnglish, inChinese]);
  });

  it('keeps the words of what has no code that is known', () => {
    expect(english.told(systemProblem(ofSqlite(1)))).toBe('database says no');
    expect(english.told(systemProblem(new Error('It broke.')))).toBe('It broke.');
    expect(english.told(systemProblem('x'))).toBe(englishCatalogue['failures.write.system']);
    expect(systemCode(Object.assign(new Error(''), { code: 5 }))).toBe('');
  });
});
