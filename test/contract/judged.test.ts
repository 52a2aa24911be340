import { globSync } from 'node:fs';
import { expect, it } from 'vitest';
import { isDrawn } from '../mutate/draw.ts';
import { judged, partOf, pathsOfNothing } from '../mutate/judged.ts';
import { told } from '../mutate/tell.ts';
import { rootDir } from '../support/sources.ts';

const sources = globSync('src-main/**/*.ts', { cwd: rootDir });

it('every path that small changes are judged in is there', () => {
  expect(pathsOfNothing(Object.values(judged).flat(), sources)).toEqual([]);
  expect(pathsOfNothing(['src-main/core/traces/redaction', 'src-main/core/turn'], sources)).toEqual([
    'src-main/core/traces/redaction',
  ]);
  expect(
    ['turn/steps.ts', 'traces/split-secrets.ts', 'traces/har.ts'].map((path) => partOf(`src-main/core/${path}`)),
  ).toEqual(['turn', 'redaction', null]);
});

it('a sample is about as large as was asked for, the same again for its seed, and told as what it is', () => {
  const drawn = (seed: number) =>
    Array.from({ length: 4_000 }, (_, id) => `${id}`).filter((id) => isDrawn({ percent: 10, seed }, id));
  expect(drawn(1)).toEqual(drawn(1));
  expect(drawn(2)).not.toEqual(drawn(1));
  for (const seed of [1, 2, 3]) expect(Math.abs(drawn(seed).length - 400)).toBeLessThan(80);
  const location = { start: { line: 1, column: 1 }, end: { line: 1, column: 2 } };
  const mutants = Array.from({ length: 4_000 }, (_, id) => {
    return { id: `${id}`, status: id % 2 === 0 ? 'Killed' : 'Survived', mutatorName: 'X', location };
  });
  const report = { files: { 'src-main/core/turn/steps.ts': { source: 'x', mutants } } };
  const { text, isEnough } = told(report, { percent: 10, seed: 1 });
  expect(text.trimEnd().split('\n').at(-1)).toMatch(
    /^turn: \d+ of [34]\d\d noticed, .* sample of about 10 %, seed 1; ± 4\.\d\)/,
  );
  expect(isEnough).toBe(false);
  expect(told(report, null).text).toContain('turn: 2000 of 4000 noticed, 50.0 %, 0 where no test comes');
});
