import { deepStrictEqual, ok } from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { type ParseError, parse as parseJsonc } from 'jsonc-parser';
import { parse as parseToml } from 'smol-toml';
import { parse as parseYaml } from 'yaml';
import { aider } from '../../../src-main/clients/aider.ts';
import { claudeCode } from '../../../src-main/clients/claude-code.ts';
import type { ClientDefinition } from '../../../src-main/clients/client.ts';
import { cline } from '../../../src-main/clients/cline.ts';
import { codex } from '../../../src-main/clients/codex.ts';
import { continueClient } from '../../../src-main/clients/continue.ts';
import { opencode } from '../../../src-main/clients/opencode.ts';
import { qwenCode } from '../../../src-main/clients/qwen-code.ts';
import { takeOut } from '../../../src-main/clients/take-out.ts';
import { zed } from '../../../src-main/clients/zed.ts';
import { SlipstreamError } from '../../../src-main/shared/errors.ts';
import {
  clineShapes,
  jsonShapes,
  qwenShapes,
  settingsShapes,
  tomlShapes,
  zedShapes,
} from '../../support/config-shapes.ts';
import { aiderShapes, continueShapes } from '../../support/yaml-shapes.ts';
import { shuffledLines } from '../inputs.ts';
import { led } from '../led.ts';
import { target } from '../target.ts';

const pointAt = { baseUrl: 'http://127.0.0.1:2575', apiKey: 'local-key-0123456789abcdef', models: [] };
const refusals: readonly string[] = ['client_file_invalid', 'client_file_changed'];

function orRefused<T>(work: () => T): T | null {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof SlipstreamError && refusals.includes(thrown.code)) return null;
    throw thrown;
  }
}

type Read = (text: string) => unknown;

function orNull(read: Read, text: string): unknown {
  try {
    return read(text);
  } catch {
    return null;
  }
}

const readToml: Read = (text) => parseToml(text, { integersAsBigInt: 'asNeeded' });
const readJsonc: Read = (text) => {
  const errors: ParseError[] = [];
  const value: unknown = parseJsonc(text.trim() === '' ? '{}' : text, errors, { allowTrailingComma: true });
  if (errors.length > 0) throw new Error('no JSON');
  return value;
};

/** Another reader of YAML, as Python's is: words like `yes` mean something there. */
const readYaml: Read = (text) => parseYaml(text, { version: '1.1', merge: false, logLevel: 'error' }) ?? {};

/** A value by what it holds, whatever kind of object holds it. An anchor may hold itself. */
function plain(value: unknown, known = new Map<object, unknown>()): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  const made = known.get(value);
  if (made !== undefined) return made;
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    known.set(value, items);
    items.push(...value.map((item) => plain(item, known)));
    return items;
  }
  const members = new Map<string, unknown>();
  known.set(value, members);
  for (const [name, member] of Object.entries(value)) members.set(name, plain(member, known));
  return members;
}

interface Case {
  readonly client: ClientDefinition;
  readonly modes: readonly string[];
  readonly read: Read;
  /** What somebody adds to the file later. */
  readonly addition: (text: string) => string;
  readonly added: Readonly<Record<string, unknown>>;
}

/** A plan is refused, or right: the client is set up by it, and taking it out again leaves what was there. */
function planRule({ client, modes, read, addition, added }: Case) {
  return ([text, modeNumber]: readonly [string, number]) => {
    const { file } = client;
    const mode = modes[modeNumber % modes.length] ?? '';
    if (file === null) throw new Error('no file');
    const written = orRefused(() => file.plan(text, mode, pointAt));
    if (written === null) return;
    ok(file.holds(written, mode, pointAt), 'the plan does not set the client up');
    deepStrictEqual(
      orRefused(() => takeOut(file.language, { before: text, written, now: written }, '')),
      text,
    );
    const before = orNull(read, text);
    if (before === null) return;
    ok(orNull(read, written) !== null, 'another parser cannot read the plan');
    const now = addition(written);
    const wanted = { ...(before as object), ...added };
    const isFree = !Object.keys(added).some((key) => key in (before as object));
    // What was added may have ended up in a comment, in a text that goes on, or as what the rest belongs to.
    const isAdded = isDeepStrictEqual(
      plain(orNull(read, now)),
      plain({ ...(orNull(read, written) as object), ...added }),
    );
    if (!isFree || !isAdded) return;
    const left = orRefused(() => takeOut(file.language, { before: text, written, now }, ''));
    if (left !== null) deepStrictEqual(plain(read(left)), plain(wanted));
  };
}

