import { deepStrictEqual, equal, match, ok } from 'node:assert/strict';
import { estimateInput } from '../../../src-main/core/dialects/token-estimate.ts';
import type { TranslatedTurn } from '../../../src-main/core/dialects/translation.ts';
import { isJsonObject, type JsonObject } from '../../../src-main/core/json.ts';
import { makeEvent } from '../../../src-main/core/wire-event.ts';
import { SlipstreamError } from '../../../src-main/shared/errors.ts';
import { mutantLists } from '../../support/mutant-lists.ts';
import { mutants } from '../../support/mutants.ts';
import { chatFrom, messagesFrom } from '../../support/read-texts.ts';
import { chatEvents, messagesEvents, validMessages } from '../../support/valid-bodies.ts';
import { type Listed, listed } from '../listed.ts';

/** Mutations of valid requests and of the events of an answer, by the seeds that they have always had. */

const context = { headers: [], efforts: () => ['low', 'high'], offered: () => ['gpt-5.5'] };
const readMessages = (raw: Buffer) => messagesFrom(raw, context);

function readRule(read: (raw: Buffer) => TranslatedTurn): (raw: Buffer) => boolean {
  return (raw) => {
    try {
      const turn = read(raw);
      ok(Array.isArray(turn.body.input) && turn.changes.length <= 100, 'no input, or changes without end');
      return true;
    } catch (thrown) {
      if (thrown instanceof SlipstreamError && thrown.status === 400) return false;
      throw new Error(`for ${raw.toString().slice(0, 2_000)}`, { cause: thrown });
    }
  };
}

/** Each is read or refused in words, and never anything else. */
export const chatMutants: Listed = listed({
  name: 'chat-mutants',
  of: mutantLists.chatRead,
  inputs: (count) => mutants(mutantLists.chatRead, count),
  rule: readRule(chatFrom),
});
export const messagesMutants: Listed = listed({
  name: 'messages-mutants',
  of: mutantLists.messagesRead,
  inputs: (count) => mutants(mutantLists.messagesRead, count),
  rule: readRule(readMessages),
});

/** Each is counted where it is read. */
export const countedMutants: Listed = listed({
  name: 'counted-mutants',
  of: mutantLists.messagesCounted,
  inputs: (count) => mutants(mutantLists.messagesCounted, count),
  rule: async (raw) => {
    let read: JsonObject;
    try {
      read = readMessages(raw).body;
    } catch {
      return false;
    }
    const tokens = await estimateInput(read);
    ok(Number.isSafeInteger(tokens), `${tokens} for ${JSON.stringify(read).slice(0, 2_000)}`);
    return true;
  },
});

interface TypedData {
  readonly type: string;
  readonly data: Buffer;
}

const answers = { all: 2_500, sample: 250 };

/** Answers with something odd in each event. */
function* oddAnswers(events: readonly JsonObject[], count: number): Generator<readonly TypedData[]> {
  const variants = events.map((event, seed) => ({
    type: String(event.type),
    of: mutants({ valid: event, seed }, count),
  }));
  for (let round = 0; round < count; round += 1)
    yield variants.map(({ type, of }) => ({ type, data: of.next().value ?? Buffer.from('{}') }));
}

/** What was refused as no part of the protocol is read over: upstream goes on. */
function unlessRefused(event: TypedData, take: () => void): void {
  try {
    take();
  } catch (thrown) {
    if (thrown instanceof SlipstreamError && thrown.code === 'upstream_invalid') return;
    throw new Error(`for ${event.data.toString().slice(0, 500)}`, { cause: thrown });
  }
}

const askedOfChat = Buffer.from(JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'x' }] }));

/** Each event is told as chunks, or refused as no part of the protocol. */
export const chatAnswers: Listed = listed({
  name: 'chat-answers',
  of: answers,
  inputs: (count) => oddAnswers(chatEvents, count),
  rule: (events) => {
    const translator = chatFrom(askedOfChat).translator();
    for (const event of events) {
      unlessRefused(event, () => {
        const told = translator.event(event);
        ok(
          told.every(({ data }) => data === '[DONE]' || isJsonObject(data)),
          JSON.stringify(told),
        );
      });
    }
    translator.event(makeEvent({ type: 'response.completed' }));
    match(JSON.stringify(translator.answer()), /"finish_reason"/);
    return true;
  },
});

const askedOfMessages = Buffer.from(JSON.stringify({ ...validMessages, stream: false }));

/** Each event is told as events, or refused as no part of the protocol; blocks never overlap. */
export const messagesAnswers: Listed = listed({
  name: 'messages-answers',
  of: answers,
  inputs: (count) => oddAnswers(messagesEvents, count),
  rule: (events) => {
    const translator = readMessages(askedOfMessages).translator();
    let open = false;
    const take = (event: TypedData) => {
      for (const { event: name } of translator.event(event)) {
        ok(name !== 'content_block_start' || !open, 'a block in a block');
        if (name === 'content_block_start') open = true;
        if (name === 'content_block_stop') open = false;
      }
    };
    for (const event of events) unlessRefused(event, () => take(event));
    take(makeEvent({ type: 'response.completed' }));
    const { type, stop_reason: reason } = translator.answer();
    deepStrictEqual([open, type], [false, 'message']);
    equal(typeof reason, 'string');
    return true;
  },
});

export const mutantTargets: readonly Listed[] = [
  chatMutants,
  messagesMutants,
  countedMutants,
  chatAnswers,
  messagesAnswers,
];
