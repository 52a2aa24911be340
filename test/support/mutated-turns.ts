import { deepStrictEqual, equal, match, ok } from 'node:assert/strict';
import { chatPath, complete } from './chat-client.ts';
import { messagesPath, say } from './messages-client.ts';
import { mutantLists } from './mutant-lists.ts';
import { type MutantList, mutants } from './mutants.ts';
import { accountsOf } from './rig-accounts.ts';
import type { Rig } from './slipstream.ts';
import { ask, codexHeaders, errorOf, post, type TurnAnswer, textOf, typesOf, WsTurns } from './turn-client.ts';
import { validThread } from './valid-bodies.ts';

interface MutatedTurns {
  readonly bodies: Iterable<Buffer>;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  /** Looks at an answer with status 200; `what` describes it for a failure. */
  readonly checkAnswer: (answer: TurnAnswer, what: string) => void;
  /** Looks at any other answer, beyond its status and message. */
  readonly checkError?: (answer: TurnAnswer, what: string) => void;
}

/** Sends odd bodies one after the other: each must end, uncut, in an answer or in a 4xx error with a message. */
async function checkEachEnds(
  rig: Rig,
  { bodies, path, headers, checkAnswer, checkError }: MutatedTurns,
): Promise<void> {
  for (const body of bodies) {
    const answer = await post(rig, body, headers, path);
    const what = `${answer.status} ${answer.text.slice(0, 300)} for ${body.toString().slice(0, 2_000)}`;
    equal(answer.isCut, false, what);
    if (answer.status === 200) {
      checkAnswer(answer, what);
      continue;
    }
    ok(answer.status >= 400 && answer.status < 500, what);
    equal(typeof errorOf(answer.json).message, 'string', what);
    checkError?.(answer, what);
  }
}

/** Nothing that was sent may have met a fault of the program's own, or of the simulator's. */
function checkNoFaults(rig: Rig): void {
  deepStrictEqual(
    rig.host.log.lines.filter(({ level }) => level === 'error'),
    [],
  );
  deepStrictEqual(
    rig.simulator.log.refusals.filter(({ code }) => code === 'simulator_bug'),
    [],
  );
}

const isEnding = /^(response\.|error$)/;

async function responses(
  rig: Rig,
  count: number,
  list: 'responsesOverSockets' | 'responsesOverHttp',
  headers: Record<string, string>,
): Promise<void> {
  for (const { id } of accountsOf(rig)) {
    await rig.app.handlers['accounts.setWebsockets']({ id, websockets: list === 'responsesOverSockets' });
  }
  await checkEachEnds(rig, {
    bodies: mutants(mutantLists[list], count),
    headers,
    checkAnswer: ({ json, events }, what) => {
      if (json === null) match(String(events.at(-1)?.type), isEnding, what);
      else equal(json.object, 'response', what);
    },
  });
}

async function responsesOnSocket(rig: Rig, count: number): Promise<void> {
  for (const { id } of accountsOf(rig)) await rig.app.handlers['accounts.setWebsockets']({ id, websockets: true });
  const client = await WsTurns.open(rig);
  for (const body of mutants(mutantLists.frames, count)) {
    const events = await client.turn(body.toString('latin1'));
    const what = body.toString().slice(0, 2_000);
    equal(client.socket.readyState, client.socket.OPEN, what);
    match(String(typesOf(events).at(-1)), isEnding, what);
  }
  await client.close();
}

async function isResponsesSound(rig: Rig): Promise<void> {
  equal(textOf((await post(rig, ask('Reply with exactly: sound'))).events), 'sound');
}

const soundMessages = [{ role: 'user', content: 'Reply with exactly: sound' }];

/** Mutations of one valid request through the whole program. */
export interface MutatedTurnsOf {
  readonly name: string;
  readonly list: MutantList;
  /** Throws where one of the first so many meets no answer and no clear error, or where the next turn is not sound. */
  check(rig: Rig, count: number): Promise<void>;
}

function mutatedTurns(
  name: string,
  list: MutantList,
  send: (rig: Rig, count: number) => Promise<void>,
  checkSound: (rig: Rig) => Promise<void>,
): MutatedTurnsOf {
  return {
    name,
    list,
    check: async (rig, most) => {
      await send(rig, most);
      await checkSound(rig);
      checkNoFaults(rig);
    },
  };
}

const ofCodex = codexHeaders(validThread);

export const mutatedResponses: readonly MutatedTurnsOf[] = (
  [
    ['a client that is not Codex', 'responsesOverSockets', {}],
    ['a client that is not Codex, upstream over HTTP', 'responsesOverHttp', {}],
    ['a Codex client', 'responsesOverSockets', ofCodex],
    ['a Codex client, upstream over HTTP', 'responsesOverHttp', ofCodex],
  ] as const
).map(([name, list, headers]) =>
  mutatedTurns(name, mutantLists[list], (rig, count) => responses(rig, count, list, headers), isResponsesSound),
);

/** None of them may close the socket, either. */
export const mutatedFrames: MutatedTurnsOf = mutatedTurns(
  'frames',
  mutantLists.frames,
  responsesOnSocket,
  isResponsesSound,
);

export const mutatedChat: MutatedTurnsOf = mutatedTurns(
  'Chat',
  mutantLists.chat,
  (rig, count) =>
    checkEachEnds(rig, {
      bodies: mutants(mutantLists.chat, count),
      path: chatPath,
      checkAnswer: ({ text }, what) => match(text, /"finish_reason":"/, what),
    }),
  async (rig) => {
    const { message } = await complete(rig, { model: 'gpt-5.5', messages: soundMessages });
    equal(message.content, 'sound');
  },
);

export const mutatedMessages: MutatedTurnsOf = mutatedTurns(
  'Messages',
  mutantLists.messages,
  (rig, count) =>
    checkEachEnds(rig, {
      bodies: mutants(mutantLists.messages, count),
      path: messagesPath,
      checkAnswer: ({ text }, what) => match(text, /"stop_reason":"/, what),
      checkError: ({ json }, what) => equal(json?.type, 'error', what),
    }),
  async (rig) => {
    const { content } = await say(rig, { model: 'gpt-5.5', messages: soundMessages });
    deepStrictEqual(content, [{ type: 'text', text: 'sound' }]);
  },
);
