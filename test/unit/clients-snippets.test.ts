import { describe, expect, it } from 'vitest';
import type { ClientTarget } from '../../src-main/clients/client.ts';
import { knownClients } from '../../src-main/clients/known-clients.ts';
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
