import { IntlMessageFormat } from 'intl-messageformat';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { errorTable } from '../../src-main/shared/errors.ts';
import { englishCatalogue } from '../../src-main/shared/words/en/catalogue.ts';
import { english } from '../../src-main/shared/words/english.ts';
import { languageFor, languages } from '../../src-main/shared/words/languages.ts';
import type { ParametersOf, TagsOf } from '../../src-main/shared/words/message.ts';
import type { Catalogue, TextId } from '../../src-main/shared/words/texts.ts';
import { tell, toldFormat } from '../../src-main/shared/words/told.ts';
import { createWords } from '../../src-main/shared/words/words.ts';
import { chineseCatalogue } from '../../src-main/shared/words/zh-cn/catalogue.ts';

type Ast = ReturnType<IntlMessageFormat['getAst']>;

/** Every parameter and tag of a message with its kind, sorted: `count plural`, `link tag`. */
function placesOf(ast: Ast): string[] {
  const kinds = ['literal', 'value', 'number', 'date', 'time', 'select', 'plural', 'pound', 'tag'];
  const places = ast.flatMap((element): string[] => {
    const kind = kinds[element.type] ?? '';
    if (kind === 'literal' || kind === 'pound') return [];
    const own = 'value' in element ? [`${element.value} ${kind}`] : [];
    if ('options' in element)
      return [...own, ...Object.values(element.options).flatMap(({ value }) => placesOf(value))];
    return 'children' in element ? [...own, ...placesOf(element.children)] : own;
  });
  return [...new Set(places)].toSorted();
}

const read = (catalogue: Catalogue, language: string) => (id: TextId) =>
  new IntlMessageFormat(catalogue[id], language, undefined, { ignoreTag: id.startsWith('errors.') }).getAst();
const ids = Object.keys(englishCatalogue) as TextId[];
const inEnglish = read(englishCatalogue, 'en');
const inChinese = read(chineseCatalogue, 'zh-CN');

