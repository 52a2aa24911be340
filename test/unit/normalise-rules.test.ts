import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src-main/core/json.ts';
import { noteSource, sourceOf } from '../../src-main/core/json-source.ts';
import { believedVersion, isNewer } from '../../src-main/core/normalise/codex-version.ts';
import { withEdits } from '../../src-main/core/normalise/edits.ts';
import {
  buildIssuerHeaders,
  buildRelayedHeaders,
  buildSideHeaders,
  buildSignInHeaders,
  buildUsageHeaders,
} from '../../src-main/core/normalise/headers.ts';
import { validItemId } from '../../src-main/core/normalise/input-items.ts';
import { normalise } from '../../src-main/core/normalise/normalise.ts';
import {
  builtInProfiles,
  defaultProfile,
  defaultProfileAt,
  profileFor,
  profileNamed,
} from '../../src-main/core/normalise/profiles/choose.ts';
import { decideTier, type TierQuestion } from '../../src-main/core/normalise/tier.ts';
import type { RawHeader } from '../../src-main/shared/model.ts';
import { english } from '../../src-main/shared/words/english.ts';
import { bodyOf, questionFor, sessionId } from './normalise-question.ts';

const identity = {
  profile: defaultProfile,
  originator: 'codex_exec',
  platform: { os: 'Debian 12.0.0', arch: 'x86_64', terminal: 'xterm' },
};
const agent = 'codex_exec/0.171.0 (Debian 12.0.0; x86_64) xterm (codex_exec; 0.171.0)';
const account = { accessToken: 't', accountId: 'ws-1', routingOverride: null };

describe('headers of what is no turn', () => {
  const encoding = ['accept-encoding', defaultProfile.acceptEncoding];
  it.each([
    [
      'of the catalogue',
      buildSideHeaders(identity, account),
      [
        ['version', '0.171.0'],
        ['authorization', 'Bearer t'],
        ['chatgpt-account-id', 'ws-1'],
        ['originator', 'codex_exec'],
        ['user-agent', agent],
        ['accept', '*/*'],
        encoding,
      ],
    ],
    [
      'of usage',
      buildUsageHeaders(identity, account),
      [
        ['user-agent', agent],
        ['authorization', 'Bearer t'],
        ['chatgpt-account-id', 'ws-1'],
        ['accept', '*/*'],
        encoding,
      ],
    ],
    [
      'for the issuer',
      buildIssuerHeaders(identity),
      [
        ['content-type', 'application/json'],
        ['originator', 'codex_exec'],
        ['user-agent', agent],
        ['accept', '*/*'],
        encoding,
      ],
    ],
    [
      'of a sign-in',
      buildSignInHeaders('application/x-www-form-urlencoded'),
      [
        ['content-type', 'application/x-www-form-urlencoded'],
        ['accept', '*/*'],
      ],
    ],
  ])('%s are as they were recorded', (_what, headers, wanted) => {
    expect(headers).toEqual(wanted);
  });

  it('of a relayed request are its own, by the list, with the account’s credentials', () => {
    const carried = [
      'Accept',
      'Accept-Encoding',
      'Content-Type',
      'Content-Encoding',
      'Content-Length',
      'If-None-Match',
      'Idempotency-Key',
      'X-Codex-Routing-Hint',
    ];
    const quiet = ['Host', 'Connection', 'Authorization', 'ChatGPT-Account-Id', 'Transfer-Encoding'];
    const named = ['OpenAI-Beta', 'Cookie', 'X-Something'];
    const sent = [...carried, ...quiet, ...named].map((name): RawHeader => [name, `my ${name}`]);
    const { headers, changes } = buildRelayedHeaders(sent, account);
    const own = carried.map((name) => [name.toLowerCase(), `my ${name}`]);
    expect(headers.slice(-own.length)).toEqual(own);
    expect(headers.slice(0, -own.length).map(([name]) => name)).toEqual(['authorization', 'chatgpt-account-id']);
    const dropped = changes.filter(({ action }) => action === 'dropped');
    expect(dropped.map(({ path }) => path)).toEqual(named.map((name) => `headers.${name.toLowerCase()}`));
    expect(new Set(dropped.map(({ step, why }) => `${step} ${english.told(why)}`)).size).toBe(1);
    expect(english.told(dropped[0]?.why ?? '')).not.toBe('');
  });
});

