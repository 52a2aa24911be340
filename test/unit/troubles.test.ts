import { describe, expect, it } from 'vitest';
import { type VerdictKind, verdictTable } from '../../src-main/core/accounts/verdict-table.ts';
import { verdictText } from '../../src-main/core/accounts/verdicts.ts';
import { english } from '../../src-main/shared/words/english.ts';
import { createWords } from '../../src-main/shared/words/words.ts';
import { chineseCatalogue } from '../../src-main/shared/words/zh-cn/catalogue.ts';

const chinese = createWords('zh-CN', chineseCatalogue);
const kinds = Object.keys(verdictTable) as VerdictKind[];

describe('what upstream says of an account', () => {
  it.each(kinds)('is told in the language of whoever looks, with its own words as they are: %s', (kind) => {
    const told = verdictText({ kind, scope: 'gpt-5.5 {x}', words: 'Not for {you}, "sorry".' });
    expect(english.told(told)).toMatch(
      /^Upstream says that .+ \(gpt-5\.5 \{x\}\)\. .+ Its words: Not for \{you\}, "sorry"\.$/,
    );
    expect(chinese.told(told)).toMatch(/^上游表示：.+（gpt-5\.5 \{x\}）。.+ 原文：Not for \{you\}, "sorry"\.$/);
  });

  it('has no words of upstream where it said none', () => {
    const told = verdictText({ kind: 'refused', scope: null, words: '' });
    expect(english.told(told)).toBe(
      'Upstream says that this account may not do this. It is tried again by itself; other accounts are used first.',
    );
  });
});
