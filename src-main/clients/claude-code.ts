import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientDefinition, ClientTarget } from './client.ts';
import { jsonc } from './config-language.ts';
import { valueAt } from './item-path.ts';
import { readJsonc, readPlainJson, removeJsoncValue, setJsoncValue } from './jsonc-edit.ts';
import { type ConfigChange, checkOnlyChanges } from './only-changes.ts';
import { preferredModels } from './preferred-models.ts';
import { folderOf, homeFolderOf, isOnPath } from './surroundings.ts';

const name = 'Claude Code';
const schemaUrl = 'https://json.schemastore.org/claude-code-settings.json';
const folder = ['CLAUDE_CONFIG_DIR', '.claude'] as const;

/** The family of small models, which the official Codex client names its threads with. */
const smallModel = /luna|mini|nano/;

/**
 * Variables that would send turns elsewhere or win over ours: other vendors, and the old name of the small model
 * (code.claude.com/docs/en/env-vars, where it is deprecated).
 */
const rivals = [
  'ANTHROPIC_SMALL_FAST_MODEL',
  'CLAUDE_CODE_USE_BEDROCK',
  'CLAUDE_CODE_USE_VERTEX',
  'CLAUDE_CODE_USE_FOUNDRY',
];

/** The address, to which Claude Code adds `/v1/messages` itself, and the credential. */
function essentials({ baseUrl, apiKey }: ClientTarget) {
  // One that a shell exports would be sent beside ours; what settings.json says wins over the shell.
  return { ANTHROPIC_BASE_URL: baseUrl, ANTHROPIC_AUTH_TOKEN: apiKey, ANTHROPIC_API_KEY: '' };
}

/** The catalogue's first choice for Claude Code's big models and the best small one for its small model; none where none is offered. */
function modelVariables({ models }: ClientTarget): Record<string, string> {
  const byRank = preferredModels(models);
  const [big] = byRank;
  if (big === undefined) return {};
  const small = byRank.find(({ slug }) => smallModel.test(slug)) ?? big;
  const windows = [big, small].flatMap(({ contextTokens }) => contextTokens ?? []);
  return {
    ANTHROPIC_MODEL: big.slug,
    ANTHROPIC_DEFAULT_OPUS_MODEL: big.slug,
    ANTHROPIC_DEFAULT_SONNET_MODEL: big.slug,
    ANTHROPIC_DEFAULT_HAIKU_MODEL: small.slug,
    // Of a model that it does not know, Claude Code takes the window to be far larger, and would compact too late.
    ...(windows.length === 0 ? {} : { CLAUDE_CODE_MAX_CONTEXT_TOKENS: String(Math.min(...windows)) }),
  };
}

/**
 * Auto mode has Anthropic's server check actions, with the request's `safeguards`; nobody here can answer for that server.
 * Switched off, Claude Code asks the configured model its own question instead, as 2.1.197 and 2.1.332 do.
 */
const autoModeVariables = { CLAUDE_CODE_AUTO_MODE_SERVER: '0' };

function plan(text: string, target: ClientTarget): string {
  const before = readPlainJson(text, name);
  const offered = new Set(target.models.map(({ slug }) => slug));
  // A model that the user chose among ours stays.
  const chosen = Object.entries(modelVariables(target)).filter(([variable]) => {
    const now = valueAt(before, ['env', variable]);
    return typeof now !== 'string' || !offered.has(now);
  });
  const unset = Object.entries(autoModeVariables).filter(
    ([variable]) => typeof valueAt(before, ['env', variable]) !== 'string',
  );
  const changes: ConfigChange[] = [
    ...rivals.map((variable): ConfigChange => [['env', variable], null]),
    ...[...Object.entries(essentials(target)), ...chosen, ...unset].map(
      ([variable, value]): ConfigChange => [['env', variable], value],
    ),
  ];
  if (text.trim() === '') changes.unshift([['$schema'], schemaUrl]);
  const planned = changes.reduce(
    (done, [path, value]) => (value === null ? removeJsoncValue(done, path) : setJsoncValue(done, path, value)),
    text,
  );
  checkOnlyChanges(before, readJsonc(planned), changes);
  return planned;
}

/** Claude Code in a terminal and in editors: they share one settings.json (code.claude.com/docs/en/settings). */
export const claudeCode: ClientDefinition = {
  id: 'claude-code',
  name,
  modes: [{ id: 'env', name: 'clients.claudeCode.env', hint: 'clients.claudeCode.env.hint' }],
  snippet: (_mode, target) =>
    `${JSON.stringify({ $schema: schemaUrl, env: { ...essentials(target), ...modelVariables(target), ...autoModeVariables } }, null, 2)}\n`,
  file: {
    language: jsonc,
    path: (around) => join(homeFolderOf(...folder, around), 'settings.json'),
    isPresent: (around) => existsSync(folderOf(...folder, around)) || isOnPath('claude', around),
    plan: (text, _mode, target) => plan(text, target),
    holds: (text, _mode, target) => {
      const env = valueAt(readPlainJson(text, name), ['env']);
      return (
        Object.entries(essentials(target)).every(([variable, value]) => valueAt(env, [variable]) === value) &&
        rivals.every((variable) => valueAt(env, [variable]) === undefined)
      );
    },
  },
};
