import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { ClientTarget } from '../../src-main/clients/client.ts';
import { knownClients } from '../../src-main/clients/known-clients.ts';
import { curlSnippet } from '../../src-main/shared/client-snippets.ts';
import { offeredModel } from '../support/offered-model.ts';

const target: ClientTarget = {
  baseUrl: 'http://127.0.0.1:2575',
  apiKey: 'local-key-0123456789abcdef',
  models: [
    offeredModel({ slug: 'second-fast', name: 'Second (fast)', rank: 2 }),
    offeredModel({ slug: 'second', name: 'Second', rank: 2, contextTokens: 272_000, efforts: ['low'] }),
    offeredModel({ slug: 'first', name: 'First', rank: 1, inputModalities: ['text', 'image'] }),
  ],
};

const whole = (id: string) => {
  const client = knownClients.find((known) => known.id === id);
  return (client?.modes ?? []).map((mode) => client?.snippet(mode.id, target) ?? '').join('');
};

describe.each(['continue', 'cline', 'qwen-code', 'aider', 'zed', 'vscode-copilot', 'jetbrains-ai', 'cursor'])(
  'the snippets of %s',
  (id) => {
    it('name address, key and the first choice, and no alias of a tier', () => {
      const text = whole(id);
      expect(text).toContain('http://127.0.0.1:2575/v1');
      expect(text).toContain(target.apiKey);
      expect(text).toContain('first');
      expect(text).not.toContain('second-fast');
    });

    it('are whole where no model is known', () => {
      const client = knownClients.find((known) => known.id === id);
      for (const mode of client?.modes ?? [])
        expect(client?.snippet(mode.id, { ...target, models: [] })).not.toMatch(/undefined|NaN|^$/);
    });
  },
);

it.each([
  [
    'qwen-code',
    { modelProviders: { openai: [{ id: 'first', generationConfig: { modalities: { image: true } } }, {}] } },
  ],
  [
    'vscode-copilot',
    [
      {
        models: [
          { id: 'first', vision: true },
          { id: 'second', vision: false, thinking: true, maxInputTokens: 240_000 },
        ],
      },
    ],
  ],
])('the snippet of %s says what a model can do', (id, said) => {
  expect(JSON.parse(whole(id))).toMatchObject(said);
});

it('VS Code is left room for what goes in, however small a window or long an answer', () => {
  const models = [
    offeredModel({ slug: 'small', contextTokens: 16_000 }),
    offeredModel({ slug: 'long', contextTokens: 100_000, outputTokens: 100_000 }),
  ];
  const vscode = knownClients.find(({ id }) => id === 'vscode-copilot');
  expect(JSON.parse(vscode?.snippet('models', { ...target, models }) ?? '')).toMatchObject([
    {
      models: [
        { maxInputTokens: 8_000, maxOutputTokens: 8_000 },
        { maxInputTokens: 50_000, maxOutputTokens: 50_000 },
      ],
    },
  ]);
});

it.skipIf(process.platform === 'win32')('curl gets the words it needs from a shell', () => {
  const snippet = curlSnippet('http://[::1]:2575', { key: '$KEY', model: "o'dd" });
  const words = execFileSync('/bin/sh', ['-c', `curl() { printf '%s\\n' "$@"; }\n${snippet}`], {
    env: { KEY: 'k' },
    encoding: 'utf8',
  }).split('\n');
  expect(words).toContain('http://[::1]:2575/v1/responses');
  expect(words).toContain('Authorization: Bearer k');
  expect(JSON.parse(words.find((word) => word.startsWith('{')) ?? '')).toMatchObject({ model: "o'dd" });
  expect(snippet).toContain('"http://[::1]:2575/v1/responses"');
});
