import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src-main/core/json.ts';
import { Chains, extendWithOutput, mayReplace } from '../../src-main/core/turn/chains.ts';
import { keptText, parseKept } from '../../src-main/core/turn/session-file.ts';
import { Sessions } from '../../src-main/core/turn/sessions.ts';
import { findSession } from '../../src-main/core/turn/which-session.ts';
import type { RawHeader } from '../../src-main/shared/model.ts';
import { probeOf } from '../support/read-texts.ts';
import { assistant, user } from '../support/turn-client.ts';

const system = (content: string): JsonObject => ({ role: 'system', content });

interface Asked {
  readonly headers?: readonly RawHeader[];
  readonly more?: JsonObject;
  readonly tier?: string | null;
  readonly connectionId?: string;
}

/** One turn, over HTTP where no connection is named; the id that it gets. */
function turn(sessions: Sessions, input: readonly JsonObject[], asked: Asked = {}) {
  const { headers = [], more = {}, tier = null, connectionId = null } = asked;
  const body = { model: 'gpt-5.5', input, ...more };
  const probe = probeOf(body, String(body.model), tier);
  const { session, nameless } = findSession({ headers, body, connectionId, probe }, sessions, new Chains());
  return {
    id: session.id,
    session,
    answered: (answer: JsonObject) => {
      if (nameless !== null) sessions.note(session, nameless, extendWithOutput(probe, [answer]) ?? undefined);
    },
  };
}

const [hello, hi, more] = [user('hello'), assistant('hi'), user('more')];

describe('a conversation that nothing names', () => {
  /** The ids of a first turn and of one that goes on. */
  function twoTurns(first: Asked, second: Asked): boolean {
    const sessions = new Sessions();
    const one = turn(sessions, [hello], first);
    one.answered(hi);
    return one.id === turn(sessions, [hello, hi, more], second).id;
  }

  it.each<[string, Asked, Asked]>([
    ['tier', {}, { tier: 'priority', more: { service_tier: 'priority' } }],
    ['effort', {}, { more: { reasoning: { effort: 'high' } } }],
    ['model of one family', {}, { more: { model: 'gpt-5.6-sol-fast' } }],
    ['tools', {}, { more: { tools: [{ type: 'web_search' }] } }],
    [
      'version of the client',
      { headers: [['user-agent', 'app/1.2 (x)']] },
      { headers: [['User-Agent', 'app/1.3 (x)']] },
    ],
    ['metadata', {}, { more: { client_metadata: { a: 'b' } } }],
  ])('is the same with another %s', (_what, first, second) => {
    expect(twoTurns(first, second)).toBe(true);
  });

  it.each<[string, Asked, Asked]>([
    ['other instructions', {}, { more: { instructions: 'Write a title.' } }],
    ['another family of models', {}, { more: { model: 'o4-mini' } }],
    ['another program', { headers: [['user-agent', 'app/1']] }, { headers: [['user-agent', 'other/1']] }],
    ['another cache key', { more: { prompt_cache_key: 'a' } }, { more: { prompt_cache_key: 'b' } }],
    ['another end user', { more: { user: 'a' } }, { more: { user: 'b' } }],
  ])('is another one with %s', (_what, first, second) => {
    expect(twoTurns(first, second)).toBe(false);
  });

  it('is found while its first answer still comes, and after an answer that the client keeps in other words', () => {
    const sessions = new Sessions();
    const { id } = turn(sessions, [hello]);
    expect(turn(sessions, [hello, assistant('h…'), more]).id).toBe(id);
  });

  it('is told from one that began with the same words by its answer', () => {
    const sessions = new Sessions();
    const answers = ['one', 'two', 'three'].map((text) => assistant(text));
    const ids = answers.map((answer) => {
      const { id, answered } = turn(sessions, [hello]);
      answered(answer);
      return id;
    });
    expect(new Set(ids).size).toBe(3);
    expect(answers.map((answer) => turn(sessions, [hello, answer, more]).id)).toEqual(ids);
  });

  it('stays the same where it forks, is edited, or goes back to its beginning after many turns', () => {
    const sessions = new Sessions();
    let history = [hello];
    const { id } = turn(sessions, history);
    for (let count = 0; count < 50; count += 1) {
      history = [...history, assistant(`answer ${count}`), user(`question ${count}`)];
      expect(turn(sessions, history).id).toBe(id);
    }
    expect(turn(sessions, [...history.slice(0, -1), user('edited')]).id).toBe(id);
    expect(turn(sessions, [hello, assistant('answer 0'), user('edited')]).id).toBe(id);
    expect(sessions.kept.places.length).toBe(8);
  });

  it('is one-off until a second turn comes', () => {
    const sessions = new Sessions();
    const one = turn(sessions, [hello]);
    expect(one.session.isOneOff).toBe(true);
    expect(turn(sessions, [hello, hi, more]).session.isOneOff).toBe(false);
  });

  it('is not made of the very same question again, nor of what the system says in each', () => {
    const sessions = new Sessions();
    const prompt = system('You are helpful.');
    const inputs = [[prompt], [prompt, hello], [prompt, hello], [prompt, user('other')]];
    const ids = inputs.map((input) => turn(sessions, input).id);
    expect(new Set(ids).size).toBe(4);
  });

  it('does not fill the memory: 5,000 one-off turns leave 4,000 places', () => {
    const sessions = new Sessions();
    for (let count = 0; count < 5_000; count += 1) turn(sessions, [user(`question ${count}`)]);
    expect([sessions.size, sessions.kept.places.length, sessions.kept.names.length]).toEqual([0, 4_000, 0]);
  });
});