describe('a built-in profile', () => {
  it.each([
    [null, '0.171'],
    ['', '0.171'],
    ['1.200.0', '0.171'],
    ['0.171', '0.171'],
    ['0.999.0', '0.171'],
    ['0.171.0', '0.171'],
    ['0.170.9', '0.169'],
    ['0.169.0', '0.169'],
    ['0.168.0', '0.118'],
    ['0.118.0', '0.118'],
    ['0.5.0', '0.118'],
    ['x0.169.0', '0.171'],
  ])('for the version %s is %s', (version, id) => {
    expect(profileFor(version).id).toBe(id);
  });

  it('is found by its name, and the default under any version', () => {
    expect(builtInProfiles.map(({ id }) => profileNamed(id)?.id)).toEqual(['0.171', '0.169', '0.118']);
    expect(profileNamed('0.170')).toBeNull();
    expect(defaultProfileAt('0.180.0')).toEqual({ ...defaultProfile, version: '0.180.0' });
    expect(defaultProfileAt()).toEqual(defaultProfile);
  });

  it('names in its captured shapes only names, each once, and none as both always and sometimes there', () => {
    for (const { captured } of builtInProfiles)
      for (const shape of [captured.ws, captured.http].filter((each) => each !== null))
        for (const names of [
          [...shape.headers, ...shape.optionalHeaders],
          [...shape.fields, ...shape.optionalFields],
        ]) {
          expect(new Set(names).size).toBe(names.length);
          expect(names.filter((name) => !/^[a-z][a-z0-9_-]+$/.test(name))).toEqual([]);
        }
  });
});

it.each([
  ['0.171.0', '0.170.9', true],
  ['0.171.0', '0.171.0', false],
  ['0.170.9', '0.171.0', false],
  ['0.171.1', '0.171.0', true],
  ['0.171.0', '0.171.1', false],
  ['1.0.0', '0.999.9', true],
  ['0.999.9', '1.0.0', false],
  ['0.172.0-alpha.1', '0.171.0', true],
  ['0.172.0+build', '0.171.0', true],
  ['0.172', '0.171.0', false],
  ['v0.172.0', '0.171.0', false],
  ['0.172.0 ', '0.171.0', false],
  ['0.171.0', 'none', false],
  ['1000.0.0', '0.171.0', false],
  ['0.10000.0', '0.171.0', false],
])('that %s is newer than %s is %s', (version, than, is) => {
  expect(isNewer(version, than)).toBe(is);
});

it.each([
  ['0.271.0', '0.271.0'],
  ['0.272.0', null],
  ['1.5000.1', '1.5000.1'],
  ['2.0.0', null],
  ['0.1.0-rc.1', '0.1.0'],
  [null, null],
  ['none', null],
])('the version %s is believed as %s', (version, believed) => {
  expect(believedVersion(version, '0.171.0')).toBe(believed);
});

