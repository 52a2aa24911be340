import { parse as parseJsonc } from 'jsonc-parser';
import { parse as parseToml } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { claudeCode } from '../../src-main/clients/claude-code.ts';
import type { ClientDefinition, ClientFile } from '../../src-main/clients/client.ts';
import { codex } from '../../src-main/clients/codex.ts';
import { removeJsoncValue, setJsoncValue } from '../../src-main/clients/jsonc-edit.ts';
import { opencode } from '../../src-main/clients/opencode.ts';
import { takeOut } from '../../src-main/clients/take-out.ts';
import { jsonShapes, settingsShapes, tomlShapes } from '../support/config-shapes.ts';
import { offeredModel } from '../support/offered-model.ts';

const key = 'local-key-0123456789abcdef';
const target = {
  baseUrl: 'http://127.0.0.1:2575',
  apiKey: key,
  models: [
    offeredModel({ slug: 'gpt-6.1-sol', name: 'GPT-6.1-Sol', contextTokens: 272_000, rank: 1 }),
    offeredModel({ slug: 'gpt-6-luna', name: 'GPT-6-Luna', contextTokens: 272_000, rank: 4 }),
  ],
};
/** What Codex itself writes when the user trusts a folder. */
const trusted = '\n[projects."/x"]\ntrust_level = "trusted"\n';
const added = { allow: ['x'] };

const withoutMark = (text: string) => text.replace(/^\ufeff/, '');

function fileOf({ file }: ClientDefinition): ClientFile {
  if (file === null) throw new Error('no file');
  return file;
}

/** Takes out after somebody has changed what Slipstream wrote over a text. */
function takenOut(definition: ClientDefinition, mode: string, before: string, change: (written: string) => string) {
  const { plan, language } = fileOf(definition);
  const written = plan(before, mode, target);
  const now = change(written);
  return { written, now, text: takeOut(language, { before, written, now }, 'The old one is in a drawer') };
}

