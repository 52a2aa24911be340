import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { aider } from '../../src-main/clients/aider.ts';
import type { ClientDefinition, ClientFile } from '../../src-main/clients/client.ts';
import { continueClient } from '../../src-main/clients/continue.ts';
import { takeOut } from '../../src-main/clients/take-out.ts';
import { lostLines } from '../support/config-shapes.ts';
import { offeredModel } from '../support/offered-model.ts';
import { aiderShapes, continueShapes, refusedYamlShapes } from '../support/yaml-shapes.ts';

const target = {
  baseUrl: 'http://127.0.0.1:2575',
  apiKey: 'local-key-0123456789abcdef',
  models: [
    offeredModel({ slug: 'second', name: 'Second', rank: 2 }),
    offeredModel({ slug: 'first', name: 'First', rank: 1, inputModalities: ['text', 'image'] }),
  ],
};
const base = 'http://127.0.0.1:2575/v1';

function fileOf({ file }: ClientDefinition): ClientFile {
  if (file === null) throw new Error('no file');
  return file;
}

const read = (text: string): Record<string, unknown> => parse(text, { merge: false }) ?? {};
const written = (client: ClientDefinition, text: string) => fileOf(client).plan(text, 'config', target);
const back = (client: ClientDefinition, before: string, now: string) =>
  takeOut(fileOf(client).language, { before, written: written(client, before), now }, 'It is in a drawer');

const entry = (name: string, model: string, capabilities: string[]) => ({
  ...{ name, provider: 'openai', model, apiBase: base, apiKey: target.apiKey },
  ...{ roles: ['chat', 'edit', 'apply'], capabilities },
});
const entries = [
  entry('First (Slipstream)', 'first', ['tool_use', 'image_input']),
  entry('Second (Slipstream)', 'second', ['tool_use']),
];

function continueWanted(before: Record<string, unknown>): Record<string, unknown> {
  const head = Object.keys(before).length === 0 ? { name: 'Slipstream', version: '1.0.0', schema: 'v1' } : {};
  const list = (before.models ?? []) as Record<string, unknown>[];
  const { roles: _roles, capabilities: _capabilities, ...members } = entry('First (Slipstream)', 'first', []);
  const known = list.some(({ name }) => name === members.name);
  const kept = list.map((item) => (item.name === members.name ? { ...item, ...members } : item));
  return { ...before, ...head, models: [...kept, ...entries.slice(known ? 1 : 0)] };
}

const aiderWanted = (before: Record<string, unknown>) => ({
  ...before,
  ...{ model: 'openai/first', 'openai-api-base': base, 'openai-api-key': target.apiKey },
});

describe.each([
  ...aiderShapes.map(([name, text]) => ['.aider.conf.yml', name, aider, aiderWanted, text] as const),
  ...continueShapes.map(([name, text]) => ['config.yaml', name, continueClient, continueWanted, text] as const),
])('%s: %s', (_file, _name, client, wanted, before) => {
  const isBraced = before.trimStart().startsWith('{');

  it('gets what points it here, and nothing else', () => {
    expect(read(written(client, before))).toEqual(wanted(read(before)));
  });

  it('keeps its lines and its kind of line break', () => {
    const after = written(client, before);
    const changed = /^\W*(?:model|models|openai-api-base|openai-api-key|apiBase|provider)\b/;
    expect(lostLines(before, after).filter((line) => !isBraced && !changed.test(line))).toEqual([]);
    const breaks = (text: string) => new Set(text.match(/\r?\n/g));
    if (breaks(before).size === 1) expect(breaks(after)).toEqual(breaks(before));
  });

  it('is then set up, and planning again changes nothing', () => {
    const after = written(client, before);
    expect(fileOf(client).holds(after, 'config', target)).toBe(true);
    expect(fileOf(client).holds(before, 'config', target)).toBe(false);
    expect(written(client, after)).toBe(after);
  });

  it('is what it was once it is taken out, and with what others added since', () => {
    const after = written(client, before);
    expect(back(client, before, after)).toBe(before);
    // In front of a document's end, as it would be by a program.
    const added = isBraced
      ? after.replace('{', '{ mine: 1,')
      : after.replace(/^(?=---\n)?(?:---\n)?/, (head) => `${head}mine: 1\n`);
    if (isBraced || /^ /.test(before)) return;
    const left = back(client, before, added);
    expect(read(left)).toEqual({ ...read(before), mine: 1 });
    expect(left).not.toContain(target.apiKey);
    const ended = before === '' || before.endsWith('\n') ? before : `${before}\n`;
    expect([before, ended]).toContain(left.replace('mine: 1\n', ''));
  });

  it('is told apart where a program wrote it anew', () => {
    const { [Object.keys(read(before))[0] ?? '']: first, ...rest } = read(written(client, before));
    const anew = JSON.stringify({
      mine: 1,
      ...rest,
      ...(first === undefined ? {} : { [Object.keys(read(before))[0] ?? '']: first }),
    });
    expect(read(back(client, before, anew))).toEqual({ ...read(before), mine: 1 });
  });
});

describe.each([
  ['.aider.conf.yml', aider],
  ['config.yaml', continueClient],
])('%s that cannot be read', (_name, client) => {
  it.each(refusedYamlShapes)('is refused with its mend: %s', (_what, text, said) => {
    const refusal = expect.objectContaining({ code: 'client_file_invalid', message: expect.stringContaining(said) });
    expect(() => written(client, text)).toThrow(refusal);
    expect(() => fileOf(client).holds(text, 'config', target)).toThrow(refusal);
  });
});

it.each([
  ['models by an alias', 'all: &all\n  - name: A\nmodels: *all\n'],
  ['models that are a map', 'models:\n  a: 1\n'],
  ['models that are a text', 'models: none\n'],
  [
    'an anchor on an entry of ours that others use',
    'models:\n  - name: First (Slipstream)\n    apiBase: &b x\nmore: *b\n',
  ],
])('config.yaml with %s is refused', (_what, text) => {
  expect(() => written(continueClient, text)).toThrow(expect.objectContaining({ code: 'client_file_invalid' }));
});

it('a model of ours that the user chose in aider stays', () => {
  expect(read(written(aider, 'model: openai/second\n')).model).toBe('openai/second');
});

it('a model that somebody adds beside ours stays, and ours go', () => {
  const before = 'name: Mine\nmodels:\n  - name: Local\n    provider: ollama\n    model: x\n';
  const now = `${written(continueClient, before)}  - name: Later\n    provider: ollama\n    model: y\n`;
  expect(back(continueClient, before, now)).toBe(`${before}  - name: Later\n    provider: ollama\n    model: y\n`);
});

it('an entry of ours that somebody edited is named, and nothing is taken out', () => {
  const now = written(continueClient, '').replace('"chat",', '');
  expect(() => back(continueClient, '', now)).toThrow(
    expect.objectContaining({
      code: 'client_file_changed',
      message: expect.stringContaining('models.First (Slipstream)'),
    }),
  );
});
