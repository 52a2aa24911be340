import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src-main/core/json.ts';
import { atOnce } from '../../src-main/core/slices.ts';
import {
  type BodyHashes,
  type Chain,
  Chains,
  canonicalItem,
  extendWithOutput,
  hashBody,
} from '../../src-main/core/turn/chains.ts';
import { oneOffSession } from '../../src-main/core/turn/sessions.ts';
import { probeOf } from '../support/read-texts.ts';

const user = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hello' }] };
const answer = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text: 'hi', annotations: [{ a: 1 }], logprobs: [] }],
};
const call = { id: 'fc_1', type: 'function_call', status: 'completed', call_id: 'c1', name: 'f', arguments: '{"a":1}' };

function same(a: Json, b: Json): boolean {
  return JSON.stringify(canonicalItem(a)) === JSON.stringify(canonicalItem(b));
}

describe('an item that a client sends back', () => {
  const equal: [string, JsonObject, JsonObject][] = [
    ['without its id and status', answer, { ...answer, id: 'msg_other', status: null }],
    ['as plain text', answer, { role: 'assistant', content: 'hi' }],
    ['as a part without annotations', answer, { role: 'assistant', content: [{ type: 'output_text', text: 'hi' }] }],
    [
      'with a part that is no text, without what was noted beside it',
      { role: 'user', content: [{ type: 'input_image', image_url: 'u', annotations: [1], logprobs: [2] }] },
      { role: 'user', content: [{ type: 'input_image', image_url: 'u' }] },
    ],
    ['system as developer', { role: 'system', content: 'x' }, { role: 'developer', content: 'x' }],
    ['a call without its id', call, { type: 'function_call', arguments: '{"a":1}', name: 'f', call_id: 'c1' }],
    ['a call whose arguments were read and written again', { ...call, arguments: '{ "a" : 1 }\n' }, call],
    ['a call without arguments', { ...call, arguments: '' }, { ...call, arguments: '{}' }],
    ['a call with nulls', call, { ...call, namespace: null }],
  ];

  it.each(equal)('is the same %s', (_what, a, b) => {
    expect(same(a, b)).toBe(true);
  });

  const different: [string, JsonObject, JsonObject][] = [
    ['with another text', answer, { role: 'assistant', content: 'ho' }],
    [
      'with another image',
      { role: 'user', content: [{ type: 'input_image', image_url: 'u' }] },
      { role: 'user', content: [{ type: 'input_image', image_url: 'v' }] },
    ],
    ['of another role', answer, { role: 'user', content: 'hi' }],
    ['with one part more', answer, { role: 'assistant', content: ['hi', ''] }],
    ['with its text split in two', answer, { role: 'assistant', content: ['h', 'i'] }],
    ['a call with other arguments', call, { ...call, arguments: '{"a":2}' }],
    ['a call of another tool', call, { ...call, name: 'g' }],
    ['a call with another call id', call, { ...call, call_id: 'c2' }],
  ];

  it.each(different)('is another one %s', (_what, a, b) => {
    expect(same(a, b)).toBe(false);
  });

  it('counts as nothing when it is reasoning', () => {
    expect(canonicalItem({ type: 'reasoning', id: 'rs_1', encrypted_content: 'x' })).toBeNull();
  });

  it('of no known kind is compared as it is', () => {
    for (const odd of [null, 7, 'text', [], true]) expect(canonicalItem(odd)).toEqual(odd);
  });
});

const body: JsonObject = { model: 'm', input: [user], instructions: 'x', tools: [], stream: true };

describe('the fields of a request', () => {
  const fieldsOf = (more: JsonObject, model = 'm', tier: string | null = null) =>
    probeOf({ ...body, ...more }, model, tier).fieldsHash;

  it.each([
    { stream: false },
    { client_metadata: { a: 'b' } },
    { previous_response_id: 'resp_1' },
    { type: 'response.create' },
    { generate: false },
    { service_tier: 'default' },
    { model: 'm-fast' },
  ])('may differ between the turns of one conversation: %j', (more) => {
    expect(fieldsOf(more)).toBe(fieldsOf({}));
  });

  it.each([
    { instructions: 'y' },
    { tools: [{ type: 'web_search' }] },
    { text: {} },
    { reasoning: { effort: 'low' } },
    { store: true },
  ])('make it another conversation: %j', (more) => {
    expect(fieldsOf(more)).not.toBe(fieldsOf({}));
  });

  it('count the tier and model that go upstream, not those the client said', () => {
    expect(fieldsOf({}, 'm', 'priority')).not.toBe(fieldsOf({}, 'm', null));
    expect(fieldsOf({}, 'other')).not.toBe(fieldsOf({}, 'm'));
  });

  it('may come in any order', () => {
    const turned = Object.fromEntries(Object.entries(body).toReversed());
    expect(probeOf(turned, 'm', null)).toEqual(probeOf(body, 'm', null));
  });
});

