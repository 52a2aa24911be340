import { describe, expect, it } from 'vitest';
import { completed, completions, hasTerm, toggledTerm } from '../../src-renderer/lib/query-edit.ts';
import { readSavedFilters, withSaved, writeSavedFilters } from '../../src-renderer/lib/saved-filters.ts';

describe('a term of a query', () => {
  it.each([
    ['', 'status:failed', 'status:failed'],
    ['gpt ', 'status:failed', 'gpt status:failed'],
    ['status:failed', 'status:failed', ''],
    ['a status:failed "b c"', 'status:failed', 'a  "b c"'],
    ['status:failed,cancelled', 'status:failed', 'status:failed,cancelled status:failed'],
    ['"status:failed"', 'status:failed', '"status:failed" status:failed'],
  ])('of "%s" put in or out', (text, term, expected) => {
    expect(toggledTerm(text, term)).toBe(expected);
    expect(hasTerm(expected, term)).toBe(!hasTerm(text, term));
  });
});

describe('completion', () => {
  const valuesOf = (field: string) => (field === 'client' ? ['curl 8', 'codex'] : ['gpt-5.5', 'gpt-6*']);
  const offered = (text: string) => completions(text, text.length, valuesOf).map(({ label }) => label);
  it.each([
    ['st', ['status:']],
    ['x -st', ['status:']],
    ['fi', ['first>']],
    ['a', ['asked:', 'account:', 'agent:', 'attempts>', 'after:']],
    ['client:c', ['curl 8', 'codex']],
    ['client:curl,co', ['codex']],
    ['tier:no', ['none']],
    ['first>2', []],
    ['', []],
    ['"st', []],
    ['nothing', []],
  ])('of "%s"', (text, expected) => {
    expect(offered(text)).toEqual(expected);
  });

  it('goes where the caret is, in quotes where it must', () => {
    const text = 'a -client:cu b';
    const [first] = completions(text, 12, valuesOf);
    if (first === undefined) throw new Error('nothing is offered');
    expect(completed(text, first)).toEqual({ text: 'a -client:"curl 8" b', caret: 19 });
    const [field] = completions('x sta y', 5, valuesOf);
    if (field === undefined) throw new Error('nothing is offered');
    expect(completed('x sta y', field)).toEqual({ text: 'x status: y', caret: 9 });
  });
});

describe('saved filters', () => {
  it('are kept by name, come back, and what cannot be read is left out', () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    };
    expect(readSavedFilters(storage)).toEqual([]);
    const saved = withSaved(withSaved(withSaved([], { name: ' a ', params: 'q=1' }), { name: 'b', params: '' }), {
      name: 'a',
      params: 'q=2',
    });
    expect(withSaved(saved, { name: ' ', params: 'q=3' })).toBe(saved);
    writeSavedFilters(storage, saved);
    expect(readSavedFilters(storage)).toEqual([
      { name: 'b', params: '' },
      { name: 'a', params: 'q=2' },
    ]);
    for (const broken of ['{', '7', '[{"name":1},{"name":"x"}]']) {
      expect(readSavedFilters({ getItem: () => broken })).toEqual([]);
    }
  });
});
