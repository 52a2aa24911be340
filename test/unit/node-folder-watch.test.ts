import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { FileTroubles } from '../../src-main/core/file-troubles.ts';
import { findInstance } from '../../src-main/node/find-instance.ts';
import { watchFolder } from '../../src-main/node/folder-watch.ts';
import type { InstanceHold } from '../../src-main/node/instance.ts';
import { english } from '../../src-main/shared/words/english.ts';
import { recordingLog } from '../support/host.ts';
import { canMount, mountSmallDisk } from '../support/small-disk.ts';
import { type FakeClock, fakeClock } from './fake-clock.ts';
import { holdsOfTests } from './instance-holds.ts';

let dir: string;
let dataDir: string;
let clock: FakeClock;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'slipstream-folder-'));
  dataDir = join(dir, 'data');
  clock = fakeClock();
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

/** Given back before the folder goes: what runs after a test runs last first. */
const holds = holdsOfTests();
const hold = () => holds.take(dataDir);

/** A running instance that watches its folder: what it has notified of, and what it shows. */
function watched(held: Pick<InstanceHold, 'isThere'>) {
  const log = recordingLog();
  const troubles = new FileTroubles(dataDir, log);
  const notices: string[] = [];
  const notify = (_title: string, body: string) => void notices.push(english.told(body));
  onTestFinished(watchFolder(held, { clock, dataDir, log, notify, troubles }));
  return { log, notices, shown: () => troubles.list().map((text) => english.told(text)) };
}

const aMinuteMs = 60_000;

describe('a data folder under a running instance', () => {
  it('is told of once where it was moved away, and no more once it is back', async () => {
    const { log, notices, shown } = watched(await hold());
    clock.advance(aMinuteMs);
    expect([notices, shown()]).toEqual([[], []]);
    renameSync(dataDir, join(dir, 'away'));
    clock.advance(aMinuteMs);
    const text = expect.stringContaining(`The data folder ${dataDir} was removed or replaced`);
    expect([notices, shown()]).toEqual([[text], [text]]);
    renameSync(join(dir, 'away'), dataDir);
    clock.advance(aMinuteMs);
    expect([notices, shown()]).toEqual([[text], []]);
    expect(log.lines.at(-1)?.message).toBe('The data folder can be used again.');
  });

  it('emptied, it is told of too: what is open is written on to, and lost', async () => {
    const { notices } = watched(await hold());
    rmSync(dataDir, { recursive: true });
    mkdirSync(dataDir);
    clock.advance(aMinuteMs);
    expect(notices).toHaveLength(1);
  });

  it.runIf(canMount())('is told of with what the system says where it takes no writing', async () => {
    const disk = mountSmallDisk();
    try {
      dataDir = disk.dir;
      // No system makes a disk read-only while somebody has a file open there for writing, unless the disk fails.
      const { notices, shown } = watched({ isThere: () => true });
      disk.setReadOnly(true);
      clock.advance(aMinuteMs);
      expect(notices).toEqual([expect.stringContaining('cannot be written now: the disk is read-only (EROFS)')]);
      disk.setReadOnly(false);
      clock.advance(aMinuteMs);
      expect(shown()).toEqual([]);
    } finally {
      disk.dispose();
    }
  });

  it('that another instance has begun anew is left to that one', async () => {
    const first = await hold();
    rmSync(dataDir, { recursive: true });
    const record = { pid: 4711, startedAt: 0, controlUrl: 'ws://127.0.0.1:1/', controlToken: 'x'.repeat(43) };
    (await hold()).announce(record);
    first.announceStop();
    first.release();
    expect(findInstance(dataDir)).toEqual(record);
    expect(existsSync(join(dataDir, 'command.json'))).toBe(false);
  });
});
