import fs, { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  backups,
  beginHome,
  beside,
  configPath,
  endHome,
  home,
  modeOf,
  place,
  records,
  recordsFolder,
  rejection,
  settingsPath,
  start,
  viewOf,
  written,
} from '../support/client-home.ts';
import { applyClient, clientKey as key } from '../support/clients.ts';

beforeEach(beginHome);
afterEach(endHome);

/** What another program adds after Slipstream wrote, in the format of the file. */
function addTo(path: string): void {
  const text = readFileSync(path, 'utf8');
  if (path.endsWith('.toml')) appendFileSync(path, '\n[projects."/x"]\ntrust_level = "trusted"\n');
  else if (/\.ya?ml$/.test(path)) writeFileSync(path, `theirs: true\n${text}`);
  else writeFileSync(path, text.replace('{\n', '{\n  "theirs": true,\n'));
}

const own = '# mine\nmodel = "a" # big\n';
const theirs = '\n[projects."/x"]\ntrust_level = "trusted"\n';

describe('after another program changed the file', () => {
  it.each(written)('of %s in mode %s, our part is taken out as it was shown', async (id, mode, path, text) => {
    place(path(), text, 0o644);
    const handlers = start();
    await applyClient(handlers, id, mode);
    addTo(path());
    const changed = readFileSync(path());
    expect(await viewOf(handlers, id)).toMatchObject({ state: 'changed-since', mode, undoable: false });
    const plan = await handlers['clients.undoPlan']({ id });
    expect(plan).toMatchObject({ path: path(), kind: 'own-part', removesFile: false });
    // Zed keeps keys elsewhere.
    if (id !== 'zed') expect(plan.diff).toContain('<API key>');
    expect(plan.diff).not.toContain(key);
    expect(
      plan.diff
        .split('\n')
        .filter((line) => /^\+(?!\+\+ )/.test(line))
        .join(),
    ).not.toContain('<API key>');
    expect(readFileSync(path()).equals(changed)).toBe(true);
    expect(await handlers['clients.undo']({ id, hash: plan.hash })).toMatchObject({
      state: 'not-set-up',
      mode: null,
      undoable: false,
    });
    const expected = text.replace('{\n', '{\n  "theirs": true,\n');
    const all = [`${text}${theirs}`, `theirs: true\n${text}`, expected].filter((one) => one !== text);
    expect(all).toContain(readFileSync(path(), 'utf8'));
    expect(modeOf(path())).toBe(0o644);
    expect([beside(path()).length, records(), backups()]).toEqual([1, [], []]);
  });

  it('nothing is written without the hash of what was shown, nor with that of another change', async () => {
    place(configPath(), own);
    const handlers = start();
    await applyClient(handlers, 'codex', 'provider');
    addTo(configPath());
    const { hash } = await handlers['clients.undoPlan']({ id: 'codex' });
    writeFileSync(configPath(), readFileSync(configPath(), 'utf8').replace('"/x"', '"/y"'));
    const changed = readFileSync(configPath());
    for (const given of [{}, { hash }, { hash: 'made-up' }]) {
      expect(await rejection(() => handlers['clients.undo']({ id: 'codex', ...given }))).toMatchObject({
        code: 'client_file_changed',
      });
      expect(readFileSync(configPath()).equals(changed)).toBe(true);
    }
  });

  it('a line of ours that was edited is named, and nothing can be taken out', async () => {
    place(settingsPath(), '{}\n');
    const handlers = start();
    await applyClient(handlers, 'claude-code', 'env');
    const edited = readFileSync(settingsPath(), 'utf8').replace(':2575"', ':9999"');
    writeFileSync(settingsPath(), edited);
    for (const act of ['clients.undoPlan', 'clients.undo'] as const) {
      expect(await rejection(() => handlers[act]({ id: 'claude-code', hash: 'x' }))).toMatchObject({
        code: 'client_file_changed',
        message: expect.stringContaining('env.ANTHROPIC_BASE_URL. Take that out by hand'),
      });
    }
    expect(readFileSync(settingsPath(), 'utf8')).toBe(edited);
  });

  it('a file that Slipstream made stays with what others put into it, and goes where nothing is left', async () => {
    const handlers = start();
    await applyClient(handlers, 'codex', 'provider');
    addTo(configPath());
    const kept = await handlers['clients.undoPlan']({ id: 'codex' });
    await handlers['clients.undo']({ id: 'codex', hash: kept.hash });
    expect(readFileSync(configPath(), 'utf8')).toBe(theirs);
    await applyClient(handlers, 'claude-code', 'env');
    writeFileSync(settingsPath(), JSON.stringify(JSON.parse(readFileSync(settingsPath(), 'utf8'))));
    const gone = await handlers['clients.undoPlan']({ id: 'claude-code' });
    expect(gone).toMatchObject({ kind: 'own-part', removesFile: true });
    expect(await handlers['clients.undo']({ id: 'claude-code', hash: gone.hash })).toMatchObject({ state: 'absent' });
    expect(existsSync(join(home.homeDir, '.claude'))).toBe(false);
  });

  it.each([
    ['put the old lines back', (path: string) => writeFileSync(path, `${own}# and more\n`)],
    ['removed the file', (path: string) => rmSync(path)],
  ])('which %s, there is nothing to take out and undo only forgets', async (_name, change) => {
    place(configPath(), own);
    const handlers = start();
    await applyClient(handlers, 'codex', 'login');
    change(configPath());
    const left = existsSync(configPath()) ? readFileSync(configPath(), 'utf8') : null;
    const { diff, hash, removesFile } = await handlers['clients.undoPlan']({ id: 'codex' });
    expect([diff, removesFile]).toEqual(['', false]);
    expect(await handlers['clients.undo']({ id: 'codex', hash })).toMatchObject({ state: 'not-set-up', mode: null });
    expect(existsSync(configPath()) ? readFileSync(configPath(), 'utf8') : null).toBe(left);
    expect([records(), backups()]).toEqual([[], []]);
  });

  it('a new set-up keeps that change, and its undo gives the file without either of ours', async () => {
    place(configPath(), own);
    await applyClient(start(), 'codex', 'provider');
    addTo(configPath());
    home.baseUrl = 'http://127.0.0.1:7777';
    const handlers = start();
    expect(await applyClient(handlers, 'codex', 'provider')).toMatchObject({ state: 'set-up', undoable: true });
    await handlers['clients.undo']({ id: 'codex' });
    expect(readFileSync(configPath(), 'utf8')).toBe(`${own}${theirs}`);
  });

  it('undo says so where the copy of what was written is gone', async () => {
    place(configPath(), own);
    const handlers = start();
    await applyClient(handlers, 'codex', 'provider');
    addTo(configPath());
    for (const name of backups().filter((one) => one.endsWith('.copy'))) rmSync(join(recordsFolder(), 'backups', name));
    expect(await rejection(() => handlers['clients.undoPlan']({ id: 'codex' }))).toMatchObject({
      code: 'client_undo_none',
      message: expect.stringContaining('gone or damaged'),
    });
  });
});

