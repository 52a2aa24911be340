/** No name in a file, a body or a frame reaches the prototypes that everything inherits from. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from 'vitest';
import { aider } from '../../src-main/clients/aider.ts';
import { claudeCode } from '../../src-main/clients/claude-code.ts';
import { cline } from '../../src-main/clients/cline.ts';
import { codex } from '../../src-main/clients/codex.ts';
import { continueClient } from '../../src-main/clients/continue.ts';
import { generic } from '../../src-main/clients/generic.ts';
import { SetupJournal } from '../../src-main/clients/journal.ts';
import { readJsonc, readPlainJson, setJsoncValue } from '../../src-main/clients/jsonc-edit.ts';
import { opencode } from '../../src-main/clients/opencode.ts';
import { qwenCode } from '../../src-main/clients/qwen-code.ts';
import { readToml } from '../../src-main/clients/toml-document.ts';
import { setTomlValue } from '../../src-main/clients/toml-edit.ts';
import { readYaml } from '../../src-main/clients/yaml-document.ts';
import { setYamlValue } from '../../src-main/clients/yaml-edit.ts';
import { zed } from '../../src-main/clients/zed.ts';
import { parseAccountFile } from '../../src-main/core/accounts/account-file.ts';
import { readExpiry, readHolder, readUnverifiedClaims } from '../../src-main/core/accounts/claims.ts';
import { refreshTokens } from '../../src-main/core/accounts/issuer-api.ts';
import { readRouting } from '../../src-main/core/accounts/routing.ts';
import { parseSignInFile } from '../../src-main/core/accounts/sign-in-file.ts';
import { planFrom, usageFromEndpoint, usageFromEvent } from '../../src-main/core/accounts/usage.ts';
import { parseRequestObject } from '../../src-main/core/dialects/request-json.ts';
import { numberMember, objectMember, parseJsonObject, textMember } from '../../src-main/core/json.ts';
import { answerObject } from '../../src-main/core/json-answer.ts';
import { parseCoins } from '../../src-main/core/latency/coin-record.ts';
import { readExperiments } from '../../src-main/core/latency/kept-experiments.ts';
import { LearnedStore } from '../../src-main/core/learn/learned-store.ts';
import { listedEfforts, listedTiers } from '../../src-main/core/models/catalogue.ts';
import { offeredModels } from '../../src-main/core/models/offered-models.ts';
import { applyEdits } from '../../src-main/core/normalise/edits.ts';
import { Redactor } from '../../src-main/core/traces/redaction.ts';
import { storedDetail } from '../../src-main/core/traces/store/stored-detail.ts';
import { refusalFromEvent } from '../../src-main/core/turn/refusal.ts';
import { parseKept } from '../../src-main/core/turn/session-file.ts';
import { parseEvent } from '../../src-main/core/wire-event.ts';
import { findInstance } from '../../src-main/node/find-instance.ts';
import { openSettings } from '../../src-main/node/settings.ts';
import { CallMessage, Hello } from '../../src-main/shared/bridge-wire.ts';
import { contract } from '../../src-main/shared/contract.ts';
import { hardenPrototypes } from '../../src-main/shared/harden-prototypes.ts';
import { ownMember } from '../../src-main/shared/own-member.ts';
import { realClock, recordingLog, troublesIn } from '../support/host.ts';
import { probeOf } from '../support/read-texts.ts';
import { jwt, origin } from '../unit/account-fixtures.ts';

/** Every name that the prototypes have, before anything was read. */
const namesOf = () => [Object, Array, Function, String].map(({ prototype }) => Reflect.ownKeys(prototype));
const clean = namesOf();
const folders: string[] = [];

afterEach(() => {
  const found = namesOf();
  for (const name of ['polluted', 'authorization']) Reflect.deleteProperty(Object.prototype, name);
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  expect(found).toEqual(clean);
});

/** Whether some value within it inherits from anything but what JSON makes. */
function hasStrangePrototype(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || value instanceof Date) return false;
  const own: unknown = Object.getPrototypeOf(value);
  const usual: unknown[] = [null, Object.prototype, Array.prototype];
  return !usual.includes(own) || Object.values(value).some(hasStrangePrototype);
}

