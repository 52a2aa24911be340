import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientDefinition, ClientTarget } from './client.ts';
import { jsonc } from './config-language.ts';
import { addToJsoncArray, readJsonc, setJsoncValue } from './jsonc-edit.ts';
import { type ConfigChange, type ConfigPath, checkOnlyChanges, valueAt } from './only-changes.ts';
import { folderOf, homeFolderOf, isOnPath, type Surroundings } from './surroundings.ts';

const schemaUrl = 'https://opencode.ai/config.json';
const providerPath = ['provider', 'slipstream'] as const;
/** Where it is there, opencode loads no other provider. */
const enabledPath = ['enabled_providers'] as const;

/** Where a program that follows the XDG rules keeps its configuration. */
const configRoot = ['XDG_CONFIG_HOME', '.config'] as const;
const dataRoot = ['XDG_DATA_HOME', join('.local', 'share')] as const;

/** opencode reads both names and lets the second win; the one that is there is the one to change. */
function configPath(around: Surroundings): string {
  const folder = join(homeFolderOf(...configRoot, around), 'opencode');
  const withComments = join(folder, 'opencode.jsonc');
  return existsSync(withComments) ? withComments : join(folder, 'opencode.json');
}

/** What makes the provider ours. This package speaks the Responses API. */
function essentials({ baseUrl, apiKey }: ClientTarget): [ConfigPath, string][] {
  return [
    [[...providerPath, 'npm'], '@ai-sdk/openai'],
    [[...providerPath, 'options', 'baseURL'], `${baseUrl}/v1`],
    [[...providerPath, 'options', 'apiKey'], apiKey],
  ];
}

/**
 * Lets opencode compact a session before it outgrows the model; without a limit it never does. Its schema wants both
 * members. The catalogue tells no output limit, and 0 is opencode's own word for an unknown one.
 */
function limitOf(contextTokens: number) {
  return { context: contextTokens, output: 0 };
}

function provider({ baseUrl, apiKey, models }: ClientTarget) {
  return {
    npm: '@ai-sdk/openai',
    name: 'Slipstream',
    options: { baseURL: `${baseUrl}/v1`, apiKey },
    models: Object.fromEntries(
      models.map((model) => [
        model.slug,
        { name: model.name, ...(model.contextTokens === null ? {} : { limit: limitOf(model.contextTokens) }) },
      ]),
    ),
  };
}

/** Adds the provider with the models it offers. What the user added to it stays. */
function plan(text: string, target: ClientTarget): string {
  const before = readJsonc(text);
  const isMissing = (path: ConfigPath) => valueAt(before, path) === undefined;
  const comforts: ConfigChange[] = [
    [[...providerPath, 'name'], 'Slipstream'],
    ...target.models.flatMap((model): ConfigChange[] => {
      const path = [...providerPath, 'models', model.slug];
      // A limit of the user's stays whole.
      const { contextTokens } = isMissing([...path, 'limit']) ? model : { contextTokens: null };
      const limits = contextTokens === null ? [] : Object.entries(limitOf(contextTokens));
      return [
        [[...path, 'name'], model.name],
        ...limits.map(([name, value]): ConfigChange => [[...path, 'limit', name], value]),
      ];
    }),
  ];
  const changes: ConfigChange[] = [...essentials(target), ...comforts.filter(([path]) => isMissing(path))];
  let planned = text;
  if (text.trim() === '') {
    planned = setJsoncValue(planned, ['$schema'], schemaUrl);
    changes.push([['$schema'], schemaUrl]);
  }
  planned = isMissing(providerPath)
    ? setJsoncValue(planned, providerPath, provider(target))
    : changes.reduce((done, [path, value]) => setJsoncValue(done, path, value), planned);
  const enabled = valueAt(before, enabledPath);
  if (Array.isArray(enabled) && !enabled.includes('slipstream')) {
    planned = addToJsoncArray(planned, enabledPath, 'slipstream');
    changes.push([enabledPath, [...enabled, 'slipstream']]);
  }
  checkOnlyChanges(before, readJsonc(planned), changes);
  return planned;
}

export const opencode: ClientDefinition = {
  id: 'opencode',
  name: 'opencode',
  modes: [
    {
      id: 'provider',
      name: 'As a provider',
      hint: 'Adds a provider named Slipstream with its models; choose one of them in opencode with /models.',
    },
  ],
  snippet: (_mode, target) =>
    `${JSON.stringify({ $schema: schemaUrl, provider: { slipstream: provider(target) } }, null, 2)}\n`,
  file: {
    language: jsonc,
    path: configPath,
    isPresent: (around) =>
      existsSync(join(folderOf(...configRoot, around), 'opencode')) ||
      existsSync(join(around.homeDir, '.opencode')) ||
      existsSync(join(folderOf(...dataRoot, around), 'opencode')) ||
      isOnPath('opencode', around),
    plan: (text, _mode, target) => plan(text, target),
    holds: (text, _mode, target) => {
      const value = readJsonc(text);
      return essentials(target).every(([path, wanted]) => valueAt(value, path) === wanted);
    },
  },
};