const texts = (shapes: readonly (readonly [string, string])[]) => shapes.map(([, text]) => text.replace(/^\ufeff/, ''));
const withMode = (shapes: readonly (readonly [string, string])[]) => fc.tuple(shuffledLines(texts(shapes)), fc.nat(1));

const tomlRule = planRule({
  client: codex,
  modes: ['provider', 'login'],
  read: readToml,
  addition: (text) => `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}[mine]\nx = 1\n`,
  added: { mine: { x: 1 } },
});

export const tomlConfig = target('toml-config', withMode(tomlShapes), tomlRule);

const intoObject = (text: string) => text.replace('{', '{"mine": 1, ');

const jsoncRule = planRule({
  client: opencode,
  modes: ['provider'],
  read: readJsonc,
  addition: intoObject,
  added: { mine: 1 },
});

export const jsoncConfig = target('jsonc-config', withMode(jsonShapes), jsoncRule);

export const jsonSettings = target(
  'json-settings',
  withMode(settingsShapes),
  planRule({ client: claudeCode, modes: ['env'], read: readJsonc, addition: intoObject, added: { mine: 1 } }),
);

const editorRules: Readonly<Record<string, ReturnType<typeof planRule>>> = Object.fromEntries(
  Object.entries({ qwen: qwenCode, zed, cline }).map(([name, client]) => [
    name,
    planRule({ client, modes: ['settings'], read: readJsonc, addition: intoObject, added: { mine: 1 } }),
  ]),
);

export const editorSettings = target(
  'editor-settings',
  fc.tuple(
    fc.constantFrom('qwen', 'zed', 'cline'),
    shuffledLines(texts([...qwenShapes, ...zedShapes, ...clineShapes])),
  ),
  ([which, text]) => editorRules[which]?.([text, 0]),
);

const yamlRules = [aider, continueClient].map((client) =>
  planRule({
    ...{ client, modes: ['config'], read: readYaml, added: { mine: 1 } },
    addition: (text) => (text.startsWith('---\n') ? text.replace('---\n', '---\nmine: 1\n') : `mine: 1\n${text}`),
  }),
);
const yamlRule = (given: string) => {
  // A mark at the beginning never comes so far; one before the first word of all is one too, until something is added.
  const text = given.replaceAll(/^\ufeff+/gm, '');
  for (const rule of yamlRules) rule([text, 0]);
};

export const yamlConfig = target('yaml-config', shuffledLines(texts([...aiderShapes, ...continueShapes])), yamlRule);

export const ledYaml = led({
  name: 'led-yaml',
  seeds: texts([...aiderShapes, ...continueShapes]),
  words: [
    'models:\n',
    '  - name: ',
    '- ',
    ': ',
    '|\n',
    '>-\n',
    '&a ',
    '*a',
    '<<: ',
    '? ',
    '---\n',
    '...\n',
    '#',
    '!!str ',
    '%YAML 1.1\n',
    '[',
    '{',
    ', ',
    '__proto__: ',
    '\t',
  ],
  rule: (input) => yamlRule(input.toString()),
});

export const ledToml = led({
  name: 'led-toml',
  seeds: texts(tomlShapes),
  words: [
    '[',
    ']]',
    '[model_providers.slipstream]\n',
    'model_provider',
    ' = ',
    '"""',
    "'''",
    '#',
    '1979-05-27',
    '0x',
    '__proto__',
  ],
  rule: (input) => tomlRule([input.toString(), input.length]),
});

export const ledEditors = led({
  name: 'led-editors',
  seeds: texts([...qwenShapes, ...zedShapes, ...clineShapes]),
  words: [
    'modelProviders',
    '"openai"',
    '"id"',
    'available_models',
    'openai-compatible',
    '[]',
    '//',
    '/*',
    '*/',
    ',}',
    ',]',
    '__proto__',
  ],
  rule: (input) => {
    for (const rule of Object.values(editorRules)) rule([input.toString(), 0]);
  },
});

export const ledJsonc = led({
  name: 'led-jsonc',
  seeds: texts(jsonShapes),
  words: ['provider', '"slipstream"', '//', '/*', '*/', ',}', ',]', '{"', '":', '\\u00', '__proto__'],
  rule: (input) => jsoncRule([input.toString(), 0]),
});
