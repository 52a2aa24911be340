import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientDefinition, ClientTarget, OfferedModel } from './client.ts';
import { jsonc } from './config-language.ts';
import { type ItemPath, itemOf, valueAt } from './item-path.ts';
import { addToJsoncArray, readJsonc, setJsoncValue } from './jsonc-edit.ts';
import { type ConfigChange, checkOnlyChanges } from './only-changes.ts';
import { firstModel, modelsToName, takesImages } from './preferred-models.ts';
import { folderOf, homeFolderOf, isOnPath } from './surroundings.ts';

const folder = ['QWEN_HOME', '.qwen'] as const;
const keyVariable = 'SLIPSTREAM_API_KEY';
const listPath = ['modelProviders', 'openai'] as const;
const chosenPath = ['model', 'name'] as const;

/** What sends the turns of a model here. */
function endpoint({ baseUrl }: ClientTarget) {
  return { baseUrl: `${baseUrl}/v1`, envKey: keyVariable };
}

function modelEntry(target: ClientTarget, model: OfferedModel) {
  return {
    id: model.slug,
    name: `${model.name} (Slipstream)`,
    ...endpoint(target),
    generationConfig: {
      ...(model.contextTokens === null ? {} : { contextWindowSize: model.contextTokens }),
      // Of a model that it does not know it takes text alone for granted.
      modalities: { image: takesImages(model) },
    },
  };
}

/** What is set beside the models: how it signs in, and with which key. */
function essentials({ apiKey }: ClientTarget): ConfigChange[] {
  return [
    [['security', 'auth', 'selectedType'], 'openai'],
    [['env', keyVariable], apiKey],
  ];
}

function settings(target: ClientTarget) {
  return {
    security: { auth: { selectedType: 'openai' } },
    model: { name: firstModel(target.models) },
    env: { [keyVariable]: target.apiKey },
    modelProviders: { openai: modelsToName(target.models).map((model) => modelEntry(target, model)) },
  };
}

/** Ours by its variable: one of another port, too. */
function isOurs(item: unknown): boolean {
  return valueAt(item, ['envKey']) === keyVariable;
}

/** Adds an entry for each model, and points the ones of an older set-up here. */
function planModels(text: string, list: readonly unknown[] | null, target: ClientTarget) {
  const { models } = target;
  const wanted = modelsToName(models);
  if (list === null) {
    const entries = wanted.map((model) => modelEntry(target, model));
    return { text: setJsoncValue(text, listPath, entries), list: entries };
  }
  const ours = new Map(list.filter(isOurs).map((item) => [valueAt(item, ['id']), item]));
  const members = endpoint(target);
  let planned = text;
  for (const item of ours.values()) {
    const path: ItemPath = [...listPath, itemOf(list, item)];
    for (const [name, value] of Object.entries(members)) planned = setJsoncValue(planned, [...path, name], value);
  }
  const pointed = new Set(ours.values());
  const added = wanted.filter(({ slug }) => !ours.has(slug)).map((model) => modelEntry(target, model));
  return {
    text: added.reduce((done, item) => addToJsoncArray(done, listPath, item), planned),
    list: [...list.map((item) => (pointed.has(item) ? { ...Object(item), ...members } : item)), ...added],
  };
}

function plan(text: string, target: ClientTarget): string {
  const before = readJsonc(text);
  const chosen = valueAt(before, chosenPath);
  const changes = essentials(target);
  if (!target.models.some(({ slug }) => slug === chosen)) changes.push([chosenPath, firstModel(target.models)]);
  const set = changes.reduce((done, [path, value]) => setJsoncValue(done, path, value), text);
  const found = valueAt(before, listPath);
  const planned = planModels(set, Array.isArray(found) ? found : null, target);
  // Whatever else stood in the place of the list is not ours to replace.
  const isFree = found === undefined || Array.isArray(found);
  checkOnlyChanges(before, readJsonc(planned.text), isFree ? [...changes, [listPath, planned.list]] : changes);
  return planned.text;
}

/** Qwen Code in a terminal (qwenlm.github.io/qwen-code-docs, Model Providers). */
export const qwenCode: ClientDefinition = {
  id: 'qwen-code',
  name: 'Qwen Code',
  modes: [{ id: 'settings', name: 'clients.qwenCode.settings', hint: 'clients.qwenCode.settings.hint' }],
  snippet: (_mode, target) => `${JSON.stringify(settings(target), null, 2)}\n`,
  file: {
    language: jsonc,
    path: (around) => join(homeFolderOf(...folder, around), 'settings.json'),
    isPresent: (around) => existsSync(folderOf(...folder, around)) || isOnPath('qwen', around),
    plan: (text, _mode, target) => plan(text, target),
    holds: (text, _mode, target) => {
      const value = readJsonc(text);
      const list = valueAt(value, listPath);
      const wanted = Object.entries(endpoint(target));
      return (
        essentials(target).every(([path, member]) => valueAt(value, path) === member) &&
        Array.isArray(list) &&
        list.some((item) => wanted.every(([name, member]) => valueAt(item, [name]) === member))
      );
    },
  },
};