describe('a whole request on a socket that another line of its session goes on from', () => {
  const probe = (input: JsonObject[], fields: JsonObject = {}) => probeOf({ input, ...fields }, 'm', null);
  const main = probe([hello, hi, more]);
  const tools = [{ type: 'function', name: 'f' }];

  it.each<[string, ReturnType<typeof probe>, ReturnType<typeof probe>, boolean]>([
    ['an edit of it', probe([hello, user('edited')]), main, true],
    ['the same with another effort', probe([hello, hi, more], { reasoning: { effort: 'high' } }), main, true],
    ['its first question again', probe([hello]), main, true],
    ['another question of the same kind after a single one', probe([user('next')]), probe([hello]), true],
    ['another question of the same kind beside a conversation', probe([user('next')]), main, false],
    ['a title by other instructions', probe([hello], { instructions: 'Title.' }), probe([hello]), false],
    ['a title by another system message', probe([system('Title.'), hello]), probe([system('Help.'), hello]), false],
    ['a sub-agent with other tools', probe([user('task')], { tools }), probe([hello]), false],
    ['a summary that begins elsewhere', probe([user('Summarise: …')]), main, false],
  ])('%s', (_what, request, chain, expected) => {
    expect(mayReplace(request, chain)).toBe(expected);
  });
});

/** A conversation as the property's model knows it. */
interface Modelled {
  readonly asked: () => Asked;
  history: JsonObject[];
  id: string | null;
}

const namings: readonly (() => Asked)[] = [
  () => ({ headers: [['session-id', randomUUID()]] }),
  () => ({ headers: [['x-session-affinity', `ses_${randomUUID()}`]] }),
  () => ({ more: { client_metadata: { thread_id: `thread ${randomUUID()}` } } }),
  () => ({ more: { prompt_cache_key: 'my-app' } }),
  () => ({}),
];

type Step =
  | { readonly kind: 'begin'; readonly naming: number }
  | { readonly kind: 'turn' | 'fork' | 'edit' | 'verdict'; readonly which: number; readonly shape: number }
  | { readonly kind: 'restart' | 'noise' };

const which = fc.nat(5);
const shape = fc.nat(7);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('begin' as const), naming: fc.nat(namings.length - 1) }),
  fc.record({
    kind: fc.constantFrom('turn' as const, 'fork' as const, 'edit' as const, 'verdict' as const),
    which,
    shape,
  }),
  fc.record({ kind: fc.constantFrom('restart' as const, 'noise' as const) }),
);

/** Toggle, effort and model of a turn. */
function shapeOf(number: number): Asked {
  return {
    tier: (number & 1) === 0 ? null : 'priority',
    more: {
      ...((number & 2) === 0 ? {} : { reasoning: { effort: 'high' } }),
      ...((number & 4) === 0 ? {} : { model: 'gpt-5.6-sol' }),
    },
  };
}

