import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TraceDatabase } from '../../src-main/core/traces/store/database.ts';
import { MemoryTraceStore } from '../../src-main/core/traces/store/memory-store.ts';
import { queryNumberNames, queryTextNames } from '../../src-main/shared/query-fields.ts';
import { queryMatcher, rowAccess } from '../../src-main/shared/query-match.ts';
import { maxQueryChars, parseQuery, problemText } from '../../src-main/shared/query-parse.ts';
import { TraceQuery } from '../../src-main/shared/trace-query.ts';
import { filteredTurns } from '../support/filter-cases.ts';
import { slowness } from '../support/slowness.ts';
import { firstStartedAt, storedTurn } from '../support/stored-turns.ts';

const limits = { maxRows: 1_000_000, maxBytes: 1024 ** 3, maxAgeMs: 100 * 365 * 24 * 60 * 60_000 };

describe('a query', () => {
  const short = (text: string) =>
    parseQuery(text).terms.map((term) => {
      const not = term.isNot ? '-' : '';
      if (term.kind === 'word') return `${not}${term.text}`;
      if (term.kind === 'number') return `${not}${term.field}${term.comparison}${term.value}`;
      return `${not}${term.field}:${term.wanted.map(({ how, text: wanted }) => `${how} ${wanted}`.trim()).join('|')}`;
    });

  it.each<[string, readonly string[]]>([
    ['', []],
    ['  time-out   GPT ', ['time-out', 'gpt']],
    ['"two words" -"not these"', ['two words', '-not these']],
    ['model:gpt-6* status:failed', ['model:glob gpt-6*', 'status:exact failed']],
    ['status:failed,cancelled', ['status:exact failed|exact cancelled']],
    ['-client:curl', ['-client:within curl']],
    ['client="curl 8"', ['client:exact curl 8']],
    ['client:"a,b",c', ['client:within a,b|within c']],
    ['model:"gpt-6*"', ['model:exact gpt-6*']],
    ['tier:none', ['tier:none']],
    ['tier:standard,priority', ['tier:none|exact priority']],
    ['tier:"none"', ['tier:exact none']],
    ['MODEL:GPT-5.5', ['model:exact gpt-5.5']],
    ['first>2s', ['first>2000']],
    ['first>=0.5s total<1.5m', ['first>=500', 'total<90000']],
    ['in>10k out<=1.5m attempts:2 http=429', ['in>10000', 'out<=1500000', 'attempts=2', 'http=429']],
    ['before:2026-11-28T14:00:00Z', [`started<${Date.parse('2026-11-28T14:00:00Z')}`]],
    ['https://example.com', ['https://example.com']],
    ['14:05 -', ['14:05', '-']],
    ['a:b', ['a:b']],
    ['--x', ['--x']],
  ])('%s', (text, expected) => {
    expect(short(text)).toEqual(expected);
    expect(parseQuery(text).problems).toEqual([]);
  });

  it.each<[string, string, readonly string[]]>([
    ['foo:bar', 'unknown-field', ['foo:bar']],
    ['modle:gpt', 'unknown-field', ['modle:gpt']],
    ['first>soon', 'no-number', ['first>soon']],
    ['model>3', 'no-number', ['model>3']],
    ['after:yesterday', 'no-date', ['after:yesterday']],
    ['after:2026-02-31', 'no-date', ['after:2026-02-31']],
    ['model:', 'no-value', []],
    ['model:,', 'no-value', []],
    ['status:broken', 'unknown-value', ['status:exact broken']],
    ['"open end', 'open-quote', ['open end']],
  ])('%s says %s', (text, why, terms) => {
    const { problems } = parseQuery(text);
    expect(problems.map((problem) => problem.why)).toEqual([why]);
    expect(problems.every((problem) => problemText(problem) !== '')).toBe(true);
    expect(short(text)).toEqual(terms);
  });

  it('has at most so many terms, and says so', () => {
    const { terms, problems } = parseQuery('x '.repeat(200));
    expect(terms).toHaveLength(30);
    expect(problems.map(({ why }) => why)).toEqual(['too-many']);
  });

  it('is read of any text, its places lie in it, and a long one takes no longer than it is', () => {
    const marks = fc.constantFrom(
      '"',
      ':',
      '-',
      '*',
      ',',
      '>',
      '=',
      ' ',
      'model',
      'first',
      'a',
      '\n',
      '\u0000',
      '🦊',
      '[',
      '?',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(marks, { maxLength: 60 }).map((list) => list.join('')),
        ),
        (text) => {
          const { terms, problems } = parseQuery(text);
          for (const { from, to } of [...terms, ...problems]) {
            expect(from >= 0 && from < to && to <= Math.min(text.length, maxQueryChars)).toBe(true);
          }
          queryMatcher({ terms }, rowAccess)(storedTurn(0).row);
        },
      ),
      { numRuns: 500 },
    );
    const startedMs = performance.now();
    for (const piece of ['"', 'a*', 'model:', '-', 'x,']) parseQuery(piece.repeat(1_000_000));
    const glob = queryMatcher(parseQuery(`model:${'a*'.repeat(400)}b`), rowAccess);
    glob({ ...storedTurn(0).row, model: 'a'.repeat(200_000) });
    expect(performance.now() - startedMs).toBeLessThan(2_000 * slowness);
  });
});

