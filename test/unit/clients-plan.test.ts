import { parse as parseJsonc } from 'jsonc-parser';
import { parse as parseToml, type TomlTable } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { claudeCode } from '../../src-main/clients/claude-code.ts';
import type { ClientTarget } from '../../src-main/clients/client.ts';
import { codex } from '../../src-main/clients/codex.ts';
import { opencode } from '../../src-main/clients/opencode.ts';
import { english } from '../../src-main/shared/words/english.ts';
import { ignoredSettingsShapes, jsonShapes, lostLines, settingsShapes, tomlShapes } from '../support/config-shapes.ts';
import { offeredModel } from '../support/offered-model.ts';

const key = 'local-key-0123456789abcdef';
const target: ClientTarget = {
  baseUrl: 'http://127.0.0.1:2575',
  apiKey: key,
  models: [
    offeredModel({
      slug: 'gpt-6.1-sol',
      name: 'GPT-6.1-Sol',
      contextTokens: 272_000,
      rank: 1,
      inputModalities: ['text', 'image', 'hologram'],
      efforts: ['low', 'ultra'],
    }),
    offeredModel({ slug: 'gpt-5.5', name: 'GPT-5.5', contextTokens: null, rank: 13 }),
  ],
};
const provider = {
  name: 'Slipstream',
  base_url: 'http://127.0.0.1:2575/v1',
  wire_api: 'responses',
  supports_websockets: true,
  experimental_bearer_token: key,
};

const withoutMark = (text: string) => text.replace(/^\ufeff/, '');

function planOf(definition: typeof codex, mode: string, text: string): string {
  return definition.file?.plan(withoutMark(text), mode, target) ?? '';
}

function toml(text: string): TomlTable {
  return parseToml(withoutMark(text), { integersAsBigInt: 'asNeeded' });
}

function tableOf(value: unknown): TomlTable {
  return (value ?? {}) as TomlTable;
}