describe('the catalogues', () => {
  it('have the same ids, each of an area and a name', () => {
    expect(Object.keys(chineseCatalogue).toSorted()).toEqual(ids.toSorted());
    expect(ids.filter((id) => !/^[a-z][A-Za-z]*(\.[\w-]+)+$/.test(id))).toEqual([]);
  });

  it('are made of areas that share no id', async () => {
    const areas = Object.values(import.meta.glob<Record<string, object>>('../../src-main/shared/words/en/*.ts'));
    const modules = await Promise.all(areas.map((load) => load()));
    const parts = modules.flatMap((module) => ('englishCatalogue' in module ? [] : Object.values(module)));
    expect(parts.flatMap((part) => Object.keys(part)).toSorted()).toEqual(ids.toSorted());
  });

  it('are valid messages with the same parameters and tags in every language', () => {
    const differing = ids.flatMap((id) => {
      const [here, there] = [placesOf(inEnglish(id)), placesOf(inChinese(id))];
      // A language without a plural says the number itself.
      const names = (places: readonly string[]) => places.map((place) => place.replace(/ (number|value|plural)$/, ''));
      return names(here).join() === names(there).join() ? [] : [`${id}: ${here} / ${there}`];
    });
    expect(differing).toEqual([]);
  });

  it('say something everywhere, without quoted braces, which the reader of parameters cannot see', () => {
    const odd = [englishCatalogue, chineseCatalogue].flatMap((catalogue) =>
      ids.filter((id) => catalogue[id].trim() === '' || /'[{}]/.test(catalogue[id])),
    );
    expect(odd).toEqual([]);
  });

  it('hold no English sentence in the Chinese one', () => {
    // Names, commands and settings of files stay as they are; five words in a row are a sentence.
    const sentence = /(?:\b[a-z]+\b[ ,.]+){4}\b[a-z]+\b/i;
    expect(ids.filter((id) => sentence.test(chineseCatalogue[id]))).toEqual([]);
  });
});

describe('words', () => {
  const chinese = createWords('zh-CN', chineseCatalogue);

  it('put parameters and elements into a text', () => {
    expect(english.t('shell.retrying', { problem: 'It broke.' })).toBe('It broke. Trying again every second.');
    const parts = english.parts('settings.browsers.one', {
      name: 'Firefox',
      origin: 'http://127.0.0.1',
      when: 'now',
      faint: (children: readonly unknown[]) => ({ children }),
    });
    expect(parts).toEqual(['Firefox ', { children: ['at http://127.0.0.1, last used now'] }]);
  });

  it('say a told text, its parameters too, and leave what is none as it is', () => {
    const text = tell('why.times', { why: tell('why.tier.alias', { suffix: '-fast', tier: 'priority' }), count: 3 });
    expect(english.told(text)).toBe('the -fast model name asks for priority (3 times)');
    expect(chinese.told(text)).toBe('模型名后缀 -fast 请求 priority（3 次）');
    expect(english.told(tell('notices.limit.body', { account: 'a', when: toldFormat('percent', 90) }))).toContain(
      '90 %',
    );
    for (const plain of ['upstream said so', '#1', '#why.gone', '#why.tier.alias{"suf', '#why.tier.alias'])
      expect(chinese.told(plain)).toBe(plain);
  });

  it.each([
    '#format.shortInstant{}',
    '#format.shortInstant{"value":1e300}',
    '#format.shortInstant{"value":"soon"}',
    '#format.percent{"value":null}',
    '#format.window{"value":[]}',
    '#format.bytes{"value":1e999}',
    '#format.ms{"value":{"a":1}}',
    '#list.sentences{"texts":{}}',
    '#why.times{"why":"#format.shortInstant{}"}',
  ])('leave as it is what others said like a told text: %s', (said) => {
    for (const words of [english, chinese]) {
      expect(words.told(said)).toBe(said);
      expect(words.told(tell('notices.limit.body', { account: said, when: '' }))).toContain(said);
      expect(words.failure({ code: 'upstream_refused', message: said })).toBe(said);
    }
  });

  it('say a failure by its code, unless more is known of it', () => {
    const { text } = errorTable.paused;
    expect(chinese.failure({ code: 'paused', message: text })).toContain('已暂停');
    expect(english.failure({ code: 'paused', message: text })).toBe(text);
    expect(chinese.failure({ code: 'paused', message: 'Only for now.' })).toBe('Only for now.');
    expect(chinese.failure({ code: 'of_upstream', message: 'No.' })).toBe('No.');
  });

  it('say what was kept in English, with what it says of this case, and leave the words of others', () => {
    const keptIds = ids.filter((id) => /^(errors|failures\.(turn|signIn))\./.test(id));
    expect(keptIds.length).toBeGreaterThan(100);
    for (const id of keptIds) {
      const names = placesOf(inEnglish(id)).map((place) => place.replace(/ .*/, ''));
      // As odd as what hosts, models and systems say.
      const values = Object.fromEntries(names.map((name) => [name, `a-${name}.b [c] "d, {e}"`]));
      const told = `#${id}${JSON.stringify(values)}`;
      expect(chinese.told(english.told(told)), id).toBe(chinese.told(told));
      expect(chinese.failure({ code: 'internal', message: english.told(told) }), id).toBe(chinese.told(told));
    }
    expect(chinese.told('example.org could not be reached: the network said no.')).toBe(
      '无法连接 example.org：the network said no。',
    );
    expect(chinese.told('No account could ever be used here, said upstream.')).toBe(
      'No account could ever be used here, said upstream.',
    );
    expect(chinese.told(`${'x'.repeat(7_000)} could not be reached: y.`)).toContain('could not be reached');
  });

  it('are refused by the compiler with a parameter missing or misspelt', () => {
    // @ts-expect-error the text has a parameter
    expect(() => english.t('shell.retrying')).toThrow();
    // @ts-expect-error it is called `problem`
    expect(() => english.t('shell.retrying', { trouble: '' })).toThrow();
    // @ts-expect-error there is no such text
    expect(() => english.t('shell.nothing')).toThrow();
  });

  it('have parameters that the compiler reads out of any message', () => {
    expectTypeOf<ParametersOf<'none'>>().toEqualTypeOf<unknown>();
    expectTypeOf<keyof ParametersOf<'{a} of { b }'>>().toEqualTypeOf<'a' | 'b'>();
    expectTypeOf<ParametersOf<'{n, number}'>['n']>().toEqualTypeOf<number>();
    type Nested = ParametersOf<'{n, plural, one {# {what}} other {all {k, select, x {of} other {{z}}}}} by {who}'>;
    expectTypeOf<keyof Nested>().toEqualTypeOf<'n' | 'what' | 'k' | 'z' | 'who'>();
    expectTypeOf<Nested['n']>().toEqualTypeOf<number>();
    expectTypeOf<TagsOf<'<a>x</a> and <b>{y}</b>'>>().toEqualTypeOf<'a' | 'b'>();
  });

  it.each([
    [0.4249, '0.42 ms', '0.42 ms'],
    [412, '412 ms', '412 ms'],
    [1_240, '1.24 s', '1.24 s'],
    [125_400, '2 min 05 s', '2 分 05 秒'],
    [7_384_000, '2 h 03 min', '2 小时 03 分钟'],
  ])('read a span of %s ms as %s and %s', (ms, here, there) => {
    expect([english.format.ms(ms), chinese.format.ms(ms)]).toEqual([here, there]);
  });

  it.each([
    [30_000, 'in 30 s', '30 秒后'],
    [-90_000, '1 min ago', '1 分钟前'],
    [7_500_000, 'in 2 h 5 min', '2 小时 5 分钟后'],
    [-90_000_000, '1 d 1 h ago', '1 天 1 小时前'],
    [400, 'now', '刚刚'],
  ])('tell %s ms from now as %s and %s', (offset, here, there) => {
    expect([english, chinese].map(({ format }) => format.relative(1e12 + offset, 1e12))).toEqual([here, there]);
  });

  it('read figures and times as people of the language write them', () => {
    const at = new Date(2026, 10, 3, 4, 5, 6, 70).getTime();
    const all = ({ format }: typeof english) => [
      format.count(57_959),
      format.tokens(12_345),
      format.bytes(2_350_000),
      format.percent(0.26),
      format.exactPercent(0.012345),
      format.money(0.00417, 'USD'),
      format.change(-8.1),
      format.clock(at),
      format.clock(at, 2),
      format.shortDay(at),
      format.weekday('2026-11-03'),
      format.shortInstant(at),
      format.longInstant(at),
      format.instant(at),
      format.window(300),
      format.list(['a', 'b', 'c']),
      format.list(['甲', '乙']),
    ];
    expect(all(english)).toEqual([
      '57,959',
      '12.3k',
      '2.35 MB',
      '0.3 %',
      '0.0123 %',
      '$0.0042',
      '−8.1 %',
      '04:05:06',
      '04:05:06.07',
      '3 Nov',
      'Tue 3 Nov',
      '3 Nov 04:05',
      '3 Nov 2026 04:05',
      '2026-11-03 04:05:06.070',
      '5 h',
      'a, b and c',
      '甲 and 乙',
    ]);
    expect(all(chinese)).toEqual([
      '57,959',
      '1.2万',
      '2.35 MB',
      '0.3%',
      '0.0123%',
      'US$0.0042',
      '−8.1%',
      '04:05:06',
      '04:05:06.07',
      '11月3日',
      '11月3日周二',
      '11月3日 04:05',
      '2026年11月3日 04:05',
      '2026-11-03 04:05:06.070',
      '5 小时',
      'a、b 和 c',
      '甲和乙',
    ]);
  });
});

describe('the language', () => {
  it.each([
    ['system', ['de-DE', 'zh-CN', 'en'], 'zh-CN'],
    ['system', ['zh_CN.UTF-8'], 'zh-CN'],
    ['system', ['zh-Hans-SG'], 'zh-CN'],
    ['system', ['zh-TW', 'en-US'], 'zh-CN'],
    ['system', ['zh-Hant-HK', 'en'], 'zh-CN'],
    ['system', ['zh-Hant'], 'zh-CN'],
    ['system', ['zhx', 'fr'], 'en'],
    ['system', ['en-GB', 'zh-CN'], 'en'],
    ['system', [], 'en'],
    ['zh-CN', ['en'], 'zh-CN'],
    ['en', ['zh-CN'], 'en'],
  ] as const)('set to %s, where %j are liked, is %s', (choice, liked, language) => {
    expect(languageFor(choice, liked)).toBe(language);
    expect(languages).toContain(language);
  });
});
