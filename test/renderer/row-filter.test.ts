import { expect, it } from 'vitest';
import { turnMatcher } from '../../src-main/shared/trace-filter.ts';
import { filterCases, filteredTurns } from '../support/filter-cases.ts';
import { storedTurn } from '../support/stored-turns.ts';

it.each(filterCases)('the page filters as the store does, by %s', (_name, filter, expected) => {
  const matches = turnMatcher(filter);
  const passed = filteredTurns.flatMap((members, index) => (matches(storedTurn(index, members).row) ? [index] : []));
  expect(passed.reverse()).toEqual(expected);
});
