import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientDefinition, ClientTarget } from './client.ts';
import { jsonc } from './config-language.ts';
import { valueAt } from './item-path.ts';
import { readJsonc, readPlainJson, setJsoncValue } from './jsonc-edit.ts';
import { type ConfigChange, checkOnlyChanges } from './only-changes.ts';
import { firstModel } from './preferred-models.ts';
import { folderOf, homeFolderOf, isOnPath, type Surroundings } from './surroundings.ts';

const name = 'Cline';
/** Its word for a provider of the OpenAI API at an address of one's own. */
const provider = 'openai-compatible';
const settingsPath = ['providers', provider, 'settings'] as const;
const modelPath = [...settingsPath, 'model'] as const;

/** Its schema wants the time of the last change. */
const updatedPath = ['providers', provider, 'updatedAt'] as const;
const longAgo = '2026-01-01T00:00:00.000Z';

/** The file, which one variable names and two may move. */
function settingsFile(around: Surroundings, folder: typeof folderOf): string {
  const { env } = around;
  if (env.CLINE_PROVIDER_SETTINGS_PATH) return folder('CLINE_PROVIDER_SETTINGS_PATH', '', around);
  const data = env.CLINE_DATA_DIR
    ? folder('CLINE_DATA_DIR', '', around)
    : join(folder('CLINE_DIR', '.cline', around), 'data');
  return join(data, 'settings', 'providers.json');
}

function essentials({ baseUrl, apiKey }: ClientTarget): ConfigChange[] {
  return [
    [['version'], 1],
    [['lastUsedProvider'], provider],
    [[...settingsPath, 'provider'], provider],
    [[...settingsPath, 'apiKey'], apiKey],
    [[...settingsPath, 'baseUrl'], `${baseUrl}/v1`],
  ];
}

function plan(text: string, target: ClientTarget): string {
  const before = readPlainJson(text, name);
  const changes = essentials(target);
  const model = valueAt(before, modelPath);
  if (!target.models.some(({ slug }) => slug === model)) changes.push([modelPath, firstModel(target.models)]);
  if (valueAt(before, updatedPath) === undefined) changes.push([updatedPath, longAgo]);
  const planned = changes.reduce((done, [path, value]) => setJsoncValue(done, path, value), text);
  checkOnlyChanges(before, readJsonc(planned), changes);
  return planned;
}

/** Cline in a terminal and in editors, which share this file (docs.cline.bot/getting-started/config). */
export const cline: ClientDefinition = {
  id: 'cline',
  name,
  modes: [{ id: 'settings', name: 'clients.cline.settings', hint: 'clients.cline.settings.hint' }],
  snippet: (_mode, { baseUrl, apiKey, models }) =>
    [
      `cline auth -p openai -k "${apiKey}" -m "${firstModel(models)}" -b "${baseUrl}/v1"`,
      '# In an editor, with "OpenAI Compatible" as the provider:',
      `# Base URL  ${baseUrl}/v1`,
      `# API key   ${apiKey}`,
      `# Model ID  ${firstModel(models)}`,
      '',
    ].join('\n'),
  file: {
    language: jsonc,
    path: (around) => settingsFile(around, homeFolderOf),
    isPresent: (around) => existsSync(settingsFile(around, folderOf)) || isOnPath('cline', around),
    plan: (text, _mode, target) => plan(text, target),
    holds: (text, _mode, target) => {
      const value = readPlainJson(text, name);
      return essentials(target).every(([path, wanted]) => valueAt(value, path) === wanted);
    },
  },
};
