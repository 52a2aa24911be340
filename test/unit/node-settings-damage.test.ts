import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSettings } from '../../src-main/node/settings.ts';
import { Settings } from '../../src-main/shared/settings.ts';
import { english } from '../../src-main/shared/words/english.ts';
import { createWords } from '../../src-main/shared/words/words.ts';
import { chineseCatalogue } from '../../src-main/shared/words/zh-cn/catalogue.ts';
import { recordingLog } from '../support/host.ts';

let dataDir: string;
const path = () => join(dataDir, 'settings.json');
const onDisk = () => JSON.parse(readFileSync(path(), 'utf8')) as Record<string, unknown>;
const others = () => readdirSync(dataDir).filter((name) => name !== 'settings.json');
const open = () => openSettings({ dataDir, log: recordingLog() });
const begin = (content: unknown) =>
  writeFileSync(path(), typeof content === 'string' ? content : JSON.stringify(content));

const apiKey = 'a-key-that-clients-hold-0123456789';
const installationId = '11111111-2222-4333-8444-555555555555';
const mine = { version: 1, fastPolicy: 'off', apiKey, installationId, traceDays: 7, originator: 'my-app' };

const deep = (settings: object) =>
  `${JSON.stringify(settings).slice(0, -1)},"x":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
const cutOff = (settings: object) => Buffer.from(JSON.stringify(settings).slice(0, -1));

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'slipstream-settings-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const chinese = createWords('zh-CN', chineseCatalogue);
const settable = Object.keys(Settings.shape).filter((name) => !['version', 'apiKey', 'installationId'].includes(name));

describe('a settings file with a bad value', () => {
  it.each(settable)('keeps all others, falls to the default of %s and says so, over restarts', (name) => {
    begin({ ...mine, [name]: { bad: 'secret-value' } });
    for (const store of [open(), open()]) {
      const read = store.read();
      const usual = Settings.parse({ version: 1, fastPolicy: 'auto', apiKey, installationId });
      expect(read).toEqual({ ...usual, ...mine, [name]: usual[name as keyof Settings] });
      expect(store.problems().map(english.told)).toEqual([expect.stringContaining(`"${name}"`)]);
      expect(store.problems().map(english.told).join()).not.toContain('secret-value');
      // Names and examples stay; no sentence does.
      expect(store.problems().map(chinese.told).join()).not.toMatch(/has to be|Invalid|expected/);
    }
    expect(onDisk()[name]).toEqual({ bad: 'secret-value' });
    expect(others()).toEqual([]);
  });

  it('is no matter of the order of its members', () => {
    const nested = { x: { y: [{ z: 1 }] }, ...mine };
    begin(nested);
    expect(open().read()).toMatchObject(mine);
    expect(others()).toEqual([]);
    expect(onDisk()).toMatchObject(nested);
  });

  it('is whole again once that member is set', () => {
    begin({ ...mine, traceDays: -1 });
    const store = open();
    store.write({ fastPolicy: 'on' });
    expect(store.problems().map(english.told)).toHaveLength(1);
    store.write({ traceDays: 9 });
    expect(store.problems().map(english.told)).toEqual([]);
    expect(open().problems().map(english.told)).toEqual([]);
    expect(onDisk()).toMatchObject({ ...mine, fastPolicy: 'on', traceDays: 9 });
  });

  it.each(['version', 'unknown'])('keeps the rest where %s is of the wrong kind', (name) => {
    begin({ ...mine, [name]: 'x' });
    expect(open().read()).toMatchObject(mine);
  });

  it('makes a new API key only where the old one is none, and keeps a copy', () => {
    const text = JSON.stringify({ ...mine, apiKey: 'too short' });
    begin(text);
    const store = open();
    expect(store.read()).toMatchObject({ ...mine, apiKey: expect.stringMatching(/^[\w-]{43}$/) });
    expect(store.problems().map(english.told).join('\n')).toContain('API key');
    expect(open().read().apiKey).toBe(store.read().apiKey);
    expect(others().map((name) => readFileSync(join(dataDir, name), 'utf8'))).toEqual([text]);
  });
});

describe('a settings file that cannot be read as a whole', () => {
  it.each([
    ['is cut off', JSON.stringify(mine).slice(0, -1)],
    ['has a comma too many', JSON.stringify(mine).replace('}', ',}')],
    ['is a list', JSON.stringify([mine])],
    ['is a text', JSON.stringify('x')],
    ['is null', 'null'],
    ['is empty', ''],
  ])('that %s is put aside and told of until that is deleted', (_how, text) => {
    begin(text);
    const { apiKey: found } = open().read();
    if (text.includes(apiKey)) expect(found).toBe(apiKey);
    const store = open();
    expect(store.read().apiKey).toBe(found);
    expect(others()).toEqual([expect.stringMatching(/^settings\.corrupt-\d+\.json$/)]);
    const aside = join(dataDir, others()[0] ?? '');
    expect(readFileSync(aside, 'utf8')).toBe(text);
    expect(statSync(aside).mode & 0o777).toBe(0o600);
    expect(store.problems().map(english.told)).toEqual([expect.stringContaining(aside)]);
    rmSync(aside);
    expect(store.problems().map(english.told)).toEqual([]);
  });

  it.each([
    ['written in UTF-16, as Windows PowerShell does', Buffer.from(`\ufeff${JSON.stringify(mine)}`, 'utf16le'), mine],
    ['with a member that is nested too deep', deep(mine), mine],
    ['far too large', JSON.stringify({ ...mine, note: 'x'.repeat(17 * 1024 * 1024) }), { apiKey, installationId }],
    ['cut off, with bytes that are no text', Buffer.concat([cutOff(mine), Buffer.from([0xe9, 0xff])]), { apiKey }],
  ])('that is %s is kept to the byte, and what can be read of it stays', (_how, content, read) => {
    writeFileSync(path(), content);
    for (const store of [open(), open()]) {
      expect(store.read()).toMatchObject(read);
      expect(others()).toEqual([expect.stringMatching(/^settings\.corrupt-\d+\.json$/)]);
      expect(store.problems().map(english.told)).toEqual([expect.stringContaining(others()[0] ?? '?')]);
    }
    const aside = join(dataDir, others()[0] ?? '');
    expect(readFileSync(aside).equals(Buffer.from(content))).toBe(true);
    expect(statSync(aside).mode & 0o777).toBe(0o600);
  });

  it('is read with the mark that some editors put first', () => {
    begin(`\ufeff${JSON.stringify(mine)}`);
    expect(open().read()).toMatchObject(mine);
    expect(open().problems().map(english.told)).toEqual([]);
  });
});

it('copies that nobody can look for, as with no file descriptor left, are no reason to fail', () => {
  begin(mine);
  const store = open();
  rmSync(dataDir, { recursive: true });
  writeFileSync(dataDir, '');
  expect(store.problems()).toEqual([]);
});

describe('a settings file of a newer version', () => {
  const newer = { ...mine, version: 2, fastPolicy: 'turbo', proxyUrl: 'http://127.0.0.1:8080', invented: { a: 1 } };

  it('is read as far as it is understood, and left alone', () => {
    begin(newer);
    const before = readFileSync(path(), 'utf8');
    const store = open();
    expect(store.read()).toMatchObject({
      version: 1,
      apiKey,
      traceDays: 7,
      proxyUrl: newer.proxyUrl,
      fastPolicy: 'auto',
    });
    expect(store.problems().map(english.told).join('\n')).toContain('newer');
    expect(readFileSync(path(), 'utf8')).toBe(before);
  });

  it('is copied before it is written to, and keeps what is not understood', () => {
    begin(newer);
    const before = readFileSync(path(), 'utf8');
    const store = open();
    store.write({ traceDays: 8 });
    store.write({ traceDays: 9 });
    expect(onDisk()).toEqual({ ...newer, traceDays: 9 });
    expect(others()).toEqual(['settings.version-2.json']);
    expect(readFileSync(join(dataDir, 'settings.version-2.json'), 'utf8')).toBe(before);
    expect(statSync(join(dataDir, 'settings.version-2.json')).mode & 0o777).toBe(0o600);
  });
});

describe('half-written files', () => {
  it('are removed at the start, and nothing else', () => {
    begin(mine);
    const left = [
      'settings.json.tmp-1234567890abcdef',
      'instance.json.1234567',
      'command.json.99',
      'open-sign-in.html.12',
    ];
    const kept = ['traces.sqlite', 'notes.json', 'settings.corrupt-1.json', 'clients.json'];
    for (const name of [...left, ...kept]) writeFileSync(join(dataDir, name), '"token"');
    // Nothing of ours is a folder.
    mkdirSync(join(dataDir, 'keys.json.77'));
    open();
    expect(others().toSorted()).toEqual([...kept, 'keys.json.77'].toSorted());
  });
});

describe('a settings file that a person changes while the program runs', () => {
  const edits = [
    ['another value', JSON.stringify({ ...mine, traceDays: 30 })],
    ['what is no JSON', '{"traceDays": 30,'],
    ['nothing', ''],
  ] as const;

  it.each(edits)('is kept beside it before it is written again, and told of: %s', (_name, text) => {
    begin(mine);
    const store = open();
    begin(text);
    store.write({ fastPolicy: 'on' });
    const [kept, ...rest] = others();
    expect(kept).toMatch(/^settings\.edited-\d+\.json$/);
    expect(rest).toEqual([]);
    expect(readFileSync(join(dataDir, kept ?? ''), 'utf8')).toBe(text);
    expect(statSync(join(dataDir, kept ?? '')).mode & 0o777).toBe(0o600);
    expect(onDisk()).toMatchObject({ ...mine, fastPolicy: 'on' });
    expect(store.problems().map(english.told)).toEqual([expect.stringContaining(join(dataDir, kept ?? ''))]);
    store.write({ fastPolicy: 'off' });
    expect(others()).toEqual([kept]);
  });

  it('that cannot be written says which file, and why, and stays as it was set', () => {
    begin(mine);
    const store = open();
    rmSync(path());
    mkdirSync(path());
    const why = expect.stringMatching(
      /settings\.json cannot be written: it is a folder \(EISDIR\)\. Nothing was changed\./,
    );
    expect(() => store.write({ fastPolicy: 'on' })).toThrow(expect.objectContaining({ message: why }));
    expect(store.read().fastPolicy).toBe('off');
  });

  it('has no copy of what is said in another form, or was taken away', () => {
    begin(mine);
    const store = open();
    begin(`\ufeff${JSON.stringify(onDisk(), undefined, 4)}`);
    store.write({ fastPolicy: 'on' });
    rmSync(path());
    store.write({ fastPolicy: 'off' });
    expect(others()).toEqual([]);
    expect(onDisk()).toMatchObject({ fastPolicy: 'off' });
  });

  it('has no copy where nobody changed a number that is not written as it was read', () => {
    begin(
      JSON.stringify({ ...mine, traceDays: 12, others: [0, 1] })
        .replace('12', '1e400')
        .replace('0,1', '-0,-1e999'),
    );
    open().write({ fastPolicy: 'on' });
    expect(others()).toEqual([]);
    expect(onDisk()).toMatchObject({ fastPolicy: 'on' });
  });

  it('has the newest copies alone, however often it is changed', () => {
    begin(mine);
    const store = open();
    for (let round = 0; round < 8; round += 1) {
      writeFileSync(join(dataDir, `settings.edited-${1e12 + round}.json`), '{}');
      begin(`{"round": ${round}}`);
      store.write({ fastPolicy: round % 2 === 0 ? 'on' : 'off' });
    }
    expect(others()).toHaveLength(5);
    expect(others().some((name) => readFileSync(join(dataDir, name), 'utf8') === '{"round": 7}')).toBe(true);
  });
});
