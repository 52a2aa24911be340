import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countedMutants, messagesAnswers, messagesMutants } from '../fuzz/targets/mutants.ts';
import { mutatedMessages } from '../support/mutated-turns.ts';
import { type Rig, startRig } from '../support/slipstream.ts';

/** Messages that no client would send on purpose, and answers that upstream should not give; `npm run fuzz` takes all of each list. */

describe('mutations of a valid request', () => {
  it('are each read or refused in words, and never anything else: the first of 20,000', async () => {
    expect(await messagesMutants.check(messagesMutants.sample)).toEqual({
      wrong: [],
      taken: expect.toSatisfy((taken) => taken > 200),
    });
  });

  it('are each counted where they are read: the first of 2,000', async () => {
    expect(await countedMutants.check(countedMutants.sample)).toEqual({
      wrong: [],
      taken: expect.toSatisfy((taken) => taken > 20),
    });
  });
});

it('the first of 2,500 answers with something odd in each event are told as events, or refused as no part of the protocol; blocks never overlap', async () => {
  expect(await messagesAnswers.check(messagesAnswers.sample)).toEqual({ wrong: [], taken: messagesAnswers.sample });
});

describe('through the whole program', () => {
  let rig: Rig;

  beforeAll(async () => {
    rig = await startRig();
  });

  afterAll(() => rig.stop());

  it('the first of 300 mutations of a valid request each end in an answer or a clear error, and the next turn is sound', async () => {
    await expect(mutatedMessages.check(rig, mutatedMessages.list.sample)).resolves.toBeUndefined();
  });
});