const tomlTexts = [
  '[__proto__]\npolluted = "x"',
  '["__proto__"]\npolluted = "x"',
  "['__proto__']\npolluted = 'x'",
  '["\\u005f_proto__"]\npolluted = "x"',
  '["\\U0000005f_proto__"]\npolluted = "x"',
  '["\\x5f_proto__"]\npolluted = "x"',
  '__proto__.polluted = "x"',
  '"__proto__".polluted = "x"',
  'a.__proto__.polluted = "x"',
  'a = { __proto__ = { polluted = "x" } }',
  'a = { __proto__.polluted = "x" }',
  'a = [{ __proto__ = { polluted = "x" } }]',
  '[[__proto__]]\npolluted = "x"',
  '[a.__proto__]\npolluted = "x"',
  '[[a]]\n[a.__proto__]\npolluted = "x"',
  '[[a]]\n__proto__.polluted = "x"',
  '[constructor.prototype]\npolluted = "x"',
  '[a.constructor.prototype]\npolluted = "x"',
  'constructor.prototype.polluted = "x"',
  'a = { constructor.prototype.polluted = "x" }',
  'a = [1]\n[b.constructor.prototype]\npolluted = "x"',
  '[__proto__.__proto__]\npolluted = "x"',
  '[a]\n[a.toString]\npolluted = "x"',
  '[hasOwnProperty]\npolluted = "x"',
];

describe('a TOML file', () => {
  it.each(tomlTexts)('reaches nothing beyond its own value: %j', (text) => {
    const { value } = readToml(text);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(hasStrangePrototype(value)).toBe(false);
    expect(JSON.stringify(value)).toContain('"polluted":"x"');
    expect(setTomlValue(text, ['model_provider'], 'slipstream')).toContain('polluted');
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('keeps such a key as a value, so that a change of it is seen', () => {
    const { value } = readToml('[projects.constructor]\ntrust = "yes"\n[__proto__]\na = 1');
    expect(Object.keys(value as object)).toEqual(['projects', '__proto__']);
  });
});

const member = '"polluted":"x"';
const jsonTexts = [
  `{"__proto__":{${member}}}`,
  `{"\\u005f_proto__":{${member}}}`,
  `{"\\u005f\\u005fproto\\u005f\\u005f":{${member}}}`,
  `{"constructor":{"prototype":{${member}}}}`,
  `{"c\\u006fnstructor":{"prototype":{${member}}}}`,
  `{"prototype":{${member}}}`,
  `{"a":{"__proto__":{${member}}}}`,
  `{"a":[{"__proto__":{${member}}}]}`,
  `{"__proto__":{"__proto__":{${member}}}}`,
  `{"__proto__":{"type":"codex","access_token":"a","tokens":{},"status":200,"error":{"code":"constructor"},"model":"gpt-5.5"}}`,
];

/** An invalid file is refused; it is what the reader leaves behind that counts. */
const tried = (read: () => unknown) => {
  try {
    return read();
  } catch {
    return null;
  }
};

/** A file of this text where a reader of the data folder looks for it. */
function folderWith(name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'slipstream-prototypes-'));
  folders.push(folder);
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
  return folder;
}

const pointAt = { baseUrl: 'http://127.0.0.1:2575', apiKey: 'local-key-0123456789abcdef', models: [] };

function learnedFrom(text: string): unknown {
  const dataDir = folderWith('learned-profiles.json', text);
  const { profiles, notes } = new LearnedStore({
    dataDir,
    troubles: troublesIn(dataDir),
    clock: realClock,
    log: recordingLog(),
    changed: () => {},
  });
  return [profiles, notes];
}

