import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { driftText } from '../../src-main/core/learn/drift.ts';
import { findCodex } from '../../src-main/core/learn/find-codex.ts';
import { installedVersion } from '../../src-main/core/learn/installed-version.ts';
import { LearnedStore } from '../../src-main/core/learn/learned-store.ts';
import type { DriftNote, LearnedProfile } from '../../src-main/shared/learned-profile.ts';
import { recordingLog, troublesIn } from '../support/host.ts';
import { fakeClock } from './fake-clock.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'slipstream-test-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const path = () => join(dataDir, 'learned-profiles.json');

function open() {
  const log = recordingLog();
  const clock = fakeClock();
  return {
    log,
    clock,
    store: new LearnedStore({ dataDir, troubles: troublesIn(dataDir), clock, log, changed: () => {} }),
  };
}

const profile = (version: string, source: LearnedProfile['source'] = 'cli'): LearnedProfile => ({
  version,
  source,
  learnedAt: 1,
  originator: null,
  userAgent: null,
  websocketBeta: null,
  betaFeatures: null,
  acceptEncoding: null,
  bodyEncoding: null,
  headers: [{ name: 'x-a', on: { ws: 'always', http: 'unseen' }, value: 'same', fill: null }],
  fields: [],
  clientMetadata: [],
  turnMetadata: [],
});

const note = (more: Partial<DriftNote> = {}): DriftNote => ({
  version: '0.172.0',
  profile: '0.171',
  at: 1,
  headers: [],
  fields: [],
  metadata: [],
  frames: [],
  events: [],
  dismissed: false,
  ...more,
});

describe('the file of what was learned', () => {
  it('is written once for a burst, for its owner alone, and read again with the newest version first', () => {
    const { store, clock } = open();
    store.put(profile('0.171.0'));
    store.put(profile('0.172.0'));
    store.put({ ...profile('0.171.0'), learnedAt: 2 });
    store.put(profile('0.171.0', 'traffic'));
    store.putNote(note());
    expect(existsSync(path())).toBe(false);
    clock.advance(2_000);
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    const read = open().store;
    expect(read.profiles.map(({ version, source, learnedAt }) => [version, source, learnedAt])).toEqual([
      ['0.172.0', 'cli', 1],
      ['0.171.0', 'cli', 2],
      ['0.171.0', 'traffic', 1],
    ]);
    expect(read.notes).toEqual([note()]);
  });

  it('holds so many versions of each source and no more: the oldest go', () => {
    const { store } = open();
    for (let minor = 150; minor < 170; minor += 1) store.put(profile(`0.${minor}.0`));
    store.put(profile('0.118.0', 'traffic'));
    expect(store.profiles.map(({ version }) => version)).toEqual([
      ...Array.from({ length: 8 }, (_, index) => `0.${169 - index}.0`),
      '0.118.0',
    ]);
  });

  it.each([
    ['is no JSON', 'x{'],
    ['is a list', '[]'],
    ['is empty', ''],
    ['is null', 'null'],
    ['is far too long', `"${'x'.repeat(3 * 1024 * 1024)}"`],
    ['holds strangers', JSON.stringify({ format: 1, profiles: [{ version: '0.1.0' }, 7, null], notes: [1] })],
  ])('is empty where it %s, and is written anew', (_, text) => {
    writeFileSync(path(), text);
    const { store, clock } = open();
    expect([store.profiles, store.notes]).toEqual([[], []]);
    store.put(profile('0.171.0'));
    clock.advance(2_000);
    expect(open().store.profiles).toHaveLength(1);
  });

  it('keeps what it can read of a file that somebody has written to', () => {
    const strange = { ...profile('0.172.0'), headers: [{ name: 'a\r\nb' }] };
    writeFileSync(path(), JSON.stringify({ format: 1, profiles: [profile('0.171.0'), strange], notes: [note()] }));
    const { store, log } = open();
    expect(store.profiles.map(({ version }) => version)).toEqual(['0.171.0']);
    expect(log.lines).toContainEqual(
      expect.objectContaining({ level: 'warn', message: expect.stringContaining(path()) }),
    );
  });

  it('of a newer Slipstream is left as it is', () => {
    const text = '{"format":2,"more":true}';
    writeFileSync(path(), text);
    const { store, clock } = open();
    store.put(profile('0.171.0'));
    clock.advance(2_000);
    expect(readFileSync(path(), 'utf8')).toBe(text);
  });
});

