import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src-main/core/json.ts';
import { normalise } from '../../src-main/core/normalise/normalise.ts';
import type { Transport } from '../../src-main/shared/model.ts';
import { readTold } from '../../src-main/shared/words/told.ts';
import {
  bodyOf,
  changedMembers,
  metadataOf,
  namedMembers,
  questionFor,
  sessionId,
  shapedBody,
} from './normalise-question.ts';

/** Bodies of clients that are not Codex. Numbers of cases are those of PROTOCOL.md, Numbered cases. */

const message = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hi' }] };
const reasoning = 'reasoning.encrypted_content';
const lookup = { type: 'function', name: 'lookup', parameters: {} };
const transports: readonly Transport[] = ['ws', 'http'];

const refused = [
  'max_output_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'truncation',
  'prompt_cache_options',
  'prompt_cache_retention',
  'context_management',
  'safety_identifier',
  'user',
];

describe('S2: one normaliser prepares the body of a client that is not Codex', () => {
  it.each(transports)('case 1: makes a full Responses body fit for upstream (%s)', (transport) => {
    const body = {
      model: 'gpt-5.5',
      stream: 'true',
      store: true,
      parallel_tool_calls: false,
      tools: [lookup],
      include: ['file_search_call.results', 'message.output_text.logprobs'],
      service_tier: 'standard',
      input: [{ role: 'system', content: 'Be brief.' }, message],
      ...Object.fromEntries(refused.map((field) => [field, 1])),
    };
    const shaped = shapedBody(body, { transport });
    expect(shaped).toMatchObject({
      model: 'gpt-5.5',
      stream: true,
      store: false,
      parallel_tool_calls: false,
      include: ['file_search_call.results', 'message.output_text.logprobs', reasoning],
      input: [{ role: 'developer', content: 'Be brief.' }, message],
    });
    expect(Object.keys(shaped).filter((key) => refused.includes(key) || key === 'service_tier')).toEqual([]);
  });

  it.each(refused)('drops %s, which upstream refuses, and says so', (field) => {
    const shaped = normalise(questionFor({ model: 'gpt-5.5', input: [message], [field]: 1 }));
    expect(bodyOf(shaped)).not.toHaveProperty(field);
    expect(shaped.changes).toContainEqual({
      step: 'body',
      path: `body.${field}`,
      action: 'removed',
      why: expect.stringMatching(/^#why\.refused/),
    });
  });

  it.each(['metadata', 'text', 'reasoning', 'tool_choice', 'max_tool_calls', 'top_logprobs'])(
    'passes %s through as it came',
    (field) => {
      const shaped = normalise(questionFor({ model: 'gpt-5.5', input: [message], [field]: { x: [1, 'y'] } }));
      expect(bodyOf(shaped)[field]).toEqual({ x: [1, 'y'] });
      expect(namedMembers(shaped.changes)).not.toContain(field);
    },
  );

  it.each(transports)(
    'leaves out what is null, each with one note, and fills what upstream wants (%s)',
    (transport) => {
      const nulls = [
        'tools',
        'tool_choice',
        'text',
        'reasoning',
        'moderation',
        'prompt',
        'previous_response_id',
        'user',
      ];
      const filled = ['instructions', 'include', 'store', 'prompt_cache_key', 'client_metadata'];
      const names = [...nulls, ...filled, 'service_tier'];
      const body = { model: 'gpt-5.5', input: [message], ...Object.fromEntries(names.map((name) => [name, null])) };
      const shaped = normalise(questionFor(body, { transport }));
      expect(Object.entries(bodyOf(shaped)).filter(([, value]) => value === null)).toEqual([]);
      for (const name of nulls) expect(bodyOf(shaped)).not.toHaveProperty(name);
      const noted = shaped.changes.map(({ path }) => path);
      for (const name of nulls) expect(noted.filter((path) => path === `body.${name}`)).toHaveLength(1);
    },
  );

  it.each([
    [
      'a text',
      { input: 'hello' },
      [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hello' }] }],
    ],
    ['a list', { input: [message] }, [message]],
    ['an empty list', { input: [] }, []],
  ])('gives upstream a list of items for input that is %s', (_what, body, expected) => {
    expect(shapedBody({ model: 'gpt-5.5', ...body }).input).toEqual(expected);
  });

  it.each(transports)('case 5: a missing or null instructions becomes "", never a prompt (%s)', (transport) => {
    const shaped = (body: JsonObject) =>
      shapedBody({ model: 'gpt-5.5', input: [], ...body }, { transport }).instructions;
    expect(shaped({})).toBe('');
    expect(shaped({ instructions: null })).toBe('');
    expect(shaped({ instructions: '' })).toBe('');
    expect(shaped({ instructions: '   ' })).toBe('   ');
    expect(shaped({ instructions: 'Be kind.' })).toBe('Be kind.');
  });

  it('S2: keeps previous_response_id and generate on a websocket, and drops what only exists there over HTTP', () => {
    const body = {
      type: 'response.create',
      model: 'gpt-5.5',
      input: [],
      previous_response_id: 'resp_1',
      generate: false,
      stream_options: { include_obfuscation: false },
    };
    expect(shapedBody(body, { transport: 'ws' })).toMatchObject(body);
    const overHttp = shapedBody(body, { transport: 'http' });
    for (const field of ['type', 'previous_response_id', 'generate', 'stream_options']) {
      expect(overHttp).not.toHaveProperty(field);
    }
  });

  it('names the frame type first on a websocket, and adds it where it is missing', () => {
    const shaped = normalise(questionFor({ model: 'gpt-5.5', input: [] }));
    expect(shaped.body.toString()).toMatch(/^\{"type":"response\.create",/);
  });
});

describe('tools of a client that is not Codex', () => {
  const tools = [lookup];
  it.each<[string, JsonObject, JsonObject | undefined, boolean | undefined]>([
    ['case 6: no tools: parallel_tool_calls goes', { parallel_tool_calls: true }, undefined, undefined],
    ['case 6: an empty list is no tools', { tools: [], parallel_tool_calls: false }, undefined, undefined],
    ['case 6: tools and true', { tools, parallel_tool_calls: true }, undefined, true],
    ['respects false', { tools, parallel_tool_calls: false }, undefined, false],
    ['adds the official default', { tools }, undefined, true],
    ['case 6: responses-lite by metadata text', { tools }, { client_metadata: { lite: 'true' } }, false],
    ['case 6: responses-lite by metadata value', { tools }, { client_metadata: { lite: true } }, false],
    ['case 6: responses-lite without tools', {}, { client_metadata: { lite: 'true' } }, false],
    ['not lite when the marker says false', { tools }, { client_metadata: { lite: 'false' } }, true],
  ])('%s', (_name, fields, marker, expected) => {
    const metadata = metadataOf(marker ?? {});
    const lite = { ws_request_header_x_openai_internal_codex_responses_lite: metadata.lite ?? null };
    const body = { model: 'gpt-5.5', input: [], ...fields, ...(marker === undefined ? {} : { client_metadata: lite }) };
    expect(shapedBody(body).parallel_tool_calls).toBe(expected);
  });

  it.each([
    ['web_search_preview', 'web_search_preview_2025_03_11'],
    ['web_search_preview_2025_03_11', 'web_search_preview'],
    ['web_search_2025_08_26', 'web_search_2025_08_26'],
  ])('case 3: calls %s and a choice of %s web_search', (tool, choice) => {
    const body = {
      model: 'gpt-5.5',
      input: [],
      tools: [{ type: tool, search_context_size: 'low' }, lookup],
      tool_choice: { type: choice },
    };
    expect(shapedBody(body)).toMatchObject({
      tools: [{ type: 'web_search', search_context_size: 'low' }, lookup],
      tool_choice: { type: 'web_search' },
    });
  });

  it('case 3: renames inside a list of allowed tools too', () => {
    const allowed = { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'web_search_preview' }, lookup] };
    expect(shapedBody({ model: 'gpt-5.5', input: [], tools: [lookup], tool_choice: allowed }).tool_choice).toEqual({
      type: 'allowed_tools',
      mode: 'auto',
      tools: [{ type: 'web_search' }, lookup],
    });
  });

  it('case 7 is out: adds no image tool, and no tool at all', () => {
    expect(shapedBody({ model: 'gpt-5.5', input: [] })).not.toHaveProperty('tools');
    expect(shapedBody({ model: 'gpt-5.5', input: [], tools: [lookup] }).tools).toEqual([lookup]);
  });
});

describe('include', () => {
  it.each<[string, JsonObject[string], readonly string[]]>([
    ['missing', undefined, [reasoning]],
    ['null', null, [reasoning]],
    ['empty', [], [reasoning]],
    ['other values', ['a', 'b'], ['a', 'b', reasoning]],
    ['the value already', [reasoning, 'a'], [reasoning, 'a']],
  ])('is extended, not replaced: %s', (_name, include, expected) => {
    expect(shapedBody({ model: 'gpt-5.5', input: [], ...(include === undefined ? {} : { include }) }).include).toEqual(
      expected,
    );
  });
});

describe('what is recorded', () => {
  it.each<Transport>(['ws', 'http'])('says why in a text that every language has (%s)', (transport) => {
    const body = {
      model: 'gpt-5.5',
      input: 'hi',
      type: 'x',
      generate: false,
      previous_response_id: 'r',
      stream_options: {},
    };
    const { changes } = normalise(questionFor(body, { transport }));
    expect(changes.map(({ path }) => path)).toContain('body.type');
    expect(changes.filter(({ why }) => readTold(why) === null)).toEqual([]);
  });

  const bodies: readonly JsonObject[] = [
    { model: 'gpt-5.5', input: 'hi' },
    { model: 'gpt-5.5-fast', input: [], service_tier: 'default', temperature: 1, user: 'me' },
    { model: 'gpt-5.5', input: [message], stream: true, store: false, instructions: 'x', service_tier: 'priority' },
    {
      model: 'gpt-5.5',
      input: [{ ...message, id: 'item_x' }],
      tools: [{ type: 'web_search_preview' }],
      generate: false,
    },
    { model: 'gpt-5.5', input: [{ type: 'reasoning', id: 'rs_1', encrypted_content: 'abc' }], include: [reasoning] },
    { model: 'x', input: [], prompt_cache_key: 'mine', previous_response_id: 'resp_1', client_metadata: { a: 'b' } },
  ];

  it.each(transports.flatMap((transport) => bodies.map((body) => [transport, JSON.stringify(body), body] as const)))(
    'names every member that changed, and no other (%s, %s)',
    (transport, _text, body) => {
      const shaped = normalise(questionFor(body, { transport }));
      expect(namedMembers(shaped.changes)).toEqual(changedMembers(body, bodyOf(shaped)));
    },
  );

  it('case 2: a body that is already as upstream wants it goes through byte for byte, unremarked', () => {
    const once = normalise(questionFor({ model: 'gpt-5.5', input: [message], service_tier: 'priority' }));
    const twice = normalise(questionFor(bodyOf(once), { raw: once.body }));
    expect(twice.body.toString()).toBe(once.body.toString());
    expect(namedMembers(twice.changes)).toEqual([]);
  });

  it('case 2: also when it is written with spaces and in another order', () => {
    const whole = shapedBody({ model: 'gpt-5.5', input: [message], service_tier: 'priority' });
    const reversed = Object.fromEntries(Object.entries(metadataOf(whole)).reverse());
    const body = { ...whole, client_metadata: reversed };
    const raw = Buffer.from(JSON.stringify(body, null, 1));
    expect(normalise(questionFor(body, { raw })).body.toString()).toBe(raw.toString());
  });
});

it('S2: the -fast alias becomes the model with priority, and the answer is to be mapped back', () => {
  const shaped = normalise(questionFor({ model: 'gpt-5.5-fast', input: [] }));
  expect(bodyOf(shaped)).toMatchObject({ model: 'gpt-5.5', service_tier: 'priority', prompt_cache_key: sessionId });
  expect(shaped).toMatchObject({ model: 'gpt-5.5', modelAlias: 'gpt-5.5-fast', tierSent: 'priority' });
});

it.each([
  ['a slug of that very name exists', 'gpt-really-fast'],
  ['the model is not known either', 'nobody-knows-fast'],
  ['it is the suffix alone', '-fast'],
])('a name that ends in -fast is no alias where %s', (_why, model) => {
  expect(normalise(questionFor({ model, input: [] }))).toMatchObject({ model, modelAlias: null, tierSent: null });
});
