import { parse as parseJsonc } from 'jsonc-parser';
import { describe, expect, it } from 'vitest';
import type { ClientDefinition, ClientFile } from '../../src-main/clients/client.ts';
import { cline } from '../../src-main/clients/cline.ts';
import { continueClient } from '../../src-main/clients/continue.ts';
import { setJsoncValue } from '../../src-main/clients/jsonc-edit.ts';
import { qwenCode } from '../../src-main/clients/qwen-code.ts';
import type { Surroundings } from '../../src-main/clients/surroundings.ts';
import { takeOut } from '../../src-main/clients/take-out.ts';
import { zed } from '../../src-main/clients/zed.ts';
import { clineShapes, ignoredSettingsShapes, qwenShapes, zedShapes } from '../support/config-shapes.ts';
import { offeredModel } from '../support/offered-model.ts';

const key = 'local-key-0123456789abcdef';
const base = 'http://127.0.0.1:2575/v1';
const target = {
  baseUrl: 'http://127.0.0.1:2575',
  apiKey: key,
  models: [
    offeredModel({ slug: 'second', name: 'Second', rank: 2 }),
    offeredModel({ slug: 'first', name: 'First', rank: 1, contextTokens: 272_000, inputModalities: ['text', 'image'] }),
  ],
};

type Json = Record<string, unknown>;

const withoutMark = (text: string) => text.replace(/^\ufeff/, '');
const read = (text: string): Json => parseJsonc(text, [], { allowTrailingComma: true }) ?? {};
const comments = (text: string) => text.match(/(\/\/ |\/\* ).*/g) ?? [];
/** A member of an object that may not be there, as an object. */
const inner = (value: unknown, name: string): Json => (Object(value)[name] ?? {}) as Json;
const listIn = (value: unknown, name: string): Json[] => (Object(value)[name] ?? []) as Json[];

function fileOf({ file }: ClientDefinition): ClientFile {
  if (file === null) throw new Error('no file');
  return file;
}

const qwenEntry = (id: string, name: string, generationConfig: Json) => ({
  ...{ id, name: `${name} (Slipstream)`, baseUrl: base, envKey: 'SLIPSTREAM_API_KEY', generationConfig },
});
const qwenEntries = [
  qwenEntry('first', 'First', { contextWindowSize: 272_000, modalities: { image: true } }),
  qwenEntry('second', 'Second', { modalities: { image: false } }),
];

function qwenWanted(before: Json): Json {
  const list = listIn(before.modelProviders, 'openai');
  const known = list.some(({ envKey }) => envKey === 'SLIPSTREAM_API_KEY');
  const kept = list.map((item) => (item.envKey === 'SLIPSTREAM_API_KEY' ? { ...item, baseUrl: base } : item));
  const chosen = ['first', 'second'].includes(String(inner(before, 'model').name)) ? {} : { name: 'first' };
  return {
    ...before,
    security: { ...inner(before, 'security'), auth: { selectedType: 'openai' } },
    model: { ...inner(before, 'model'), ...chosen },
    env: { ...inner(before, 'env'), SLIPSTREAM_API_KEY: key },
    modelProviders: {
      ...inner(before, 'modelProviders'),
      openai: [...kept, ...qwenEntries.slice(known ? 1 : 0)],
    },
  };
}

function zedWanted(before: Json): Json {
  const all = inner(before, 'language_models');
  const compatible = inner(all, 'openai_compatible');
  const own = inner(compatible, 'Slipstream');
  const list = listIn(own, 'available_models');
  const entry = (name: string, display_name: string, max_tokens: number, images: boolean) => ({
    ...{ name, display_name, max_tokens },
    capabilities: { tools: true, images, parallel_tool_calls: true, prompt_cache_key: true },
  });
  const entries = [entry('first', 'First', 272_000, true), entry('second', 'Second', 128_000, false)];
  const available_models = [...list, ...entries.filter(({ name }) => !list.some((item) => item.name === name))];
  return {
    ...before,
    language_models: {
      ...all,
      openai_compatible: { ...compatible, Slipstream: { ...own, api_url: base, available_models } },
    },
  };
}

function clineWanted(before: Json): Json {
  const providers = inner(before, 'providers');
  const own = inner(providers, 'openai-compatible');
  const settings = inner(own, 'settings');
  const model = settings.model === 'second' ? 'second' : 'first';
  return {
    ...before,
    version: 1,
    lastUsedProvider: 'openai-compatible',
    providers: {
      ...providers,
      'openai-compatible': {
        updatedAt: '2026-01-01T00:00:00.000Z',
        ...own,
        settings: { ...settings, provider: 'openai-compatible', apiKey: key, baseUrl: base, model },
      },
    },
  };
}

describe.each([
  ...qwenShapes.map(([name, text]) => ['Qwen Code', name, qwenCode, qwenWanted, withoutMark(text)] as const),
  ...zedShapes.map(([name, text]) => ['Zed', name, zed, zedWanted, withoutMark(text)] as const),
  ...clineShapes.map(([name, text]) => ['Cline', name, cline, clineWanted, withoutMark(text)] as const),
])('the file of %s: %s', (_file, _name, client, wanted, before) => {
  const { plan, holds, language } = fileOf(client);
  const written = plan(before, 'settings', target);

  it('gets what points it here, and nothing else', () => {
    expect(read(written)).toEqual(wanted(read(before)));
    expect(comments(written)).toEqual(comments(before));
  });

  it('is then set up, and planning again changes nothing', () => {
    expect(holds(written, 'settings', target)).toBe(true);
    expect(holds(before, 'settings', target)).toBe(false);
    expect(plan(written, 'settings', target)).toBe(written);
  });

  it('is what it was once it is taken out, and with what others added since', () => {
    expect(takeOut(language, { before, written, now: written }, '')).toBe(before);
    const added = setJsoncValue(written, ['added'], [1]);
    const left = takeOut(language, { before, written, now: added }, '');
    expect(read(left)).toEqual({ ...read(before), added: [1] });
    expect(comments(left)).toEqual(comments(before));
    const anew = JSON.stringify({ added: [1], ...read(written) }, null, 4);
    expect(read(takeOut(language, { before, written, now: anew }, ''))).toEqual({ ...read(before), added: [1] });
  });
});

