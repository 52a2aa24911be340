import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientDefinition, ClientTarget } from './client.ts';
import { addToJsoncArray, readJsonc, setJsoncValue } from './jsonc-edit.ts';
import { type ConfigChange, type ConfigPath, checkOnlyChanges } from './only-changes.ts';
import { isOnPath, type Surroundings, xdgConfigDir } from './surroundings.ts';

const schemaUrl = 'https://opencode.ai/config.json';
const providerPath = ['provider', 'slipstream'] as const;
/** Where it is there, opencode loads no other provider. */
const enabledPath = ['enabled_providers'] as const;

function configDir(around: Surroundings): string {
  return join(xdgConfigDir(around), 'opencode');
}

/** opencode reads both names and lets the second win; the one that is there is the one to change. */
function configPath(around: Surroundings): string {
  const withComments = join(configDir(around), 'opencode.jsonc');
  return existsSync(withComments) ? withComments : join(configDir(around), 'opencode.json');
}

/** What makes the provider ours. This package speaks the Responses API. */
function essentials({ baseUrl, apiKey }: ClientTarget): [ConfigPath, string][] {
  return [
    [[...providerPath, 'npm'], '@ai-sdk/openai'],
    [[...providerPath, 'options', 'baseURL'], `${baseUrl}/v1`],
    [[...providerPath, 'options', 'apiKey'], apiKey],
  ];
}

function provider({ baseUrl, apiKey, models }: ClientTarget) {
  return {
    npm: '@ai-sdk/openai',
    name: 'Slipstream',
    options: { baseURL: `${baseUrl}/v1`, apiKey },
    models: Object.fromEntries(models.map(({ slug, name }) => [slug, { name }])),
  };
}

function valueAt(value: unknown, path: ConfigPath): unknown {
  return path.reduce<unknown>(
    (inner, name) =>
      typeof inner === 'object' && inner !== null ? Object.getOwnPropertyDescriptor(inner, name)?.value : undefined,
    value,
  );
}

/** Adds the provider with the models it offers. What the user added to it stays. */
function plan(text: string, target: ClientTarget): string {
  const before = readJsonc(text);
  const isMissing = (path: ConfigPath) => valueAt(before, path) === undefined;
  const comforts: [ConfigPath, string][] = [
    [[...providerPath, 'name'], 'Slipstream'],
    ...target.models.map(({ slug, name }): [ConfigPath, string] => [[...providerPath, 'models', slug, 'name'], name]),
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
    path: configPath,
    isPresent: (around) =>
      existsSync(configDir(around)) ||
      existsSync(join(around.homeDir, '.opencode')) ||
      existsSync(join(around.env.XDG_DATA_HOME || join(around.homeDir, '.local', 'share'), 'opencode')) ||
      isOnPath('opencode', around),
    plan: (text, _mode, target) => plan(text, target),
    holds: (text, _mode, target) => {
      const value = readJsonc(text);
      return essentials(target).every(([path, wanted]) => valueAt(value, path) === wanted);
    },
  },
};
