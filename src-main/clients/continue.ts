import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SlipstreamError } from '../shared/errors.ts';
import { said } from '../shared/words/said.ts';
import type { ClientDefinition, ClientTarget, OfferedModel } from './client.ts';
import { yaml } from './config-language.ts';
import { itemOf, valueAt } from './item-path.ts';
import { type ConfigChange, checkOnlyChanges } from './only-changes.ts';
import { modelsToName, takesImages } from './preferred-models.ts';
import { folderOf, homeFolderOf, isOnPath, type Surroundings } from './surroundings.ts';
import { addToYamlList, memberLines, setYamlValue, type YamlItem } from './yaml-edit.ts';

const folder = ['CONTINUE_GLOBAL_DIR', '.continue'] as const;
const listPath = ['models'] as const;
/** What a config.yaml must begin with. */
const head = { name: 'Slipstream', version: '1.0.0', schema: 'v1' };

/** What makes an entry ours; its name must be the only one in the file. */
function essentials({ baseUrl, apiKey }: ClientTarget, { slug }: OfferedModel) {
  return { provider: 'openai', model: slug, apiBase: `${baseUrl}/v1`, apiKey };
}

function entryName({ name }: OfferedModel): string {
  return `${name} (Slipstream)`;
}

function entry(target: ClientTarget, model: OfferedModel): YamlItem {
  return {
    name: entryName(model),
    ...essentials(target, model),
    roles: ['chat', 'edit', 'apply'],
    capabilities: takesImages(model) ? ['tool_use', 'image_input'] : ['tool_use'],
  };
}

/** With a config.yaml beside it, Continue no longer reads a config.json (docs.continue.dev/reference/yaml-migration). */
function configPath(around: Surroundings): string {
  const place = homeFolderOf(...folder, around);
  const path = join(place, 'config.yaml');
  if (existsSync(join(place, 'config.json')) && !existsSync(path)) {
    throw new SlipstreamError(
      'client_file_unusable',
      said('failures.client.continue', { path: join(place, 'config.json') }),
    );
  }
  return path;
}

/** Adds an entry for each model, and points those at us that bear the name of one. */
function plan(text: string, target: ClientTarget): string {
  const before = yaml.read(text);
  const found = valueAt(before, listPath);
  const list: readonly unknown[] = Array.isArray(found) ? found : [];
  const changes: ConfigChange[] = [];
  let planned = text;
  if (Object.keys(Object(before)).length === 0) {
    for (const [name, value] of Object.entries(head)) {
      planned = setYamlValue(planned, [name], value);
      changes.push([[name], value]);
    }
  }
  const wanted = modelsToName(target.models);
  const known = new Map(list.map((item) => [valueAt(item, ['name']), item]));
  const missing = wanted.filter((model) => !known.has(entryName(model)));
  const pointed = new Map<unknown, object>();
  for (const model of wanted) {
    const item = known.get(entryName(model));
    if (item === undefined) continue;
    const members = essentials(target, model);
    pointed.set(item, members);
    for (const [name, value] of Object.entries(members)) {
      planned = setYamlValue(planned, [...listPath, itemOf(list, item), name], value);
    }
  }
  const added = missing.map((model) => entry(target, model));
  if (added.length > 0) planned = addToYamlList(planned, listPath, added);
  changes.push([listPath, [...list.map((item) => withMembers(item, pointed.get(item))), ...added]]);
  checkOnlyChanges(before, yaml.read(planned), changes);
  return planned;
}

function withMembers(item: unknown, members: object | undefined): unknown {
  return members === undefined ? item : { ...Object(item), ...members };
}

/** Continue in editors and in a terminal (docs.continue.dev/reference). */
export const continueClient: ClientDefinition = {
  id: 'continue',
  name: 'Continue',
  modes: [{ id: 'config', name: 'clients.continue.config', hint: 'clients.continue.config.hint' }],
  snippet: (_mode, target) => {
    const models = modelsToName(target.models).map((model) => entry(target, model));
    const lines = Object.entries({ ...head, models }).flatMap(([name, value]) => memberLines(name, value, ''));
    return `${lines.join('\n')}\n`;
  },
  file: {
    language: yaml,
    path: configPath,
    isPresent: (around) => existsSync(folderOf(...folder, around)) || isOnPath('cn', around),
    plan: (text, _mode, target) => plan(text, target),
    holds: (text, _mode, target) => {
      const list = valueAt(yaml.read(text), listPath);
      const { model: _any, ...wanted } = essentials(target, modelsToName(target.models)[0]);
      const isOurs = (item: unknown) =>
        Object.entries(wanted).every(([name, value]) => valueAt(item, [name]) === value);
      return Array.isArray(list) && list.some(isOurs);
    },
  },
};
