import {
  type FSWatcher,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  watch as watchFolder,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LinkWatch } from '../../src-main/core/accounts/link-watch.ts';
import { type FakeClock, fakeClock } from './fake-clock.ts';

/** Real files; only the time in which events are gathered is not. */

let dir: string;
let fenceDir: string;
let fence: FSWatcher;
let fences = 0;
let clock: FakeClock;
let changed: string[];
let watch: LinkWatch;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'slipstream-watch-'));
  fenceDir = mkdtempSync(join(tmpdir(), 'slipstream-fence-'));
  fence = watchFolder(fenceDir);
  clock = fakeClock();
  changed = [];
  watch = new LinkWatch(clock, (id) => changed.push(id));
});

afterEach(() => {
  watch.stop();
  fence.close();
  for (const each of [dir, fenceDir]) rmSync(each, { recursive: true });
});

const file = (name: string) => join(dir, name);
const write = (name: string) => writeFileSync(file(name), String(Math.random()));

/** Resolves once what was done to files before it has been heard of: events come in the order of what happened. */
async function heard(): Promise<void> {
  fences += 1;
  const name = `fence-${fences}`;
  const { promise, resolve } = Promise.withResolvers<void>();
  const hear = (_event: string, at: string | null) => {
    if (at === name) resolve();
  };
  fence.on('change', hear);
  writeFileSync(join(fenceDir, name), '');
  await promise;
  fence.off('change', hear);
  // What is done in a listener is heard of before anything else happens, so that nothing else would.
  await new Promise((done) => setImmediate(done));
}

/** The accounts that are told of after files were written, which is done until `id` is: folders take a moment to be watched. */
async function toldAfter(names: readonly string[], id: string): Promise<string[]> {
  await heard();
  clock.advance(50);
  changed.length = 0;
  for (let tries = 0; tries < 1_000 && !changed.includes(id); tries += 1) {
    for (const name of names) write(name);
    await heard();
    clock.advance(50);
  }
  return [...new Set(changed)];
}

it('tells of a file that is written or replaced, once for all that is seen of it in a moment', async () => {
  watch.set([{ id: 'a', path: file('a.json') }]);
  expect(await toldAfter(['a.json'], 'a')).toEqual(['a']);
  changed.length = 0;
  write('new');
  renameSync(file('new'), file('a.json'));
  write('a.json');
  await heard();
  expect(clock.pending).toBe(1);
  clock.advance(49);
  expect(changed).toEqual([]);
  clock.advance(1);
  expect(changed).toEqual(['a']);
  expect(clock.pending).toBe(0);
});

it('tells nothing of other files of the folder', async () => {
  watch.set([{ id: 'a', path: file('a.json') }]);
  await toldAfter(['a.json'], 'a');
  watch.set([
    { id: 'a', path: file('a.json') },
    { id: 'b', path: file('b.json') },
  ]);
  expect(await toldAfter(['c.json', 'b.json'], 'b')).toEqual(['b']);
});

it('tells of a file that a link leads to', async () => {
  mkdirSync(file('real'));
  write('real/auth.json');
  symlinkSync(file('real/auth.json'), file('a.json'));
  watch.set([{ id: 'a', path: file('a.json') }]);
  expect(await toldAfter(['real/auth.json'], 'a')).toEqual(['a']);
});

it('tells nothing any more of files that it is to watch no more, however often it was told to watch them', async () => {
  const a = { id: 'a', path: file('a.json') };
  const b = { id: 'b', path: file('b.json') };
  watch.set([a]);
  await toldAfter(['a.json'], 'a');
  // What is watched stays so, without a gap.
  watch.set([a]);
  write('a.json');
  await heard();
  expect(clock.pending).toBe(1);
  watch.set([b]);
  expect(await toldAfter(['a.json', 'b.json'], 'b')).toEqual(['b']);
  // Another path of the same account is another file.
  watch.set([{ id: 'b', path: file('c.json') }]);
  expect(await toldAfter(['c.json'], 'b')).toEqual(['b']);
  // Forgotten before its folder was open.
  watch.set([a]);
  watch.set([b]);
  expect(await toldAfter(['a.json', 'b.json'], 'b')).toEqual(['b']);
});

it('bears a folder that is not there', async () => {
  watch.set([
    { id: 'a', path: file('none/a.json') },
    { id: 'b', path: file('b.json') },
  ]);
  expect(await toldAfter(['b.json'], 'b')).toEqual(['b']);
});

it('is silent once it is stopped, of what it has just seen too', async () => {
  const other = new LinkWatch(clock, (id) => changed.push(id));
  watch.set([{ id: 'a', path: file('a.json') }]);
  await toldAfter(['a.json'], 'a');
  watch.stop();
  write('a.json');
  await heard();
  expect(clock.pending).toBe(0);
  other.set([{ id: 'b', path: file('b.json') }]);
  await toldAfter(['b.json'], 'b');
  write('b.json');
  await heard();
  expect(clock.pending).toBe(1);
  other.stop();
  expect(clock.pending).toBe(0);
  const third = new LinkWatch(clock, (id) => changed.push(id));
  third.set([{ id: 'c', path: file('c.json') }]);
  watch.set([{ id: 'd', path: file('c.json') }]);
  expect(await toldAfter(['a.json', 'b.json', 'c.json'], 'c')).toEqual(['c']);
  third.stop();
});
