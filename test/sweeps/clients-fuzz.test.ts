import { parse as parseToml, type TomlTable } from 'smol-toml';
import { expect, it } from 'vitest';
import { aider } from '../../src-main/clients/aider.ts';
import { claudeCode } from '../../src-main/clients/claude-code.ts';
import { cline } from '../../src-main/clients/cline.ts';
import { codex } from '../../src-main/clients/codex.ts';
import { continueClient } from '../../src-main/clients/continue.ts';
import { opencode } from '../../src-main/clients/opencode.ts';
import { qwenCode } from '../../src-main/clients/qwen-code.ts';
import { zed } from '../../src-main/clients/zed.ts';
import { SlipstreamError } from '../../src-main/shared/errors.ts';
import {
  clineShapes,
  jsonShapes,
  qwenShapes,
  settingsShapes,
  tomlShapes,
  zedShapes,
} from '../support/config-shapes.ts';
import { aiderShapes, continueShapes } from '../support/yaml-shapes.ts';

const target = { baseUrl: 'http://127.0.0.1:2575', apiKey: 'local-key-0123456789abcdef', models: [] };

/** The same numbers in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

/** Lines of real files, shuffled, doubled, cut and joined: now and then still a valid file. */
function scramble(texts: readonly string[], random: () => number): string {
  const lines = texts.flatMap((text) => text.split(/(?<=\n)/));
  const count = Math.floor(random() * 12);
  const picked = Array.from({ length: count }, () => lines[Math.floor(random() * lines.length)] ?? '');
  const text = picked.join('');
  return random() < 0.2 ? text.slice(0, Math.floor(random() * text.length)) : text;
}

function parsed(text: string): TomlTable | null {
  try {
    return parseToml(text, { integersAsBigInt: 'asNeeded' });
  } catch {
    return null;
  }
}

/** A plan, or null where the file was refused; anything else that is thrown is a bug. */
function planned(definition: typeof codex, mode: string, text: string): string | null {
  try {
    return definition.file?.plan(text, mode, target) ?? null;
  } catch (thrown) {
    if (thrown instanceof SlipstreamError && thrown.code === 'client_file_invalid') return null;
    throw thrown;
  }
}

it('whatever config.toml holds, a plan either is right or is refused', () => {
  const random = seeded(7);
  const texts = tomlShapes.map(([, text]) => text.replace(/^\ufeff/, ''));
  let right = 0;
  for (let round = 0; round < 2_000; round += 1) {
    const text = scramble(texts, random);
    const after = planned(codex, 'login', text);
    const before = parsed(text);
    if (after === null || before === null) continue;
    right += 1;
    expect(parsed(after), text).toEqual({
      ...before,
      openai_base_url: 'http://127.0.0.1:2575/k/local-key-0123456789abcdef/v1',
      ...(before.model_provider === undefined ? {} : { model_provider: 'openai' }),
    });
    const provider = planned(codex, 'provider', text);
    if (provider === null) continue;
    const value = parsed(provider);
    expect(value?.model_provider, text).toBe('slipstream');
    expect(codex.file?.holds(provider, 'provider', target), text).toBe(true);
    const others = ({ model_provider: _chosen, model_providers: _known, ...rest }: TomlTable) => rest;
    expect(others(value ?? {}), text).toEqual(others(before));
  }
  expect(right).toBeGreaterThan(200);
});

it.each([
  ['opencode.json', opencode, 'provider', jsonShapes],
  ['settings.json', claudeCode, 'env', settingsShapes],
  ['the settings of Qwen Code', qwenCode, 'settings', qwenShapes],
  ['the settings of Zed', zed, 'settings', zedShapes],
  ['providers.json', cline, 'settings', clineShapes],
  ['.aider.conf.yml', aider, 'config', aiderShapes],
  ['config.yaml', continueClient, 'config', continueShapes],
] as const)('whatever %s holds, a plan either is right or is refused', (_name, definition, mode, shapes) => {
  const random = seeded(11);
  const texts = shapes.map(([, text]) => text.replace(/^\ufeff/, ''));
  let right = 0;
  for (let round = 0; round < 600; round += 1) {
    const text = scramble(texts, random);
    const after = planned(definition, mode, text);
    if (after === null) continue;
    right += 1;
    expect(definition.file?.holds(after, mode, target), text).toBe(true);
  }
  expect(right).toBeGreaterThan(20);
});
