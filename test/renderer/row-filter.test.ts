import { expect, it } from 'vitest';
import { rowMatcher } from '../../src-renderer/lib/row-filter.ts';
import { filterCases, filteredTurns } from '../support/filter-cases.ts';
import { storedTurn } from '../support/stored-turns.ts';

it.each(filterCases)('the page filters as the store does, by %s', (_name, filter, expected) => {
  const matches = rowMatcher(filter);
  const passed = filteredTurns.flatMap((members, index) => (matches(storedTurn(index, members).row) ? [index] : []));
  expect(passed.reverse()).toEqual(expected);
});
