import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SetupJournal } from '../../src-main/clients/journal.ts';
import type { ClientView } from '../../src-main/shared/client-model.ts';
import type { ClientHandlers } from '../../src-main/shared/contract.ts';
import { applyClient, clientsOn } from '../support/clients.ts';
import { withPowerCutAfter } from '../support/power-cut.ts';

const text = '# mine\nmodel = "a"\n\n[tui]\nnotifications = true\n';
let root: string;

/** A home and a data folder that nothing has happened to. */
function freshPlace(name: string) {
  const place = { homeDir: join(root, name, 'home'), dataDir: join(root, name, 'data') };
  mkdirSync(place.homeDir, { recursive: true });
  mkdirSync(place.dataDir);
  return { ...place, path: join(place.homeDir, '.codex', 'config.toml') };
}

function write(path: string): void {
  mkdirSync(join(path, '..'));
  writeFileSync(path, text, { mode: 0o644 });
}

const contentOf = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : null);

async function codexOf(handlers: ClientHandlers): Promise<ClientView | undefined> {
  return (await handlers['clients.list'](null)).find(({ id }) => id === 'codex');
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'slipstream-crash-'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

interface Story {
  readonly name: string;
  /** What was there before Slipstream came. */
  readonly original: string | null;
  readonly before: (handlers: ClientHandlers) => unknown;
  readonly act: (handlers: ClientHandlers) => unknown;
}

const undo = (handlers: ClientHandlers) => handlers['clients.undo']({ id: 'codex' });
const stories: readonly Story[] = [
  { name: 'a first write', original: text, before: () => {}, act: (on) => applyClient(on, 'codex', 'provider') },
  { name: 'the making of a file', original: null, before: () => {}, act: (on) => applyClient(on, 'codex', 'provider') },
  {
    name: 'a change of mode',
    original: text,
    before: (on) => applyClient(on, 'codex', 'provider'),
    act: (on) => applyClient(on, 'codex', 'login'),
  },
  { name: 'an undo', original: text, before: (on) => applyClient(on, 'codex', 'login'), act: undo },
  { name: 'an undo of a new file', original: null, before: (on) => applyClient(on, 'codex', 'login'), act: undo },
];

describe.each(stories)('a power cut during $name', ({ original, before, act }) => {
  it('leaves the file whole at every point, and the next start puts all in order', async () => {
    let points = 0;
    for (let isCut = true; isCut; points += 1) {
      const place = freshPlace(`cut-${points}`);
      if (original !== null) write(place.path);
      const handlers = clientsOn(place);
      await before(handlers);
      const earlier = contentOf(place.path);
      isCut = await withPowerCutAfter(points, () => act(handlers));
      const left = contentOf(place.path);

      const restarted = clientsOn(place);
      // A start changes records, never the file.
      expect(contentOf(place.path)).toBe(left);
      const view = await codexOf(restarted);
      expect(view).toMatchObject({ problem: null, state: expect.not.stringContaining('changed-since') });
      if (left === original) {
        expect(view).toMatchObject({ undoable: false, mode: null });
      } else {
        expect(view).toMatchObject({ undoable: true, state: 'set-up', mode: expect.any(String) });
        await undo(restarted);
      }
      expect(contentOf(place.path)).toBe(original);
      if (original !== null) expect(statSync(place.path).mode & 0o777).toBe(0o644);
      // Nothing half done stays beside it.
      if (existsSync(join(place.path, '..'))) {
        expect(readdirSync(join(place.path, '..'))).toEqual(original === null ? [] : ['config.toml']);
      }
      expect(await codexOf(clientsOn(place))).toMatchObject({ undoable: false });
      if (!isCut) expect(left).not.toBe(earlier);
    }
    // Backup, record, temporary file, exchange, record: there must have been something to cut.
    expect(points).toBeGreaterThan(5);
  });
});

/** Undo of whatever is there: what the user does who looks at the change and says yes. */
async function takeOut(handlers: ClientHandlers): Promise<ClientView> {
  const { hash } = await handlers['clients.undoPlan']({ id: 'codex' });
  return handlers['clients.undo']({ id: 'codex', hash });
}

const theirs = '\n[projects."/x"]\ntrust_level = "trusted"\n';

describe.each([
  { name: 'taking our part out of a changed file', act: takeOut },
  {
    name: 'a new set-up of a changed file',
    act: (on: ClientHandlers) => applyClient(on, 'codex', 'login'),
  },
])('a power cut during $name', ({ act }) => {
  it('leaves the file whole at every point, and what others wrote survives the undo that follows', async () => {
    let points = 0;
    for (let isCut = true; isCut; points += 1) {
      const place = freshPlace(`changed-${points}`);
      write(place.path);
      const handlers = clientsOn(place);
      await applyClient(handlers, 'codex', 'provider');
      appendFileSync(place.path, theirs);
      const changed = contentOf(place.path);
      isCut = await withPowerCutAfter(points, () => act(handlers));
      const left = contentOf(place.path);
      const restarted = clientsOn(place);
      expect(contentOf(place.path)).toBe(left);
      if (left !== `${text}${theirs}`) await takeOut(restarted);
      expect(contentOf(place.path)).toBe(`${text}${theirs}`);
      expect(await codexOf(clientsOn(place))).toMatchObject({ state: 'not-set-up', undoable: false, problem: null });
      expect(readdirSync(join(place.path, '..'))).toEqual(['config.toml']);
      expect(readdirSync(join(place.dataDir, 'clients')).filter((one) => one.endsWith('.json'))).toEqual([]);
      if (!isCut) expect(left).not.toBe(changed);
    }
    expect(points).toBeGreaterThan(5);
  });
});

it('a process killed between the backup and the write is put in order at the next start', async () => {
  const { homeDir, dataDir, path } = freshPlace('killed');
  write(path);
  const program = join(import.meta.dirname, '..', 'support', 'killed-apply.ts');
  const run = spawnSync(process.execPath, [program, homeDir, dataDir], { encoding: 'utf8' });
  expect(run.signal, run.stderr).toBe('SIGKILL');
  expect(readdirSync(join(path, '..'))).toHaveLength(2);
  // The file as it was, and what it was to become.
  expect(readdirSync(join(dataDir, 'clients', 'backups'))).toHaveLength(2);

  const handlers = clientsOn({ homeDir, dataDir });
  // Nobody has asked anything yet.
  await expect.poll(() => readdirSync(join(path, '..')), { timeout: 20_000 }).toEqual(['config.toml']);
  expect(contentOf(path)).toBe(text);
  expect(await codexOf(handlers)).toMatchObject({ state: 'not-set-up', undoable: false });
  expect(await applyClient(handlers, 'codex', 'provider')).toMatchObject({ state: 'set-up', undoable: true });
  await undo(handlers);
  expect(contentOf(path)).toBe(text);
});

it('a disk that has no room any more once the file is written makes no error of it, nor of its undo', async () => {
  const place = freshPlace('full');
  write(place.path);
  const { save, drop } = SetupJournal.prototype;
  const full = () => {
    throw new Error('the disk is full');
  };
  const saved = vi.spyOn(SetupJournal.prototype, 'save').mockImplementation(function (this: SetupJournal, record) {
    if (record.phase === 'written') full();
    save.call(this, record);
  });
  const dropped = vi.spyOn(SetupJournal.prototype, 'drop').mockImplementation(full);
  try {
    const handlers = clientsOn(place);
    expect(await applyClient(handlers, 'codex', 'provider')).toMatchObject({ state: 'set-up', undoable: true });
    expect(await handlers['clients.undo']({ id: 'codex' })).toMatchObject({ state: 'not-set-up' });
    expect(contentOf(place.path)).toBe(text);
    dropped.mockImplementation(drop);
    expect(await codexOf(clientsOn(place))).toMatchObject({ state: 'not-set-up', undoable: false });
  } finally {
    saved.mockRestore();
    dropped.mockRestore();
  }
});
