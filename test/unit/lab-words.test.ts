import { describe, expect, it } from 'vitest';
import { searchSentences } from '../../src-main/shared/lab-search-words.ts';
import { rangeText, type VerdictFacts, verdictSentences } from '../../src-main/shared/lab-words.ts';
import { english } from '../../src-main/shared/words/english.ts';
import { createWords } from '../../src-main/shared/words/words.ts';
import { chineseCatalogue } from '../../src-main/shared/words/zh-cn/catalogue.ts';
import { wrapLines } from '../../src-renderer/lib/draw-card.ts';
import { labResult, makeSearch } from '../renderer/figure-fixtures.ts';

const chinese = createWords('zh-CN', chineseCatalogue);
const look = (n: number, lowPercent: number, highPercent: number, effectPercent = (lowPercent + highPercent) / 2) => ({
  n,
  effectPercent,
  lowPercent,
  highPercent,
});
const usual = { tier: 'priority', cap: 24, regionPercent: 10, of: 'turns' } as const;
const none = { promiseRuledOut: false, morePairs: null, lostPairs: 0, pairs: 24, looks: [look(24, -33, 14)] };
const facts = (more: Partial<VerdictFacts> & Pick<VerdictFacts, 'verdict'>): VerdictFacts => ({
  ...usual,
  ...none,
  ...more,
});

describe('a verdict in sentences', () => {
  it.each<[Partial<VerdictFacts> & Pick<VerdictFacts, 'verdict'>, string, string]>([
    [
      { verdict: 'faster', looks: [look(6, -60, 2), look(12, -49, -12, -33)], promiseRuledOut: true },
      'Priority was faster: 33 % less time for each output token (12 to 49 % less; 12 pairs, 2 looks). Stopped early, so the middle figure leans to the large side: trust the range. That is less than the promised 1.5×.',
      'Priority 更快：每个输出 token 的用时少 33%（少 12 至 49%；12 组配对，查看 2 次）。 提前结束，因此中间值偏大：请以区间为准。 低于承诺的 1.5 倍。',
    ],
    [
      { verdict: 'slower', looks: [look(24, 4.2, 20, 12)] },
      'Priority was slower: 12 % more time for each output token (4.2 to 20 % more; 24 pairs, 1 look).',
      'Priority 更慢：每个输出 token 的用时多 12%（多 4.2 至 20%；24 组配对，查看 1 次）。',
    ],
    [
      { verdict: 'no-difference', looks: [look(12, -4, 3)] },
      'No difference that matters: 4 % less to 3 % more time for each output token (12 pairs); 10 % either way is ruled out.',
      '没有值得在意的差异：每个输出 token 的用时少 4% 到多 3%（12 组配对）；可排除任一方向 10% 的差异。',
    ],
    [
      { verdict: 'undecided', looks: [look(18, -13, 7)], promiseRuledOut: true, morePairs: 22 },
      'Not the promised speed: if priority helps at all, it saves 13 % at most (18 pairs: 13 % less to 7 % more). About 22 more pairs would probably tell whether anything is left, if turns stay this steady.',
      '达不到承诺的速度：即使 priority 有帮助，最多也只节省 13%（18 组配对：少 13% 到多 7%）。 如果各轮次保持同样稳定，大约再做 22 组配对即可判断是否还有提升。',
    ],
    [
      { verdict: 'undecided' },
      'Undecided: 33 % less to 14 % more (24 pairs). Even the promised 1.5× (1.35× in total time) is possible.',
      '未定：少 33% 到多 14%（24 组配对）。甚至承诺的 1.5 倍（按总用时计为 1.35 倍）也仍有可能。',
    ],
    [
      { verdict: 'not-enough-data', looks: [], pairs: 3 },
      'Not enough data: 3 pairs of the 6 that a first look needs.',
      '数据不足：已有 3 组配对，首次查看需要 6 组。',
    ],
    [
      { verdict: 'not-enough-data', looks: [look(6, -9, 3)], pairs: 7, lostPairs: 2 },
      'No verdict: 2 pairs of 9 failed, more than one in five.',
      '无结论：9 组配对中有 2 组失败，超过五分之一。',
    ],
  ])('says the same in both languages: %j', (given, here, there) => {
    const said = [english, chinese].map((words) => {
      const { sentence, notes } = verdictSentences(words, facts(given));
      return [sentence, ...notes].join(' ');
    });
    expect(said).toEqual([here, there]);
  });

  it('has a range for any interval, from the end nearer to nothing', () => {
    const ranges = ([low, high]: readonly [number, number]) => rangeText(english, look(6, low, high));
    expect(
      (
        [
          [-49, -12],
          [3, 9.96],
          [-4, 3],
          [-4, 0],
          [0, 4],
        ] as const
      ).map(ranges),
    ).toEqual(['12 to 49 % less', '3 to 10 % more', '4 % less to 3 % more', '0 to 4 % less', '0 to 4 % more']);
  });
});

describe('what fast depends on', () => {
  it.each([
    [makeSearch({ finding: 'never' }), /^Fast is not granted here/, /^此处未授予快速模式/],
    [
      makeSearch({ finding: 'whatever-else', without: labResult }),
      /^Fast works whatever else is sent: 1\.5× over HTTP, with another originator and without the routing hint \(28 to 38 % less time, 12 pairs\)\.$/,
      /^无论还发送什么，快速模式都有效：改用 HTTP 传输、换用其他 originator 标识和去掉路由提示时仍为 1\.5 倍/,
    ],
    [
      makeSearch(),
      /^Fast needs the websocket: over HTTP the gain is gone \(a token takes 45 % longer, .* With another originator it stays: still faster\. Not decided after 8 rounds: the routing hint\.$/,
      /^快速模式需要“WebSocket 连接”：改用 HTTP 传输后提升消失.* 换用其他 originator 标识后提升仍在.* 8 轮测量后仍未定：路由提示。$/,
    ],
    [makeSearch({ finding: 'none-alone' }), /^No single condition/, /^没有单独必需/],
    [makeSearch({ finding: 'revoked' }), /^Fast was granted in stage 1/, /^第 1 阶段/],
    [makeSearch({ finding: 'open', claims: [] }), /^Not decided after 12 pairs/, /^经过 12 组配对/],
    [makeSearch({ finding: null }), /^$/, /^$/],
  ])('is said of each finding in both languages', (search, here, there) => {
    const said = [english, chinese].map((words) =>
      searchSentences(words, search, ['transport', 'originator', 'hint']).join(' '),
    );
    expect(said[0]).toMatch(here);
    expect(said[1]).toMatch(there);
  });
});

describe('a text as a picture', () => {
  it.each([
    ['one two three', 7, ['one two', 'three']],
    ['没有值得在意的差异。', 4, ['没有值得', '在意的差', '异。']],
    ['差异（12 组）', 4, ['差异', '（12', '组）']],
    ['unbreakable', 4, ['unbreakable']],
    ['a\n\nb', 9, ['a', '', 'b']],
  ])('breaks %j where a line may end', (text, width, lines) => {
    expect(wrapLines(text, (line) => line.length <= width)).toEqual(lines);
  });
});