it.each<[Partial<DriftNote>, string | null]>([
  [{}, null],
  [{ headers: ['x-a'] }, 'Codex 0.172 sends 1 header that profile 0.171 lacks: x-a'],
  [{ version: '0.172.3', fields: ['a', 'b'] }, 'Codex 0.172.3 sends 2 body members that profile 0.171 lacks: a, b'],
  [{ events: ['response.new'] }, 'Codex 0.172 is sent 1 event type not known here: response.new'],
])('the news %j read: %s', (more, text) => {
  expect(driftText(note(more))).toBe(text);
});

describe('the version of the installed Codex command', () => {
  const clock = { after: () => ({ cancel: () => {} }) };
  const manifest = (folder: string, content: string) => {
    mkdirSync(join(dataDir, folder), { recursive: true });
    writeFileSync(join(dataDir, folder, 'package.json'), content);
  };
  const program = (...at: string[]) => {
    mkdirSync(join(dataDir, ...at.slice(0, -1)), { recursive: true });
    writeFileSync(join(dataDir, ...at), '', { mode: 0o755 });
    return join(dataDir, ...at);
  };
  const codexManifest = '{"name":"@openai/codex","version":"0.175.1"}';

  it('is that of the npm package its link leads into', async () => {
    manifest('lib/node_modules/@openai/codex', codexManifest);
    const target = program('lib', 'node_modules', '@openai', 'codex', 'bin', 'codex.js');
    mkdirSync(join(dataDir, 'bin'));
    symlinkSync(target, join(dataDir, 'bin', 'codex'));
    expect(await installedVersion(clock, () => join(dataDir, 'bin', 'codex'))).toBe('0.175.1');
  });

  it('is that of the package beside a starter of Windows', async () => {
    manifest('node_modules/@openai/codex', codexManifest);
    expect(await installedVersion(clock, () => program('codex.cmd'))).toBe('0.175.1');
  });

  it('is what the folder of a cask is called', async () => {
    expect(await installedVersion(clock, () => program('Caskroom', 'codex', '0.176.0', 'codex-x86'))).toBe('0.176.0');
  });

  it.each([
    ['another package', '{"name":"codex","version":"9.0.0"}'],
    ['no JSON', '{'],
    ['no version', '{"name":"@openai/codex"}'],
    ['too much', codexManifest.padStart(70_000)],
  ])('is not known where its files say %s', async (_, content) => {
    manifest('package', content);
    expect(await installedVersion(clock, () => program('package', 'bin', 'codex'))).toBeNull();
  });

  it('is not known where there is no command, or none that can be read in time', async () => {
    expect(await installedVersion(clock, () => null)).toBeNull();
    expect(await installedVersion(clock, () => join(dataDir, 'gone'))).toBeNull();
    const late = {
      after: (_ms: number, action: () => void) => {
        action();
        return { cancel: () => {} };
      },
    };
    manifest('node_modules/@openai/codex', codexManifest);
    expect(await installedVersion(late, () => program('codex'))).toBeNull();
  });
});

describe('finding the Codex command', () => {
  const install = (folder: string, mode = 0o755) => {
    const file = join(dataDir, folder);
    writeFileSync(file, '', { mode });
    return file;
  };
  const around = (path: string) => ({
    path,
    pathExt: '.EXE;.CMD',
    platform: 'linux' as const,
    homeDir: join(dataDir, 'home'),
  });

  it('takes the first program of that name on PATH, and nothing from the folder one happens to be in', () => {
    expect(findCodex(around('.'))).not.toBe(join(process.cwd(), 'codex'));
    const found = install('codex');
    expect(findCodex(around(['relative', '', dataDir].join(delimiter)))).toBe(found);
  });

  it('passes over a file that cannot be run', () => {
    const file = install('codex', 0o644);
    expect(findCodex(around(dataDir))).not.toBe(file);
  });

  it('knows the endings of Windows', () => {
    const found = install('codex.cmd');
    expect(findCodex({ ...around(dataDir), platform: 'win32' })).toBe(found);
  });
});