/** The comments of a text, in order. Good enough for these shapes: none has a # in a string. */
function comments(text: string): string[] {
  return text.match(/(#|\/\/ |\/\* ).*/g) ?? [];
}

describe.each(tomlShapes)('config.toml: %s', (_name, text) => {
  it('gets the provider, chosen, and nothing else', () => {
    const after = planOf(codex, 'provider', text);
    const before = toml(text);
    const providers = tableOf(before.model_providers);
    const { env_key: _gone, ...kept } = tableOf(providers.slipstream);
    expect(toml(after)).toEqual({
      ...before,
      model_provider: 'slipstream',
      model_providers: { ...providers, slipstream: { ...kept, ...provider } },
    });
  });

  it('gets the address beside a login, and nothing else', () => {
    const before = toml(text);
    expect(toml(planOf(codex, 'login', text))).toEqual({
      ...before,
      openai_base_url: `http://127.0.0.1:2575/k/${key}/v1`,
      ...(before.model_provider === undefined ? {} : { model_provider: 'openai' }),
    });
  });

  it.each(['provider', 'login'])('keeps every comment and every line that does not change, mode %s', (mode) => {
    const after = planOf(codex, mode, text);
    const changed = /^"?(model_provider|name|base_url|env_key|openai_base_url|slipstream|model_providers)\b/;
    // An unended last line is another line once it is ended.
    expect(lostLines(withoutMark(text), after).filter((line) => !changed.test(line.trim()))).toEqual([]);
    const gone = '# gone soon';
    expect(comments(after)).toEqual(comments(withoutMark(text)).filter((one) => mode === 'login' || one !== gone));
  });

  it.each(['provider', 'login'])('is then set up, and planning again changes nothing, mode %s', (mode) => {
    const after = planOf(codex, mode, text);
    expect(codex.file?.holds(after, mode, target)).toBe(true);
    expect(planOf(codex, mode, after)).toBe(after);
    expect(codex.file?.holds(withoutMark(text), mode, target)).toBe(false);
  });

  it('has one kind of line break where it had one', () => {
    const breaks = (some: string) => new Set(some.match(/\r?\n/g));
    for (const mode of ['provider', 'login']) {
      if (breaks(text).size === 1) expect(breaks(planOf(codex, mode, text))).toEqual(breaks(text));
    }
  });

  it('can go from one mode to the other', () => {
    const login = planOf(codex, 'login', planOf(codex, 'provider', text));
    expect(codex.file?.holds(login, 'login', target)).toBe(true);
    expect(codex.file?.holds(login, 'provider', target)).toBe(false);
    expect(codex.file?.holds(planOf(codex, 'provider', login), 'provider', target)).toBe(true);
  });
});

describe('config.toml that cannot be changed', () => {
  it.each([
    ['an open string', 'a = "x\n', 'line 1'],
    ['a key twice', 'model = "a"\nmodel = "b"\n', 'line 2'],
    ['an open header', 'a = 1\n[tui\n', 'line'],
    ['JSON', '{"a": 1}', 'line 1'],
    ['a table where a value belongs', '[model_provider]\na = 1\n', 'line'],
    ['a credential in a table', '[model_providers.slipstream.auth]\ncommand = "x"\n', 'by hand'],
    ['a value where the table belongs', 'model_providers = "none"\n', 'nothing was written'],
  ])('%s is refused with its mend', (_name, text, said) => {
    expect(() => planOf(codex, 'provider', text)).toThrow(
      expect.objectContaining({ code: 'client_file_invalid', message: expect.stringContaining(said) }),
    );
  });

  it('is refused for a depth that no parser takes', () => {
    const deep = `a = ${'['.repeat(100_000)}`;
    expect(() => planOf(codex, 'provider', deep)).toThrow(expect.objectContaining({ code: 'client_file_invalid' }));
    const deepJson = `{"a": ${'['.repeat(100_000)}`;
    expect(() => planOf(opencode, 'provider', deepJson)).toThrow(
      expect.objectContaining({ code: 'client_file_invalid' }),
    );
  });
});

it.each([
  ['comments', /^\s*#/m],
  ['inline tables', /= \{/],
  ['profiles', /^\[profiles\./m],
  ['existing providers', /^\[model_providers\.(?!slipstream)/m],
  ['Windows line breaks', /\r\n/],
  ['a byte order mark', /^\ufeff/],
  ['no line break at the end', /[^\n]$/],
])('config.toml is tried with %s', (_name, sign) => {
  expect(tomlShapes.filter(([, text]) => sign.test(text)).length).toBeGreaterThan(0);
  expect(tomlShapes.length).toBeGreaterThanOrEqual(30);
});

interface OpencodeConfig {
  readonly provider?: Record<string, { readonly options?: object; readonly models?: object }>;
  readonly enabled_providers?: readonly string[];
}

function json(text: string): OpencodeConfig {
  const errors: [] = [];
  const value: OpencodeConfig = parseJsonc(withoutMark(text), errors, { allowTrailingComma: true }) ?? {};
  if (withoutMark(text).trim() !== '') expect(errors).toEqual([]);
  return value;
}

const opencodeModels = {
  'gpt-6.1-sol': {
    name: 'GPT-6.1-Sol',
    attachment: true,
    reasoning: true,
    tool_call: true,
    modalities: { input: ['text', 'image'], output: ['text'] },
    limit: { context: 272_000, output: 0 },
    variants: {
      low: { reasoningEffort: 'low', reasoningSummary: 'auto' },
      ultra: { reasoningEffort: 'ultra', reasoningSummary: 'auto' },
    },
  },
  'gpt-5.5': {
    name: 'GPT-5.5',
    attachment: false,
    reasoning: false,
    tool_call: true,
    modalities: { input: ['text'], output: ['text'] },
  },
};

it('opencode.json of an older set-up gets what a model lacks, and what the user changed of it stays', () => {
  const mine = { name: 'Mine', limit: { context: 5, output: 6 }, attachment: false };
  const text = JSON.stringify({ provider: { slipstream: { models: { 'gpt-6.1-sol': mine } } } });
  const models = json(planOf(opencode, 'provider', text)).provider?.slipstream?.models;
  expect(models).toEqual({ ...opencodeModels, 'gpt-6.1-sol': { ...opencodeModels['gpt-6.1-sol'], ...mine } });
});

describe.each(jsonShapes)('opencode.json: %s', (_name, text) => {
  it('gets the provider with its models, and nothing else', () => {
    const before = json(text);
    const own = before.provider?.slipstream;
    expect(json(planOf(opencode, 'provider', text))).toEqual({
      ...(text.trim() === '' ? { $schema: 'https://opencode.ai/config.json' } : {}),
      ...before,
      provider: {
        ...before.provider,
        slipstream: {
          name: 'Slipstream',
          ...own,
          npm: '@ai-sdk/openai',
          options: { ...own?.options, baseURL: 'http://127.0.0.1:2575/v1', apiKey: key },
          models: {
            ...own?.models,
            ...opencodeModels,
          },
        },
      },
      ...(before.enabled_providers ? { enabled_providers: [...before.enabled_providers, 'slipstream'] } : {}),
    });
  });

  it('keeps every comment where it was, is then set up, and planning again changes nothing', () => {
    const after = planOf(opencode, 'provider', text);
    expect(comments(after)).toEqual(comments(withoutMark(text)));
    expect(opencode.file?.holds(after, 'provider', target)).toBe(true);
    expect(planOf(opencode, 'provider', after)).toBe(after);
    expect(opencode.file?.holds(withoutMark(text), 'provider', target)).toBe(false);
  });
});

interface Settings {
  readonly $schema?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const settingsModels: ClientTarget['models'] = [
  offeredModel({ slug: 'gpt-6-astra', name: 'Astra', contextTokens: null, rank: 2 }),
  offeredModel({ slug: 'gpt-6-astra-fast', name: 'Astra (fast)', contextTokens: null, rank: 2 }),
  offeredModel({ slug: 'gpt-5.6-luna', name: 'Luna', contextTokens: null, rank: 9 }),
  offeredModel({ slug: 'gpt-6.1-sol-fast', name: 'Sol (fast)', contextTokens: null, rank: 1 }),
  offeredModel({ slug: 'gpt-6.1-sol', name: 'Sol', contextTokens: 272_000, rank: 1 }),
  offeredModel({ slug: 'gpt-6-luna', name: 'Luna', contextTokens: 200_000, rank: 4 }),
];
const settingsTarget: ClientTarget = { ...target, models: settingsModels };
const claudeEnv = {
  ANTHROPIC_BASE_URL: 'http://127.0.0.1:2575',
  ANTHROPIC_AUTH_TOKEN: key,
  ANTHROPIC_API_KEY: '',
  ANTHROPIC_MODEL: 'gpt-6.1-sol',
  CLAUDE_CODE_AUTO_MODE_SERVER: '0',
  ANTHROPIC_DEFAULT_OPUS_MODEL: 'gpt-6.1-sol',
  ANTHROPIC_DEFAULT_SONNET_MODEL: 'gpt-6.1-sol',
  ANTHROPIC_DEFAULT_HAIKU_MODEL: 'gpt-6-luna',
  // The smaller of the two.
  CLAUDE_CODE_MAX_CONTEXT_TOKENS: '200000',
};

describe.each(settingsShapes)('settings.json: %s', (_name, given) => {
  const text = withoutMark(given);
  const planned = () => claudeCode.file?.plan(text, 'env', settingsTarget) ?? '';

  it('gets the address, the key and the models, and nothing else', () => {
    const before = json(text) as Settings;
    const rivals = ['ANTHROPIC_SMALL_FAST_MODEL', 'CLAUDE_CODE_USE_BEDROCK'];
    const kept = Object.entries(before.env ?? {}).filter(([name]) => !rivals.includes(name));
    expect(json(planned())).toEqual({
      ...(text.trim() === '' ? { $schema: 'https://json.schemastore.org/claude-code-settings.json' } : {}),
      ...before,
      env: { ...Object.fromEntries(kept), ...claudeEnv },
    });
  });

  it('keeps the order, is then set up, and planning again changes nothing', () => {
    const after = planned();
    const names = Object.keys(json(text));
    expect(Object.keys(json(after)).filter((name) => names.includes(name))).toEqual(names);
    expect(claudeCode.file?.holds(after, 'env', settingsTarget)).toBe(true);
    expect(claudeCode.file?.plan(after, 'env', settingsTarget)).toBe(after);
    expect(claudeCode.file?.holds(text, 'env', settingsTarget)).toBe(false);
  });
});

it('settings.json keeps a model that was chosen among ours and who checks auto mode, and gets no model where none is offered', () => {
  const chosen = '{"env": {"ANTHROPIC_MODEL": "gpt-6-luna", "ANTHROPIC_DEFAULT_OPUS_MODEL": "claude-opus-4"}}';
  const env = (json(claudeCode.file?.plan(chosen, 'env', settingsTarget) ?? '') as Settings).env;
  expect(env).toEqual({ ...claudeEnv, ANTHROPIC_MODEL: 'gpt-6-luna' });
  const bare = json(claudeCode.file?.plan('{}', 'env', { ...target, models: [] }) ?? '') as Settings;
  expect(Object.keys(bare.env ?? {})).toEqual([
    ...['ANTHROPIC_BASE_URL', 'ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_API_KEY', 'CLAUDE_CODE_AUTO_MODE_SERVER'],
  ]);
  const decided = '{"env": {"CLAUDE_CODE_AUTO_MODE_SERVER": "1"}}';
  const after = json(claudeCode.file?.plan(decided, 'env', settingsTarget) ?? '') as Settings;
  expect(after.env).toEqual({ ...claudeEnv, CLAUDE_CODE_AUTO_MODE_SERVER: '1' });
});

it.each(ignoredSettingsShapes)(
  'settings.json that Claude Code would ignore is refused with its mend: %s',
  (_name, text) => {
    const refusal = expect.objectContaining({
      code: 'client_file_invalid',
      message: expect.stringMatching(/Claude Code reads no comments.*\(line [1-9]\d*\)\. Take it out/),
    });
    expect(() => planOf(claudeCode, 'env', text)).toThrow(refusal);
    expect(() => claudeCode.file?.holds(withoutMark(text), 'env', settingsTarget)).toThrow(refusal);
  },
);

it('names the line that Claude Code stumbles over', () => {
  expect(() => planOf(claudeCode, 'env', '{\n  "a": 1, // why\n  "b": 2\n}\n')).toThrow('(line 2)');
  expect(() => planOf(claudeCode, 'env', '{\n  "a": 1,\n  "b": 2,\n}\n')).toThrow('(line 4)');
});

it('settings.json is not set up while another credential or vendor would win', () => {
  const planned = planOf(claudeCode, 'env', '{"env": {"ANTHROPIC_API_KEY": "sk-x", "CLAUDE_CODE_USE_VERTEX": "1"}}');
  expect(planned).not.toContain('sk-x');
  expect(planned).not.toContain('VERTEX');
  expect(claudeCode.file?.holds(planned, 'env', target)).toBe(true);
  for (const rival of [
    planned.replace('"ANTHROPIC_API_KEY": ""', '"ANTHROPIC_API_KEY": "sk-x"'),
    planned.replace('"env": {', '"env": {"CLAUDE_CODE_USE_VERTEX": "1", '),
  ]) {
    expect(claudeCode.file?.holds(rival, 'env', target)).toBe(false);
  }
});

it.each([
  ['an open object', '{ "a": 1', 'line 1'],
  ['a list', '[]', 'object'],
  ['a word', 'hello', 'line 1'],
  ['a missing comma', '{\n "a": 1\n "b": 2\n}', 'line 3'],
  ['a member twice', '{ "provider": {}, "provider": { "x": {} } }', 'nothing was written'],
])('opencode.json with %s is refused with its mend', (_name, text, said) => {
  expect(() => planOf(opencode, 'provider', text)).toThrow(
    expect.objectContaining({ code: 'client_file_invalid', message: expect.stringContaining(said) }),
  );
});

it('a new member comes after the comment of the one before it', () => {
  const text = '{\n  "theme": "system" // looks\n}\n';
  expect(planOf(opencode, 'provider', text)).toMatch(/^\{\n {2}"theme": "system", \/\/ looks\n {2}"provider": \{\n/);
});

describe('what stops Codex itself', () => {
  it.each([
    ['[model_providers.openai]\nname = "mine"\n', /\[model_providers\.openai\] stops Codex/],
    ['model_providers.openai.base_url = "http://x"\n', /stops Codex/],
    ['model_providers = { "openai" = { name = "x" } }\n', /stops Codex/],
    ['profile = "work"\n', /profile = "work" stops newer versions of Codex/],
    ['profile = ""\n[profiles.work]\nmodel_provider = "other"\n', /stops newer versions of Codex/],
  ])('is pointed out: %s', (text, message) => {
    expect(english.told(codex.file?.problem?.(text) ?? '')).toMatch(message);
  });

  it.each([
    '',
    'model_provider = "openai"\n',
    '[profiles.work]\nmodel = "x"\n',
    '[model_providers.open]\nname = "openai"\n',
  ])('is not %j', (text) => {
    expect(codex.file?.problem?.(text)).toBeNull();
  });
});