/** Runs with a disk that takes no new file under this name. */
async function withFullDisk(path: string, act: () => unknown): Promise<unknown> {
  const { renameSync } = fs;
  fs.renameSync = (from, to) => {
    if (to === path) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    renameSync(from, to);
  };
  syncBuiltinESMExports();
  try {
    return await rejection(act);
  } finally {
    fs.renameSync = renameSync;
    syncBuiltinESMExports();
  }
}

it('a write or an undo that the disk refuses changes nothing, and can be tried again', async () => {
  place(configPath(), own);
  const handlers = start();
  await applyClient(handlers, 'codex', 'provider');
  addTo(configPath());
  const changed = readFileSync(configPath(), 'utf8');
  const takeOut = async () => {
    const { hash } = await handlers['clients.undoPlan']({ id: 'codex' });
    return handlers['clients.undo']({ id: 'codex', hash });
  };
  for (const act of [() => applyClient(handlers, 'codex', 'login'), takeOut]) {
    expect(await withFullDisk(configPath(), act)).toMatchObject({
      code: 'client_file_unusable',
      message: expect.stringContaining('Make room on its disk'),
    });
    expect(readFileSync(configPath(), 'utf8')).toBe(changed);
    expect(beside(configPath())).toEqual(['config.toml']);
    expect(await viewOf(handlers, 'codex')).toMatchObject({ state: 'changed-since', mode: 'provider' });
  }
  await takeOut();
  expect(readFileSync(configPath(), 'utf8')).toBe(`${own}${theirs}`);
});

it('an unchanged file is shown as it will be put back, and the hash holds for that', async () => {
  place(configPath(), own);
  const handlers = start();
  await applyClient(handlers, 'codex', 'provider');
  const plan = await handlers['clients.undoPlan']({ id: 'codex' });
  expect(plan).toMatchObject({ kind: 'whole-file', removesFile: false });
  expect(plan.diff).toContain('-experimental_bearer_token = "<API key>"');
  await handlers['clients.undo']({ id: 'codex', hash: plan.hash });
  expect(readFileSync(configPath(), 'utf8')).toBe(own);
});

it('copies that hold the key go with the set-up they belong to', async () => {
  place(configPath(), own);
  const handlers = start();
  for (const mode of ['provider', 'login', 'provider']) await applyClient(handlers, 'codex', mode);
  expect(backups().filter((name) => name.endsWith('.copy'))).toHaveLength(1);
  await handlers['clients.undo']({ id: 'codex' });
  expect(backups()).toEqual([]);
});

it('a record of an earlier version can still be undone, as a whole', async () => {
  place(configPath(), own);
  await applyClient(start(), 'codex', 'provider');
  const [name = ''] = records();
  const path = join(recordsFolder(), name);
  const { undoneHash: _none, after, ...rest } = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify({ ...rest, after: { hash: after.hash, mode: after.mode } }));
  const handlers = start();
  await handlers['clients.undo']({ id: 'codex' });
  expect(readFileSync(configPath(), 'utf8')).toBe(own);
});

it.each(['codex', 'generic', 'nobody'])('undo of %s, which was not set up, is refused', async (id) => {
  const code = id === 'codex' ? 'client_undo_none' : 'client_unknown';
  expect(await rejection(() => start()['clients.undoPlan']({ id }))).toMatchObject({ code });
});
