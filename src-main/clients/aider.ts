import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientDefinition, ClientTarget } from './client.ts';
import { yaml } from './config-language.ts';
import { valueAt } from './item-path.ts';
import { type ConfigChange, checkOnlyChanges } from './only-changes.ts';
import { firstModel } from './preferred-models.ts';
import { isOnPath } from './surroundings.ts';
import { memberLines, setYamlValue } from './yaml-edit.ts';

/** It knows by this which API a model speaks. */
const prefix = 'openai/';

function endpoint({ baseUrl, apiKey }: ClientTarget) {
  return { 'openai-api-base': `${baseUrl}/v1`, 'openai-api-key': apiKey };
}

function members(target: ClientTarget): Record<string, string> {
  return { model: `${prefix}${firstModel(target.models)}`, ...endpoint(target) };
}

/** Whether a model is one of ours, which the user may have chosen. */
function isOffered(model: unknown, { models }: ClientTarget): boolean {
  return models.some(({ slug }) => model === `${prefix}${slug}`);
}

function plan(text: string, target: ClientTarget): string {
  const before = yaml.read(text);
  const { model, ...rest } = members(target);
  const wanted = isOffered(valueAt(before, ['model']), target) ? rest : { model, ...rest };
  const changes = Object.entries(wanted).map(([name, value]): ConfigChange => [[name], value]);
  const planned = changes.reduce((done, [path, value]) => setYamlValue(done, path, value), text);
  checkOnlyChanges(before, yaml.read(planned), changes);
  return planned;
}

/** aider in a terminal (aider.chat/docs/config/aider_conf.html). */
export const aider: ClientDefinition = {
  id: 'aider',
  name: 'aider',
  modes: [{ id: 'config', name: 'clients.aider.config', hint: 'clients.aider.config.hint' }],
  snippet: (_mode, target) =>
    `${Object.entries(members(target))
      .flatMap(([name, value]) => memberLines(name, value, ''))
      .join('\n')}\n`,
  file: {
    language: yaml,
    path: ({ homeDir }) => join(homeDir, '.aider.conf.yml'),
    isPresent: (around) =>
      isOnPath('aider', around) || ['.aider', '.aider.conf.yml'].some((name) => existsSync(join(around.homeDir, name))),
    plan: (text, _mode, target) => plan(text, target),
    holds: (text, _mode, target) => {
      const value = yaml.read(text);
      const model = valueAt(value, ['model']);
      return (
        typeof model === 'string' &&
        model.startsWith(prefix) &&
        Object.entries(endpoint(target)).every(([name, wanted]) => valueAt(value, [name]) === wanted)
      );
    },
  },
};
