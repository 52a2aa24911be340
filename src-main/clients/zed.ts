import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientDefinition, ClientTarget, OfferedModel } from './client.ts';
import { jsonc } from './config-language.ts';
import { valueAt } from './item-path.ts';
import { addToJsoncArray, readJsonc, setJsoncValue } from './jsonc-edit.ts';
import { type ConfigChange, checkOnlyChanges } from './only-changes.ts';
import { modelsToName, takesImages } from './preferred-models.ts';
import { folderOf, homeFolderOf, isOnPath, type Surroundings } from './surroundings.ts';

/** What Zed takes for a window where the catalogue does not say: every model has at least this. */
const leastWindowTokens = 128_000;
const providerPath = ['language_models', 'openai_compatible', 'Slipstream'] as const;
const urlPath = [...providerPath, 'api_url'] as const;
const listPath = [...providerPath, 'available_models'] as const;

function modelEntry(model: OfferedModel) {
  return {
    name: model.slug,
    display_name: model.name,
    max_tokens: model.contextTokens ?? leastWindowTokens,
    capabilities: { tools: true, images: takesImages(model), parallel_tool_calls: true, prompt_cache_key: true },
  };
}

function provider({ baseUrl, models }: ClientTarget) {
  return { api_url: `${baseUrl}/v1`, available_models: modelsToName(models).map(modelEntry) };
}

/** The variable of its folder and the folder that is usual, by platform; on a Mac no variable moves it. */
function configFolder({ platform }: Surroundings): readonly [variable: string, usual: string, name: string] {
  if (platform === 'win32') return ['APPDATA', join('AppData', 'Roaming'), 'Zed'];
  return [platform === 'darwin' ? '' : 'XDG_CONFIG_HOME', '.config', 'zed'];
}

/** Adds the provider; in one that is there, the models that it lacks. */
function plan(text: string, target: ClientTarget): string {
  const before = readJsonc(text);
  const wanted = provider(target);
  const found = valueAt(before, listPath);
  const list: readonly unknown[] = Array.isArray(found) ? found : [];
  const names = new Set(list.map((item) => valueAt(item, ['name'])));
  const added = wanted.available_models.filter(({ name }) => !names.has(name));
  const changes: ConfigChange[] = [
    [urlPath, wanted.api_url],
    [listPath, [...list, ...added]],
  ];
  let planned = text;
  if (valueAt(before, providerPath) === undefined) planned = setJsoncValue(text, providerPath, wanted);
  else {
    planned = setJsoncValue(planned, urlPath, wanted.api_url);
    planned =
      found === undefined
        ? setJsoncValue(planned, listPath, added)
        : added.reduce((done, item) => addToJsoncArray(done, listPath, item), planned);
  }
  checkOnlyChanges(before, readJsonc(planned), changes);
  return planned;
}

/** The Zed editor (zed.dev/docs/ai, OpenAI-compatible endpoints). It keeps keys in the system's keychain, not in a file. */
export const zed: ClientDefinition = {
  id: 'zed',
  name: 'Zed',
  modes: [{ id: 'settings', name: 'clients.zed.settings', hint: 'clients.zed.settings.hint' }],
  snippet: (_mode, target) => {
    const members = { language_models: { openai_compatible: { Slipstream: provider(target) } } };
    return `// API key, to enter in the agent settings: ${target.apiKey}\n${JSON.stringify(members, null, 2)}\n`;
  },
  file: {
    language: jsonc,
    path: (around) => {
      const [variable, usual, name] = configFolder(around);
      return join(homeFolderOf(variable, usual, around), name, 'settings.json');
    },
    isPresent: (around) => {
      const [variable, usual, name] = configFolder(around);
      return existsSync(join(folderOf(variable, usual, around), name)) || isOnPath('zed', around);
    },
    plan: (text, _mode, target) => plan(text, target),
    holds: (text, _mode, target) => {
      const value = readJsonc(text);
      const list = valueAt(value, listPath);
      return valueAt(value, urlPath) === `${target.baseUrl}/v1` && Array.isArray(list) && list.length > 0;
    },
  },
};
