import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientDefinition, ClientTarget, OfferedModel } from './client.ts';
import { jsonc } from './config-language.ts';
import { valueAt } from './item-path.ts';
import { addToJsoncArray, readJsonc, setJsoncValue } from './jsonc-edit.ts';
import { type ConfigChange, type ConfigPath, changesOf, checkOnlyChanges } from './only-changes.ts';
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
function essentials({ baseUrl, apiKey }: ClientTarget): ConfigChange[] {
  return [
    [[...providerPath, 'npm'], '@ai-sdk/openai'],
    [[...providerPath, 'options', 'baseURL'], `${baseUrl}/v1`],
    [[...providerPath, 'options', 'apiKey'], apiKey],
  ];
}

/** What opencode's config takes for a modality; one that it does not know would make it refuse the whole file. */
const knownModalities: readonly string[] = ['text', 'audio', 'image', 'video', 'pdf'];

/**
 * What opencode knows of a model that is not in its own list, in the form of its config's schema. Without these it sends
 * no image, offers no reasoning levels, and never compacts a session.
 */
function modelEntry({ name, contextTokens, outputTokens, inputModalities, efforts }: OfferedModel) {
  const input = inputModalities.filter((modality) => knownModalities.includes(modality));
  return {
    name,
    attachment: input.some((modality) => modality !== 'text'),
    reasoning: efforts.length > 0,
    tool_call: true,
    modalities: { input, output: ['text'] },
    // Its schema wants both members; 0 is opencode's own word for an unknown one.
    ...(contextTokens === null ? {} : { limit: { context: contextTokens, output: outputTokens ?? 0 } }),
    ...(efforts.length === 0
      ? {}
      : { variants: Object.fromEntries(efforts.map((effort) => [effort, variant(effort)])) }),
  };
}

/** A reasoning level as opencode sends it with this package; it shows them as variants of the model. */
function variant(effort: string) {
  return { reasoningEffort: effort, reasoningSummary: 'auto' };
}

function provider({ baseUrl, apiKey, models }: ClientTarget) {
  return {
    npm: '@ai-sdk/openai',
    name: 'Slipstream',
    options: { baseURL: `${baseUrl}/v1`, apiKey },
    models: Object.fromEntries(models.map((model) => [model.slug, modelEntry(model)])),
  };
}

/** What a model of the user's lacks, whole: of a limit or a modality that is there nothing is filled in. */
function comfortsOf(model: OfferedModel, isMissing: (path: ConfigPath) => boolean): [ConfigPath, unknown][] {
  const path = [...providerPath, 'models', model.slug];
  const entry = modelEntry(model);
  if (isMissing(path)) return [[path, entry]];
  return Object.entries(entry).map(([name, value]) => [[...path, name], value]);
}

/** Adds the provider with the models it offers. What the user added to it stays. */
function plan(text: string, target: ClientTarget): string {
  const before = readJsonc(text);
  const isMissing = (path: ConfigPath) => valueAt(before, path) === undefined;
  const comforts = [
    [[...providerPath, 'name'], 'Slipstream'] as const,
    ...target.models.flatMap((model) => comfortsOf(model, isMissing)),
  ].filter(([path]) => isMissing(path));
  const changes = essentials(target);
  let planned = text;
  if (text.trim() === '') {
    planned = setJsoncValue(planned, ['$schema'], schemaUrl);
    changes.push([['$schema'], schemaUrl]);
  }
  planned = isMissing(providerPath)
    ? setJsoncValue(planned, providerPath, provider(target))
    : [...changes, ...comforts].reduce((done, [path, value]) => setJsoncValue(done, path, value), planned);
  changes.push(...comforts.flatMap(([path, value]) => changesOf(path, value)));
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
  modes: [{ id: 'provider', name: 'clients.opencode.provider', hint: 'clients.opencode.provider.hint' }],
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