describe('queries of stored turns', () => {
  const rows = [
    ...filteredTurns,
    { firstTokenMs: null, totalMs: null, usage: null, httpStatus: null },
    { project: '/home/ana/Two', agent: 'reviewer', kind: 'prewarm' as const, dialect: 'messages' as const },
    { rootSessionId: 'root-of-it', model: 'a[b]?*c', attempts: 3, httpStatus: 429 },
    { usage: { inputTokens: 12_000, cachedTokens: 9_000, outputTokens: 20, reasoningTokens: 0 }, tierAsked: 'fast' },
  ];
  const turns = rows.map((members, index) => storedTurn(index, members));
  const database = new TraceDatabase(':memory:', limits);
  database.add(turns, firstStartedAt);
  const memory = new MemoryTraceStore();
  for (const turn of turns) memory.add(turn);

  /** By index, newest first; the database, its figures, memory and the page's filter must say the same. */
  async function found(query: string): Promise<number[]> {
    const input = TraceQuery.parse({ filter: { query }, limit: 500 });
    const stored = database.query(input);
    const remembered = await memory.query(input);
    const matches = queryMatcher(parseQuery(query), rowAccess);
    const ids = stored.rows.map(({ id }) => id);
    expect(remembered.rows.map(({ id }) => id)).toEqual(ids);
    const ofPage = turns.filter(({ row, facts }) => matches({ ...row, effort: facts.effort })).map(({ row }) => row.id);
    expect(ofPage.toReversed()).toEqual(ids);
    expect([stored.total, remembered.total]).toEqual([ids.length, ids.length]);
    return ids.map((id) => Number(id.slice(-12)));
  }

  it.each<[string, readonly number[]]>([
    ['model:gpt-5.4', [1]],
    ['model:GPT-5*', [10, 8, 7, 6, 4, 3, 2, 1, 0]],
    ['-model:gpt-5*', [9, 5]],
    ['status:failed', [4, 3]],
    ['status:failed,cancelled -error:example.com', [5, 4]],
    ['tier:none status:completed', [10, 9, 8, 7, 2, 0]],
    ['-tier:none', [6, 1]],
    ['client:curl', [2]],
    ['client="codex_exec 0.169.0" kind:prewarm', [8]],
    ['account:none', [5]],
    ['session:7b9f', [6]],
    ['root:root-of', [9]],
    ['root-of', [9]],
    ['project:/HOME/ana', [8]],
    ['agent:reviewer dialect:messages', [8]],
    ['model:"a[b]?*c"', [9]],
    ['model:a[b]?*c', [9]],
    ['error:"100% _\'full\'"', [4]],
    ['error:none status:completed model:gpt-5.4', [1]],
    ['in>10k cached>=9k out<21', [10]],
    ['-in>10k usage', []],
    ['first:none', []],
    ['first<=103', [3, 2, 1, 0]],
    ['-first<5m', [7]],
    ['attempts>1 http:429', [9]],
    ['asked:fast', [10]],
    [`after:${new Date(firstStartedAt + 9_000).toISOString()}`, [10, 9]],
    ['"closed by" example', [3]],
    ['foo:bar', []],
  ])('%s', async (query, expected) => {
    expect(await found(query)).toEqual(expected);
  });

  it('agree in the database, its figures, in memory and on the page, whatever is asked', async () => {
    const value = fc.constantFrom(
      'gpt-5*',
      'gpt',
      'failed',
      'none',
      'standard',
      'curl',
      '*',
      'a[b]?*c',
      '"a b"',
      'x,none',
      '7B9F*',
      'Ünï',
      '429',
      '*e*o*',
    );
    const amount = fc.constantFrom('0', '2', '100', '0.1s', '12k', '429', '1m');
    const term = fc.oneof(
      fc.tuple(fc.constantFrom(...queryTextNames), fc.constantFrom(':', '='), value).map((parts) => parts.join('')),
      fc
        .tuple(fc.constantFrom(...queryNumberNames), fc.constantFrom('>', '<', '>=', '<=', ':'), amount)
        .map((parts) => parts.join('')),
      fc.constantFrom('pool_full', 'Try', 'one', '"closed by"', 'ärger', '5', 'foo:bar'),
    );
    const query = fc.array(
      fc.tuple(fc.constantFrom('', '', '-'), term).map((parts) => parts.join('')),
      { minLength: 1, maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(query, async (terms) => void (await found(terms.join(' ')))),
      { numRuns: 300 },
    );
  });
});
