import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src-main/core/json.ts';
import { nearestEffort } from '../../src-main/core/normalise/levels.ts';
import { normalise } from '../../src-main/core/normalise/normalise.ts';
import { bodyOf, questionFor } from './normalise-question.ts';

/** Effort, verbosity and summary as the model has them (PROTOCOL.md, Other dialects). */

const four = ['low', 'medium', 'high', 'xhigh'];

it.each([
  ['none', four, 'low'],
  ['minimal', four, 'low'],
  ['high', four, 'high'],
  ['max', four, 'xhigh'],
  ['ultra', [...four, 'max'], 'max'],
  ['medium', ['high'], 'high'],
  ['max', null, 'max'],
  ['max', [], 'max'],
  ['odd', four, 'odd'],
  ['HIGH', four, 'high'],
  ['None', four, 'low'],
  ['Max', null, 'max'],
  ['ODD', four, 'ODD'],
])('takes %s for a model with %j as %s', (wanted, levels, effort) => {
  expect(nearestEffort(wanted, levels)).toBe(effort);
});

const levelsOf = () => ({ efforts: four, hasVerbosity: false, hasSummaries: false });
const asked: JsonObject = {
  model: 'gpt-5.5',
  input: [],
  reasoning: { effort: 'max', summary: 'auto', more: 1 },
  text: { verbosity: 'low', format: { type: 'text' } },
};

describe('a body of a client that is not Codex', () => {
  it.each(['responses', 'compact'] as const)('is fitted to the model, and says so, for %s', (endpoint) => {
    const shaped = normalise({ ...questionFor(asked), endpoint, levelsOf });
    expect(bodyOf(shaped)).toMatchObject({
      reasoning: { effort: 'xhigh', more: 1 },
      text: { format: { type: 'text' } },
    });
    const changed = shaped.changes.filter(({ path }) => /^body\.(reasoning|text)/.test(path));
    expect(changed.map(({ path, action }) => `${action} ${path}`)).toEqual([
      'set body.reasoning.effort',
      'removed body.reasoning.summary',
      'removed body.text.verbosity',
    ]);
    for (const member of ['"summary"', '"verbosity"']) expect(shaped.body.toString()).not.toContain(member);
  });

  it.each(['', 'auto', 'Default'])('lets the model choose its effort for %j', (effort) => {
    const shaped = normalise({ ...questionFor({ ...asked, reasoning: { effort, more: 1 } }), levelsOf });
    expect(bodyOf(shaped).reasoning).toEqual({ more: 1 });
    expect(shaped.changes).toContainEqual(
      expect.objectContaining({ path: 'body.reasoning.effort', action: 'removed' }),
    );
  });

  it.each<[JsonObject, JsonObject]>([
    [{ reasoning: { effort: 'auto', summary: 'none', more: 1 } }, { reasoning: { more: 1 } }],
    [{ reasoning: { effort: 'HIGH', summary: 'Detailed' } }, { reasoning: { effort: 'high', summary: 'detailed' } }],
    [{ reasoning: { effort: 'odd', summary: 'odd' } }, { reasoning: { effort: 'odd', summary: 'odd' } }],
    [{ text: { verbosity: 'max' } }, { text: { verbosity: 'high' } }],
    [{ text: { verbosity: 'Minimal' } }, { text: { verbosity: 'low' } }],
    [{ text: { verbosity: 'default', format: { type: 'text' } } }, { text: { format: { type: 'text' } } }],
    [{ text: { verbosity: 'odd' } }, { text: { verbosity: 'odd' } }],
  ])('has only words that upstream knows, for any model: %j', (more, wanted) => {
    const all = () => ({ efforts: [...four, 'odd'], hasVerbosity: true, hasSummaries: true });
    for (const levels of [all, () => null])
      expect(
        bodyOf(normalise({ ...questionFor({ model: 'gpt-0', input: [], ...more }), levelsOf: levels })),
      ).toMatchObject(wanted);
    const shaped = normalise({ ...questionFor({ model: 'gpt-0', input: [], ...more }), levelsOf: () => null });
    for (const key of Object.keys(wanted)) expect(bodyOf(shaped)[key]).toEqual(wanted[key]);
  });

  it('stays as it is for a model that nobody knows', () => {
    const shaped = normalise({ ...questionFor(asked), levelsOf: () => null });
    expect(bodyOf(shaped)).toMatchObject({ reasoning: asked.reasoning, text: asked.text });
  });
});
