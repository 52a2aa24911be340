import { describe, expect, it } from 'vitest';
import { learnedId } from '../../src-main/core/normalise/profiles/learned.ts';
import { english } from '../../src-main/shared/words/english.ts';
import { createWords } from '../../src-main/shared/words/words.ts';
import { chineseCatalogue } from '../../src-main/shared/words/zh-cn/catalogue.ts';
import { profileName } from '../../src-renderer/lib/profile-name.ts';

const chinese = createWords('zh-CN', chineseCatalogue);

describe('the name of a Codex profile', () => {
  it.each([
    [learnedId({ version: '0.171.0', source: 'cli' }), '0.171.0 learned', '0.171.0（从命令学习）'],
    [learnedId({ version: '0.171.0', source: 'traffic' }), '0.171.0 seen', '0.171.0（从流量学习）'],
    ['0.169', '0.169', '0.169'],
    ['', '', ''],
  ])('of "%s" is "%s", and in Chinese "%s"', (id, here, there) => {
    expect([english, chinese].map(({ t }) => profileName(t, id))).toEqual([here, there]);
  });
});