const json = (text: string) => parseJsonc(text, [], { allowTrailingComma: true }) ?? {};
const comments = (text: string) => text.match(/(#|\/\/ |\/\* ).*/g) ?? [];

describe.each(
  ['provider', 'login'].flatMap((mode) => tomlShapes.map(([name, text]) => [mode, name, withoutMark(text)] as const)),
)('config.toml set up in mode %s: %s', (mode, _name, before) => {
  it('keeps the folders that Codex was told to trust since, and is else what it was, to the byte', () => {
    const { written, text } = takenOut(codex, mode, before, (text) => `${text}${trusted}`);
    // A last line without an end has one once somebody writes below it.
    const ended = before !== '' && !before.endsWith('\n') && written.endsWith('\n') ? `${before}\n` : before;
    expect(text).toBe(`${ended}${trusted}`);
  });

  it('keeps what somebody wrote between our lines', () => {
    const ours = /^(?=(model_provider|openai_base_url|wire_api|supports_websockets|experimental_bearer_token) = )/gm;
    const { text } = takenOut(codex, mode, before, (text) =>
      before.includes('"""') ? text : text.replace(ours, '# x\n'),
    );
    expect(parseToml(text, { integersAsBigInt: 'asNeeded' })).toEqual(
      expect.objectContaining(parseToml(before, { integersAsBigInt: 'asNeeded' })),
    );
    expect(comments(text).filter((one) => one !== '# x' && one !== '# gone soon')).toEqual(
      comments(before).filter((one) => one !== '# gone soon'),
    );
    expect(text).not.toContain(key);
  });
});

describe.each([
  ...jsonShapes.map(([name, text]) => ['opencode.json', name, opencode, 'provider', withoutMark(text)] as const),
  ...settingsShapes.map(([name, text]) => ['settings.json', name, claudeCode, 'env', withoutMark(text)] as const),
])('%s set up over %s', (_file, _name, definition, mode, before) => {
  it('keeps a member that was added below ours, and the comments', () => {
    const { text } = takenOut(definition, mode, before, (text) => setJsoncValue(text, ['added'], added));
    expect(json(text)).toEqual({ ...json(before), added });
    expect(comments(text)).toEqual(comments(before));
  });

  it('is told apart even where the client wrote the whole file anew', () => {
    const { text } = takenOut(definition, mode, before, (text) => JSON.stringify({ added, ...json(text) }, null, 4));
    expect(json(text)).toEqual({ ...json(before), added });
    expect(text).toContain('"added": {\n        "allow": [');
  });
});

it('puts back what was replaced and what was removed, in the spelling it had', () => {
  const before = "model_provider = 'azure' # mine\n[model_providers.slipstream]\nenv_key = 'OLD' # why\nname = 'N'\n";
  // The line above ours is another one now.
  const { text } = takenOut(codex, 'provider', before, (text) => text.replace('# mine', '# theirs'));
  expect(text).toContain("model_provider = 'azure' # theirs\n");
  expect(text).toMatch(/env_key = 'OLD'/);
  expect(text).toContain("name = 'N'\n");
  const settings = '{ "env": { "ANTHROPIC_API_KEY": "sk-old", "ANTHROPIC_MODEL": "mine" }, "model": "opus" }';
  const back = takenOut(claudeCode, 'env', settings, (text) => text.replace('"opus"', '"sonnet"'));
  expect(json(back.text)).toEqual({ env: { ANTHROPIC_API_KEY: 'sk-old', ANTHROPIC_MODEL: 'mine' }, model: 'sonnet' });
});

it.each([
  ['{\n  "ours": 5\n  // theirs\n  ,\n  "b": 2\n}\n', '{\n  // theirs\n  "b": 2\n}\n'],
  ['{\n  "ours": 5 // ours\n  // theirs\n  , "b": 2\n}\n', '{\n  // theirs\n  "b": 2\n}\n'],
  [
    '{\n  "ours": 5\n  /* theirs,\n  too */ , // of b\n  "b": 2\n}\n',
    '{\n  /* theirs,\n  too */ // of b\n  "b": 2\n}\n',
  ],
  ['{ "ours": 5 /* ours */, "b": 2 }', '{ "b": 2 }'],
])('leaves the lines that somebody put between ours and its comma: %#', (now, left) => {
  expect(removeJsoncValue(now, ['ours'])).toBe(left);
});

it('needs nothing where somebody has taken ours out already', () => {
  const { text, now } = takenOut(codex, 'provider', '# mine\n', () => '# mine\nmodel = "b"\n');
  expect(text).toBe(now);
});

it.each([
  [codex, 'provider', '', `"${target.baseUrl}/v1"`, '"http://other.test"', 'model_providers.slipstream.base_url'],
  [
    codex,
    'provider',
    'model_provider = "a"\n',
    'model_provider = "slipstream"',
    'model_provider = "b"',
    'model_provider',
  ],
  [codex, 'login', '', key, 'another-key', 'openai_base_url'],
  [opencode, 'provider', '', `"${key}"`, '"other"', 'provider.slipstream.options.apiKey'],
  [claudeCode, 'env', '', `"${key}"`, '"other"', 'env.ANTHROPIC_AUTH_TOKEN'],
  [
    claudeCode,
    'env',
    '{"env": {"CLAUDE_CODE_USE_VERTEX": "a"}}',
    '"env": {',
    '"env": {"CLAUDE_CODE_USE_VERTEX": "b", ',
    'env.CLAUDE_CODE_USE_VERTEX',
  ],
] as const)('refuses where our own line was edited, and names it: %#', (definition, mode, before, from, to, named) => {
  expect(() => takenOut(definition, mode, before, (text) => text.replaceAll(from, to))).toThrow(
    expect.objectContaining({
      code: 'client_file_changed',
      message: expect.stringContaining(`${named}. Take that out by hand. The old one is in a drawer. Nothing`),
    }),
  );
});

it('refuses a file that is not valid any more', () => {
  expect(() => takenOut(codex, 'provider', '', (text) => `${text}[open\n`)).toThrow(
    expect.objectContaining({ code: 'client_file_invalid' }),
  );
});