describe('a body', () => {
  it('for compaction keeps what the endpoint takes, and names what it does not', () => {
    const taken: JsonObject = {
      model: 'gpt-5.5',
      input: [],
      instructions: 'x',
      tools: [{ type: 'function', name: 'f' }],
      parallel_tool_calls: true,
      reasoning: { effort: 'low' },
      text: { verbosity: 'low' },
      service_tier: 'priority',
      prompt_cache_key: sessionId,
    };
    const shaped = normalise(
      questionFor({ ...taken, stream: true, include: [], temperature: 1 }, { endpoint: 'compact', transport: 'http' }),
    );
    expect(bodyOf(shaped)).toEqual(taken);
    expect(shaped.changes.filter(({ action }) => action === 'removed').map(({ path, why }) => [path, why])).toEqual(
      ['stream', 'include', 'temperature'].map((field) => [
        `body.${field}`,
        expect.stringContaining('why.compact.field'),
      ]),
    );
  });

  it('has its tools renamed only where one is a preview, and a choice’s own and inner ones alike', () => {
    const shaped = (body: JsonObject) => normalise(questionFor({ model: 'gpt-5.5', input: [], ...body }));
    const tools = [{ type: 'function', name: 'f' }, { type: 'web_search' }];
    expect(shaped({ tools }).changes.map(({ path }) => path)).not.toContain('body.tools');
    for (const [choice, wanted] of [
      [{ type: 'web_search_preview' }, { type: 'web_search' }],
      [
        { type: 'web_search_preview', tools: [{ type: 'web_search' }] },
        { type: 'web_search', tools: [{ type: 'web_search' }] },
      ],
      [
        { type: 'allowed_tools', tools: [{ type: 'web_search_preview' }] },
        { type: 'allowed_tools', tools: [{ type: 'web_search' }] },
      ],
      [
        { type: 'allowed_tools', tools: ['web_search_preview', null] },
        { type: 'allowed_tools', tools: ['web_search_preview', null] },
      ],
    ] as const)
      expect(bodyOf(shaped({ tools, tool_choice: choice as never })).tool_choice).toEqual(wanted);
  });

  it('tells in words of every item that was changed', () => {
    const long = 'x'.repeat(70);
    const input = [
      { type: 'message', role: 'system', id: 'msg_1', content: [] },
      {
        type: 'message',
        role: 'user',
        id: 'other',
        content: [{ type: 'input_text', text: 'a', prompt_cache_breakpoint: {} }, 'b'],
      },
      { type: 'reasoning', id: 'rs_1', encrypted_content: 'plain', summary: [] },
      { type: 'reasoning', id: 'rs_2', encrypted_content: null, summary: [] },
      { type: 'reasoning', summary: [] },
      { type: 'function_call', id: long, call_id: 'c', name: 'f', arguments: '{}' },
    ];
    const { changes, ...shaped } = normalise(questionFor({ model: 'gpt-5.5', input }));
    expect(
      changes.filter(({ path }) => path.startsWith('body.input')).map(({ path, action, why }) => [path, action, why]),
    ).toEqual(
      [
        ['body.input[0].role', 'set', 'why.item.developer'],
        ['body.input[1].content', 'removed', 'why.item.breakpoint'],
        ['body.input[1].id', 'set', 'why.item.idKind'],
        ['body.input[2].encrypted_content', 'removed', 'why.item.notEncrypted'],
        ['body.input[2].id', 'removed', 'why.item.id'],
        ['body.input[3].id', 'removed', 'why.item.id'],
        ['body.input[5].id', 'set', 'why.item.idKind'],
      ].map(([path, action, why]) => [path, action, expect.stringContaining(why ?? '')]),
    );
    const items = bodyOf(shaped as never).input as readonly JsonObject[];
    expect(items[1]).toEqual({ ...input[1], id: 'msg_other', content: [{ type: 'input_text', text: 'a' }, 'b'] });
    expect(String(items[5]?.id)).toMatch(/^fc_x{44}_[0-9a-f]{16}$/);
  });

  it.each([
    ['a', 'message', 'msg_a'],
    ['msg_a', 'message', 'msg_a'],
    ['msga', 'message', 'msg_msga'],
    ['a', 'reasoning', 'rs_a'],
    ['a', 'function_call', 'fc_a'],
    ['a', 'custom_tool_call', 'ctc_a'],
    ['a', 'custom_tool_call_output', 'ctco_a'],
    ['a', 'function_call_output', 'a'],
    ['a', 'toString', 'a'],
    [`fc_${'x'.repeat(61)}`, 'function_call', `fc_${'x'.repeat(61)}`],
  ])('has the id %s of a %s as %s', (id, type, valid) => {
    expect(validItemId(id, type)).toBe(valid);
  });

  it('that was edited is known by its text where that is long, and reads the same', () => {
    for (const [length, isKnown] of [
      [10, false],
      [200_000, true],
    ] as const) {
      const object = { type: 'a', text: 'x'.repeat(length), id: 'b' };
      noteSource(object, Buffer.from(JSON.stringify(object)));
      const edited = withEdits(
        object,
        new Map<string, string | undefined>([
          ['id', undefined],
          ['more', 'c'],
        ]),
      );
      expect(edited).toEqual({ type: 'a', text: object.text, more: 'c' });
      const source = sourceOf(edited);
      expect(source !== null).toBe(isKnown);
      if (source !== null) expect(JSON.parse(source.toString())).toEqual(edited);
    }
  });
});

