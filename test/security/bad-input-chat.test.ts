import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chatAnswers, chatMutants } from '../fuzz/targets/mutants.ts';
import { chatPath } from '../support/chat-client.ts';
import { mutatedChat } from '../support/mutated-turns.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { errorOf, post } from '../support/turn-client.ts';

/** Chat Completions that no client would send on purpose, and answers that upstream should not give; `npm run fuzz` takes all of each list. */

it('the first of 20,000 mutations of a valid request are each read or refused in words, and never anything else', async () => {
  expect(await chatMutants.check(chatMutants.sample)).toEqual({
    wrong: [],
    taken: expect.toSatisfy((taken) => taken > 200),
  });
});

it('the first of 2,500 answers with something odd in each event are told as chunks, or refused as no part of the protocol', async () => {
  expect(await chatAnswers.check(chatAnswers.sample)).toEqual({ wrong: [], taken: chatAnswers.sample });
});

describe('through the whole program', () => {
  let rig: Rig;

  beforeAll(async () => {
    rig = await startRig();
  });

  afterAll(() => rig.stop());

  it('the first of 300 mutations of a valid request each end in an answer or a clear error, and the next turn is sound', async () => {
    await expect(mutatedChat.check(rig, mutatedChat.list.sample)).resolves.toBeUndefined();
  });

  it.each<[string, string | Buffer, number]>([
    ['no body', '', 400],
    ['no JSON', '{"model":', 400],
    ['a list', '[]', 400],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 400],
    ['nesting without end', `{"model":"m","messages":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, 400],
  ])('%s is refused', async (_what, body, status) => {
    const answer = await post(rig, body, {}, chatPath);
    expect([answer.status, errorOf(answer.json).type]).toEqual([status, 'invalid_request_error']);
  });
});