describe('a long request', () => {
  const long = (char: string) => `${char.repeat(140 * 1024)}\n`;
  const items: Json[] = [
    { role: 'developer', content: long('d') },
    { role: 'user', content: long('u') },
    {
      role: 'assistant',
      content: [
        { type: 'output_text', text: long('a') },
        { type: 'refusal', refusal: 'no' },
      ],
    },
    call,
    { ...call, call_id: 'c2', arguments: JSON.stringify({ a: long('x') }) },
    { role: 'assistant', content: 'after' },
    { type: 'function_call_output', call_id: 'c1', output: long('o') },
    { role: 'assistant', content: '' },
  ];
  const facts = ({ items: all, ...hashes }: BodyHashes) => ({ ...hashes, all: all.value });

  it('is hashed in slices to the same as at once', () => {
    for (const count of [3, 5, items.length]) {
      const body = { model: 'm', instructions: long('i'), tools: [long('t')], input: items.slice(0, count) };
      const slices = hashBody(body, { isLong: true });
      let rests = 0;
      let step = slices.next();
      for (; !step.done; step = slices.next()) rests += 1;
      expect(facts(step.value)).toEqual(facts(atOnce(hashBody(body))));
      expect(rests).toBeGreaterThan(count);
    }
  });
});

describe('finding the chain that a request goes on from', () => {
  function chain(probe: ReturnType<typeof probeOf>, output: Json[], more: Partial<Chain> = {}): Chain {
    const itemsHash = extendWithOutput(probe, output);
    if (itemsHash === null) throw new Error('nothing to go on from');
    const { fieldsHash } = probe;
    return {
      responseId: 'resp_1',
      session,
      accountId: 'a',
      socketKey: 'k',
      fieldsHash,
      itemsHash,
      line: probe,
      connectionId: null,
      ...more,
    };
  }
  const session = oneOffSession();
  const probeWith = (input: Json) => probeOf({ ...body, input }, 'm', null);
  const anyChain = () => true;

  it('gives the place where its new items begin', () => {
    const chains = new Chains();
    chains.remember(chain(probeWith([user]), [{ type: 'reasoning', id: 'rs' }, answer]));
    const match = chains.find(session, probeWith([user, { type: 'reasoning', id: 'rs' }, answer, user]), anyChain);
    expect(match?.nextIndex).toBe(3);
    expect(chains.find(session, probeWith([user, answer, user, user]), anyChain)?.nextIndex).toBe(2);
    expect(chains.find(session, probeWith('hello'), anyChain)).toBeNull();
  });

  it('takes the longest of several', () => {
    const chains = new Chains();
    chains.remember(chain(probeWith([user]), [answer], { responseId: 'short' }));
    chains.remember(chain(probeWith([user, answer, user]), [answer], { responseId: 'long' }));
    const probe = probeWith([user, answer, user, answer, user]);
    expect(chains.find(session, probe, anyChain)?.chain.responseId).toBe('long');
    expect(chains.find(session, probe, ({ responseId }) => responseId === 'short')?.nextIndex).toBe(2);
  });

  const words = (text: string, ...more: string[]) => ({
    type: 'message',
    role: 'assistant',
    content: [text, ...more].map((each) => ({ type: 'output_text', text: each })),
  });
  const chat = (text: string) => ({ type: 'message', role: 'assistant', content: text });

  it.each<[string, JsonObject[], JsonObject[]]>([
    ['two messages, as one of Chat', [words('First.'), words('Second.')], [chat('First.\n\nSecond.')]],
    ['two parts, as one text of Chat', [words('a', 'b')], [chat('ab')]],
    ['two parts, as two texts of Messages', [words('a', 'b')], [words('a'), words('b')]],
    ['words after a call, which Chat puts before it', [call, words('done')], [chat('done'), call]],
    ['words around reasoning', [words('a'), { type: 'reasoning', id: 'rs' }, words('b')], [chat('a\n\nb')]],
  ])('finds an answer of %s', (_what, output, sentBack) => {
    const chains = new Chains();
    chains.remember(chain(probeWith([user]), output));
    expect(chains.find(session, probeWith([user, ...sentBack, user]), anyChain)?.nextIndex).toBe(1 + sentBack.length);
  });

  it.each<[string, JsonObject[]]>([
    ['other words', [words('First.'), words('Third.')]],
    ['a call before them', [call, words('First.Second.')]],
    ['words that somebody else said between them', [words('First.'), user, words('Second.')]],
  ])('finds none for %s', (_what, sentBack) => {
    const chains = new Chains();
    chains.remember(chain(probeWith([user]), [words('First.'), words('Second.')]));
    expect(chains.find(session, probeWith([user, ...sentBack, user]), anyChain)).toBeNull();
  });

  it('finds none where nothing new would be left to send', () => {
    const chains = new Chains();
    chains.remember(chain(probeWith([user]), [answer]));
    expect(chains.find(session, probeWith([user, answer]), anyChain)).toBeNull();
  });

  it('is not possible after an answer that holds nothing of the assistant’s', () => {
    expect(extendWithOutput(probeWith([user]), [])).toBeNull();
    expect(extendWithOutput(probeWith([user]), [{ type: 'reasoning', id: 'rs' }])).toBeNull();
  });

  it('forgets the oldest of more than 2,000', () => {
    const chains = new Chains();
    for (let number = 0; number < 2_001; number += 1) {
      chains.remember(chain(probeWith([`turn ${number}`]), [answer], { responseId: `resp_${number}` }));
    }
    expect(chains.size).toBe(2_000);
    expect(chains.endingIn('resp_0')).toBeNull();
    expect(chains.endingIn('resp_2000')).not.toBeNull();
  });
});
