import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mutantLists } from '../support/mutant-lists.ts';
import { kindsMissing } from '../support/mutants.ts';
import { mutatedFrames, mutatedResponses } from '../support/mutated-turns.ts';
import { type Rig, startRig } from '../support/slipstream.ts';

/** The first mutations of each list; `npm run fuzz` takes all of them. */

let rig: Rig;

beforeAll(async () => {
  rig = await startRig();
});

afterAll(() => rig.stop());

it.each(Object.entries(mutantLists))('the first mutations of %s are of every kind there is', (_name, list) => {
  expect(kindsMissing(list)).toEqual([]);
});

describe('the first of 500 mutations of a valid body', () => {
  it.each(mutatedResponses)(
    'over HTTP each end in an answer or a clear error, and the next turn is sound: $name',
    async ({ check, list }) => {
      await expect(check(rig, list.sample)).resolves.toBeUndefined();
    },
  );

  it('on a websocket each end in an answer or an in-band error, none of them closes it, and the next turn is sound', async () => {
    await expect(mutatedFrames.check(rig, mutatedFrames.list.sample)).resolves.toBeUndefined();
  });
});