const readers: readonly (readonly [string, (text: string) => unknown])[] = [
  ['JSONC', readJsonc],
  ['plain JSON', (text) => readPlainJson(text, 'It')],
  ['an edit of JSONC', (text) => setJsoncValue(text, ['__proto__', 'constructor', 'prototype', 'b'], 1) && null],
  // JSON is YAML.
  ['YAML', (text) => readYaml(text).value],
  ['an edit of YAML', (text) => setYamlValue(text, ['__proto__', 'constructor', 'prototype', 'b'], 'x') && null],
  ['a JSON object', parseJsonObject],
  ['a request', (text) => parseRequestObject(Buffer.from(text)).body],
  ['an edit of a body', (text) => applyEdits(Buffer.from(text), new Map([['__proto__', { polluted: 'y' }]])) && null],
  ['a frame', (text) => parseEvent(Buffer.from(text))],
  ['a refusal in a frame', (text) => refusalFromEvent(parseEvent(Buffer.from(text)))],
  ['a chain', (text) => probeOf(parseRequestObject(Buffer.from(text)).body, 'gpt-5.5', null) && null],
  ['a sign-in file', (text) => parseSignInFile(text, origin, 0)],
  ['claims', (text) => [readUnverifiedClaims(jwt(JSON.parse(text))), readHolder(jwt(JSON.parse(text)))]],
  ['an expiry', (text) => readExpiry(jwt(JSON.parse(text)))],
  ['an account file', parseAccountFile],
  ['an answer to a question of our own', (text) => answerObject(Buffer.from(text))],
  ['usage from the endpoint', (text) => usageFromEndpoint(JSON.parse(text), 0)],
  ['usage from an event', (text) => [usageFromEvent(JSON.parse(text), 0), planFrom(JSON.parse(text))]],
  [
    'usage within its limits',
    (text) => usageFromEndpoint({ rate_limit: JSON.parse(text), credits: JSON.parse(text) }, 0),
  ],
  ['accounts/check', (text) => readRouting(Buffer.from(`{"accounts":[${text}]}`), 'x')],
  ['models', (text) => offeredModels([JSON.parse(text), { slug: 'x', ...JSON.parse(text) }])],
  ['tiers and efforts', (text) => [listedTiers(JSON.parse(text)), listedEfforts(JSON.parse(text))]],
  ['sessions.json', (text) => parseKept(parseJsonObject(text) ?? {})],
  ['coins.json', (text) => parseCoins(parseJsonObject(`{"coins":[${text}]}`) ?? {})],
  ['learned-profiles.json', (text) => learnedFrom(text)],
  ['a learned profile', (text) => learnedFrom(`{"format":1,"profiles":[${text}],"notes":[${text}]}`)],
  ['kept experiments', (text) => readExperiments([text])],
  [
    'config.toml as a client is set up by it',
    (text) => codex.file?.plan(`a = ${text.replaceAll(':', '=')}\n`, 'login', pointAt),
  ],
  ['opencode.json', (text) => opencode.file?.plan(text, 'provider', pointAt)],
  ['settings.json of Claude Code', (text) => claudeCode.file?.plan(text, 'env', pointAt)],
  ...[qwenCode, zed, cline].map(
    ({ name, file }) => [`the settings of ${name}`, (text: string) => file?.plan(text, 'settings', pointAt)] as const,
  ),
  ['.aider.conf.yml', (text) => aider.file?.plan(text, 'config', pointAt)],
  ['config.yaml of Continue', (text) => continueClient.file?.plan(`models: [${text}]`, 'config', pointAt)],
  ['a stored trace', storedDetail],
  ['redaction', (text) => new Redactor().value(JSON.parse(text))],
  ['a hello', (text) => Hello.safeParse(JSON.parse(text)).data],
  ['a call', (text) => CallMessage.safeParse({ id: 1, name: 'x', input: JSON.parse(text) }).data],
  ['settings of a call', (text) => contract['settings.set'].input.safeParse(JSON.parse(text)).data],
  ['a filter', (text) => contract['requests.query'].input.safeParse(JSON.parse(text)).data],
  [
    'the settings file',
    (text) => openSettings({ dataDir: folderWith('settings.json', text), log: recordingLog() }).read(),
  ],
  ['the instance file', (text) => findInstance(folderWith('instance.json', text))],
  [
    'the set-up journal',
    (text) => new SetupJournal(folderWith('clients/codex-0.json', text), troublesIn('/nowhere')).list(),
  ],
];

