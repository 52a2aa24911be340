import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { codexProvider, codexProviderPath, codexSnippet, tomlLiteral } from '../shared/client-snippets.ts';
import { tell } from '../shared/words/told.ts';
import type { ClientDefinition, ClientTarget } from './client.ts';
import { toml } from './config-language.ts';
import { type ConfigChange, checkOnlyChanges } from './only-changes.ts';
import { folderOf, homeFolderOf, isOnPath } from './surroundings.ts';
import { readToml, tomlValue } from './toml-document.ts';
import { removeTomlValue, setTomlTable, setTomlValue } from './toml-edit.ts';

/** Other ways for a provider to get a credential: each would win over our key, or stop the client. */
const otherCredentials = ['env_key', 'env_key_instructions', 'requires_openai_auth', 'auth', 'gateway_oauth', 'aws'];

function providerMembers({ baseUrl, apiKey }: ClientTarget) {
  return codexProvider(baseUrl, { experimental_bearer_token: apiKey });
}

/** The address of §1 C: the key is in the path, since the login's own token is in the header. */
function keyedUrl({ baseUrl, apiKey }: ClientTarget): string {
  return `${baseUrl}/k/${apiKey}/v1`;
}

const folder = ['CODEX_HOME', '.codex'] as const;

/** Adds the provider and chooses it. */
function planProvider(text: string, target: ClientTarget): string {
  const members = providerMembers(target);
  const removed = otherCredentials.map((name) => [...codexProviderPath, name]);
  const cleared = removed.reduce(removeTomlValue, text);
  const planned = setTomlTable(setTomlValue(cleared, ['model_provider'], 'slipstream'), codexProviderPath, members);
  const changes: ConfigChange[] = [
    ...removed.map((path): ConfigChange => [path, null]),
    [['model_provider'], 'slipstream'],
    ...Object.entries(members).map(([name, value]): ConfigChange => [[...codexProviderPath, name], value]),
  ];
  checkOnlyChanges(readToml(text).value, readToml(planned).value, changes);
  return planned;
}

/** Moves the built-in provider, and chooses it where another one was chosen. */
function planLogin(text: string, target: ClientTarget): string {
  const changes: ConfigChange[] = [[['openai_base_url'], keyedUrl(target)]];
  let planned = setTomlValue(text, ['openai_base_url'], keyedUrl(target));
  if (!usesBuiltIn(text)) {
    planned = setTomlValue(planned, ['model_provider'], 'openai');
    changes.push([['model_provider'], 'openai']);
  }
  checkOnlyChanges(readToml(text).value, readToml(planned).value, changes);
  return planned;
}

/** Ids that Codex keeps for its own providers: a table of that name makes it refuse the whole file. */
const reservedProviders = ['openai', 'ollama', 'lmstudio', 'amazon-bedrock'];

function problemIn(text: string): string | null {
  const document = readToml(text);
  const taken = reservedProviders.find((id) => tomlValue(document, ['model_providers', id]) !== undefined);
  if (taken !== undefined) return tell('failures.client.reserved', { name: taken });
  // Seen of 0.169.0 and 0.171.0; a table of profiles alone stops them only with --profile.
  const profile = tomlValue(document, ['profile']);
  return typeof profile === 'string' ? tell('failures.client.profile', { name: profile }) : null;
}

function usesBuiltIn(text: string): boolean {
  const chosen = tomlValue(readToml(text), ['model_provider']);
  return chosen === undefined || chosen === 'openai';
}

function holdsProvider(text: string, target: ClientTarget): boolean {
  const document = readToml(text);
  return (
    tomlValue(document, ['model_provider']) === 'slipstream' &&
    Object.entries(providerMembers(target)).every(
      ([name, value]) => tomlValue(document, [...codexProviderPath, name]) === value,
    ) &&
    otherCredentials.every((name) => tomlValue(document, [...codexProviderPath, name]) === undefined)
  );
}

/** The official Codex CLI, its editor extension and its app: they share one config.toml. */
export const codex: ClientDefinition = {
  id: 'codex',
  name: 'Codex CLI',
  modes: [
    { id: 'provider', name: 'clients.codex.provider', hint: 'clients.codex.provider.hint' },
    { id: 'login', name: 'clients.codex.login', hint: 'clients.codex.login.hint' },
  ],
  snippet: (mode, target) =>
    mode === 'login'
      ? `openai_base_url = ${tomlLiteral(keyedUrl(target))}\n`
      : codexSnippet(target.baseUrl, { experimental_bearer_token: target.apiKey }),
  file: {
    language: toml,
    path: (around) => join(homeFolderOf(...folder, around), 'config.toml'),
    isPresent: (around) => existsSync(folderOf(...folder, around)) || isOnPath('codex', around),
    plan: (text, mode, target) => (mode === 'login' ? planLogin(text, target) : planProvider(text, target)),
    holds: (text, mode, target) =>
      mode === 'login'
        ? usesBuiltIn(text) && tomlValue(readToml(text), ['openai_base_url']) === keyedUrl(target)
        : holdsProvider(text, target),
    problem: problemIn,
  },
};