it.each([
  ['after', (list: Json[], mine: Json) => [...list, mine]],
  ['before', (list: Json[], mine: Json) => [mine, ...list]],
])('a model that somebody put %s ours stays when ours go', (_where, put) => {
  const { plan, language } = fileOf(qwenCode);
  for (const before of ['', '{ "modelProviders": { "openai": [] } }', '{"modelProviders":{"openai":[{"id":"x"}]}}']) {
    const written = plan(before, 'settings', target);
    const value = read(written);
    const openai = put(listIn(value.modelProviders, 'openai'), { id: 'theirs', envKey: 'K' });
    const now = JSON.stringify({ ...value, modelProviders: { openai } }, null, 2);
    const left = listIn(read(takeOut(language, { before, written, now }, '')).modelProviders, 'openai');
    expect(left).toEqual(put(listIn(read(before).modelProviders, 'openai'), { id: 'theirs', envKey: 'K' }));
  }
});

it('an entry of ours that somebody edited is named, and nothing is taken out', () => {
  const { plan, language } = fileOf(qwenCode);
  const written = plan('{}', 'settings', target);
  const now = written.replace('272000', '1000');
  expect(() => takeOut(language, { before: '{}', written, now }, '')).toThrow(
    expect.objectContaining({
      code: 'client_file_changed',
      message: expect.stringContaining('modelProviders.openai.first'),
    }),
  );
});

it.each([
  ['Qwen Code', qwenCode, '{ "modelProviders": { "openai": { "protocol": "openai", "models": [] } } }'],
  ['Qwen Code', qwenCode, '{ "security": { "auth": [] } }'],
  ['Qwen Code', qwenCode, '{ "model": "a/b" }'],
  ['Zed', zed, '{ "language_models": { "openai_compatible": { "Slipstream": { "available_models": {} } } } }'],
  ['Zed', zed, '{ "language_models": { "openai_compatible": [] } }'],
  ['Cline', cline, '{ "providers": [] }'],
  ['Cline', cline, '[]'],
])('the file of %s is refused where something else stands in our place: %#', (_name, client, text) => {
  expect(() => fileOf(client).plan(text, 'settings', target)).toThrow(
    expect.objectContaining({ code: 'client_file_invalid' }),
  );
});

it.each(ignoredSettingsShapes)('providers.json that Cline cannot read is refused with its mend: %s', (_name, text) => {
  expect(() => fileOf(cline).plan(withoutMark(text), 'settings', target)).toThrow(/Cline reads no comments/);
});

const around = (platform: NodeJS.Platform, env: Record<string, string> = {}): Surroundings => ({
  ...{ platform, env: { PATH: '', ...env }, homeDir: '/home/ada' },
});

it.each([
  ['Zed', zed, around('linux'), '/home/ada/.config/zed/settings.json'],
  ['Zed', zed, around('linux', { XDG_CONFIG_HOME: '/home/ada/cfg' }), '/home/ada/cfg/zed/settings.json'],
  ['Zed', zed, around('darwin', { XDG_CONFIG_HOME: '/home/ada/cfg' }), '/home/ada/.config/zed/settings.json'],
  ['Zed', zed, around('win32'), '/home/ada/AppData/Roaming/Zed/settings.json'],
  ['Qwen Code', qwenCode, around('linux'), '/home/ada/.qwen/settings.json'],
  ['Qwen Code', qwenCode, around('linux', { QWEN_HOME: '/home/ada/q' }), '/home/ada/q/settings.json'],
  ['Cline', cline, around('linux'), '/home/ada/.cline/data/settings/providers.json'],
  ['Cline', cline, around('linux', { CLINE_DIR: '/home/ada/c' }), '/home/ada/c/data/settings/providers.json'],
  ['Cline', cline, around('linux', { CLINE_DATA_DIR: '/home/ada/d' }), '/home/ada/d/settings/providers.json'],
  ['Cline', cline, around('linux', { CLINE_PROVIDER_SETTINGS_PATH: '/home/ada/p.json' }), '/home/ada/p.json'],
  ['Continue', continueClient, around('linux'), '/home/ada/.continue/config.yaml'],
])('the file of %s is where that client looks for it: %#', (_name, client, place, path) => {
  expect(fileOf(client).path(place)).toBe(path);
});

it.each([
  ['Zed', zed, { XDG_CONFIG_HOME: '/etc' }],
  ['Qwen Code', qwenCode, { QWEN_HOME: '/srv/q' }],
  ['Cline', cline, { CLINE_DIR: '/srv' }],
  ['Cline', cline, { CLINE_PROVIDER_SETTINGS_PATH: '../p.json' }],
  ['Continue', continueClient, { CONTINUE_GLOBAL_DIR: '/srv' }],
])('the file of %s is not written where a variable leads out of the home folder: %#', (_name, client, env) => {
  expect(() => fileOf(client).path(around('linux', env))).toThrow(
    expect.objectContaining({ code: 'client_file_unusable' }),
  );
});