describe.each(readers)('%s', (_name, read) => {
  it.each(jsonTexts)('reaches nothing beyond its own value: %s', (text) => {
    const value = tried(() => read(text));
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(hasStrangePrototype(value)).toBe(false);
    expect(Reflect.get(Object(value), 'polluted')).toBeUndefined();
  });
});

describe('an answer of the issuer', () => {
  it.each(jsonTexts)('is tokens by its own members alone: %s', async (text) => {
    const body = Buffer.from(text);
    const result = await refreshTokens(async () => ({ kind: 'answered', status: 200, body }), 'rt', 'proactive_expiry');
    expect(result).toEqual({ kind: 'tokens', tokens: {} });
  });

  it('gives no token that a header cannot carry', async () => {
    const body = Buffer.from(JSON.stringify({ access_token: 'a\r\nx: y', refresh_token: 'b\u0100', id_token: 'c' }));
    const result = await refreshTokens(async () => ({ kind: 'answered', status: 200, body }), 'rt', 'proactive_expiry');
    expect(result).toEqual({ kind: 'tokens', tokens: { idToken: 'c' } });
  });
});

describe('an answer to a question of our own', () => {
  it.each([
    ['deeper than any', `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`],
    ['of more values than any', `{"a":[${'1,'.repeat(100_000)}1]}`],
    ['with more members than any', `{${Array.from({ length: 5_001 }, (_, at) => `"m${at}":1`).join()}}`],
    ['with a name longer than any', `{"${'n'.repeat(17_000)}":1}`],
    ['of numbers and gaps alone', `{"a":1${' '.repeat(5 * 1024 * 1024)}}`],
    ['longer than any', `{"a":"${'x'.repeat(9 * 1024 * 1024)}"}`],
    ['that is cut', '{"a":1'],
    ['that is a list', '[1]'],
  ])('is none %s', (_what, text) => {
    expect(answerObject(Buffer.from(text))).toBeNull();
  });

  it('is what it says where it is like others', () => {
    expect(answerObject(Buffer.from('{"a":[{"b":1}],"\\u0063":"é"}'))).toEqual({ a: [{ b: 1 }], c: 'é' });
  });
});

describe('a look-up by a name from outside', () => {
  const inherited = ['constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf'];

  it.each(inherited)('finds nothing that is only inherited: %s', (name) => {
    const object = parseJsonObject('{"a":1}');
    expect([textMember(object, name), numberMember(object, name), objectMember(object, name)]).toEqual([
      null,
      null,
      null,
    ]);
    expect(ownMember({ a: 1 }, name)).toBeUndefined();
    expect(generic.snippet(name, { baseUrl: 'http://127.0.0.1:1', apiKey: 'k', models: [] })).toBe('');
  });

  it('reads no member that somebody put on the prototype', () => {
    Reflect.set(Object.prototype, 'authorization', 'stranger');
    const found = textMember(parseJsonObject('{}'), 'authorization');
    Reflect.deleteProperty(Object.prototype, 'authorization');
    expect(found).toBeNull();
  });
});

describe('hardened prototypes', () => {
  it('take no new member, and have no __proto__ to go through', () => {
    // A realm of its own: what is done here must not be done to other tests.
    const outcome: unknown = runInNewContext(
      `(${hardenPrototypes.toString().replaceAll(/\bprototypes\b/g, 'all')})();
      ({}).constructor.prototype.polluted = 1;
      Reflect.set([].constructor.prototype, 'polluted', 1);
      const proto = JSON.parse('{"__proto__":{"polluted":1}}');
      const merged = {};
      for (const name of Object.keys(proto)) merged[name] = Object.assign(merged[name] ?? {}, proto[name]);
      const named = {};
      named.toString = () => 'still allowed';
      [({}).polluted, [].polluted, '__proto__' in {}, String(named)].join()`.replace(
        '(function',
        'const all = [Object, Array].map(({ prototype }) => prototype); (function',
      ),
    );
    expect(outcome).toBe(',,false,still allowed');
  });
});