/** The program as far as it decides ids, and the conversations that should each keep one. */
class Model {
  readonly conversations: Modelled[] = [];
  #sessions = new Sessions();
  #count = 0;

  take(step: Step): void {
    switch (step.kind) {
      case 'begin':
        this.#begin(namings[step.naming]?.() ?? {});
        return;
      case 'restart':
        this.#sessions = new Sessions(parseKept(JSON.parse(keptText(this.#sessions.kept))));
        return;
      case 'noise':
        turn(this.#sessions, [user('hello')]).answered(assistant(this.#word()));
        return;
      default:
        this.#goOn(step);
    }
  }

  #begin(asked: Asked): void {
    const conversation: Modelled = { asked: () => asked, history: [], id: null };
    this.conversations.push(conversation);
    conversation.history = this.#turn(conversation, 0, 'hello').end();
  }

  #goOn(step: Extract<Step, { shape: number }>): void {
    const conversation = this.conversations[step.which % Math.max(1, this.conversations.length)];
    if (conversation === undefined) return;
    if (step.kind === 'edit') conversation.history = conversation.history.slice(0, 2);
    const taken = this.#turn(conversation, step.shape, this.#word());
    const beside = step.kind === 'fork' ? this.#turn(conversation, step.shape ^ 1, this.#word()) : null;
    if (step.kind === 'verdict') taken.session.moveTo(step.shape < 4 ? null : `account ${step.shape}`);
    conversation.history = taken.end();
    beside?.end();
  }

  #turn(conversation: Modelled, shape: number, text: string) {
    const { headers = [], more: named = {} } = conversation.asked();
    const { tier = null, more: asked = {} } = shapeOf(shape);
    const input = [...conversation.history, user(text)];
    const { id, session, answered } = turn(this.#sessions, input, { headers, tier, more: { ...named, ...asked } });
    conversation.id ??= id;
    if (id !== conversation.id) throw new Error(`${conversation.id} became ${id}`);
    const answer = assistant(this.#word());
    const end = () => {
      answered(answer);
      return [...input, answer];
    };
    return { session, end };
  }

  #word(): string {
    this.#count += 1;
    return `word ${this.#count}`;
  }
}

it('over 10,000 random sequences of toggles, efforts, models, forks, edits, verdicts and restarts, each conversation keeps its one id', () => {
  const run = (steps: readonly Step[]) => {
    const model = new Model();
    for (const step of steps) model.take(step);
    const { conversations } = model;
    return new Set(conversations.map(({ id }) => id)).size === conversations.length;
  };
  const found: Step[] = [
    { kind: 'begin', naming: 4 },
    { kind: 'turn', which: 0, shape: 0 },
    { kind: 'turn', which: 0, shape: 0 },
    { kind: 'noise' },
    { kind: 'edit', which: 0, shape: 0 },
    { kind: 'restart' },
    { kind: 'fork', which: 0, shape: 0 },
    { kind: 'edit', which: 0, shape: 0 },
  ];
  fc.assert(fc.property(fc.array(anyStep, { minLength: 2, maxLength: 10 }), run), {
    numRuns: 10_000,
    examples: [[found]],
  });
});

describe('conversations of one websocket that names none', () => {
  const over = { connectionId: 'c1' };

  it('are told apart as they begin, and each is known as it goes on', () => {
    const sessions = new Sessions();
    const one = turn(sessions, [hello], over);
    one.answered(hi);
    const other = turn(sessions, [user('something else')], over);
    other.answered(hi);
    expect(other.id).not.toBe(one.id);
    expect(turn(sessions, [hello, hi, more], over).id).toBe(one.id);
    expect(turn(sessions, [user('something else'), hi, more], over).id).toBe(other.id);
  });

  it('are the latest one where they tell of a history that nobody here knows', () => {
    const sessions = new Sessions();
    const { id } = turn(sessions, [hello], over);
    expect(turn(sessions, [user('so far'), assistant('a summary'), more], over).id).toBe(id);
  });
});