it.each<[string, Partial<TierQuestion>, string | null, string]>([
  ['switched on', { policy: 'on', listedTiers: ['priority'] }, 'priority', 'why.tier.on'],
  ['switched on for a model without it', { policy: 'on', listedTiers: [] }, null, 'why.tier.on.absent'],
  [
    'switched on for an unknown model',
    { policy: 'on', listedTiers: null, asked: 'priority' },
    null,
    'why.tier.on.absent',
  ],
  [
    'switched on, asked by Codex',
    { policy: 'on', listedTiers: null, asked: 'priority', isCodexClient: true },
    'priority',
    'why.tier.word',
  ],
  ['switched off', { policy: 'off', asked: 'priority' }, null, 'why.tier.off'],
  ['switched off, not asked', { policy: 'off', coin: 'priority' }, null, 'why.tier.standard'],
  ['a coin', { coin: 'priority' }, 'priority', 'why.tier.coin'],
  ['a coin on standard', { coin: 'standard' }, null, 'why.tier.coin.standard'],
  ['a coin for a model without it', { coin: 'priority', listedTiers: [] }, null, 'why.tier.coin.absent'],
  ['a coin for an unknown model', { coin: 'priority', listedTiers: null }, null, 'why.tier.coin.absent'],
  ['a coin, and a client that asks', { coin: 'standard', asked: 'priority' }, 'priority', 'why.tier.asked'],
  ['a coin, and a client that wants none', { coin: 'priority', asked: 'default' }, null, 'why.tier.standard'],
  ['a coin, and a client that says auto', { coin: 'priority', asked: 'auto' }, 'priority', 'why.tier.coin'],
  ['a coin, and an empty word', { coin: 'priority', asked: '' }, 'priority', 'why.tier.coin'],
  ['no coin', { coin: null }, null, 'why.tier.standard'],
  ['by another word', { asked: 'fast' }, 'priority', 'why.tier.called'],
  ['one that is listed', { asked: 'scale', listedTiers: ['scale'] }, 'scale', 'why.tier.listed'],
  ['one that is not', { asked: 'scale' }, null, 'why.tier.unknown'],
  ['flex of Codex', { asked: 'flex', isCodexClient: true }, 'flex', 'why.tier.asked'],
  ['flex of another', { asked: 'flex' }, null, 'why.tier.unknown'],
  [
    'a name of Codex for an unknown model',
    { asked: 'scale', listedTiers: null, isCodexClient: true },
    'scale',
    'why.tier.word',
  ],
  ['a strange name of Codex', { asked: 'a b', listedTiers: null, isCodexClient: true }, null, 'why.tier.unknown'],
])('the tier for %s is told with its reason', (_what, more, sent, why) => {
  const question: TierQuestion = {
    policy: 'auto',
    asked: undefined,
    aliasTier: null,
    listedTiers: ['priority'],
    isCodexClient: false,
    ...more,
  };
  const answer = decideTier(question);
  expect(answer.sent).toBe(sent);
  expect(JSON.stringify(answer.why)).toMatch(new RegExp(`${why.replaceAll('.', '\\.')}(?![.\\w])`));
  expect(english.told(answer.why).length).toBeGreaterThan(5);
});
