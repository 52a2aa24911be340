import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataDirProblem } from '../../src-main/node/data-dir.ts';
import { findInstance } from '../../src-main/node/find-instance.ts';
import { holdInstance, reachInstance } from '../../src-main/node/instance.ts';
import { SlipstreamError } from '../../src-main/shared/errors.ts';
import { canMount, mountSmallDisk } from '../support/small-disk.ts';
import { holdsOfTests } from './instance-holds.ts';

const record = {
  pid: 4711,
  startedAt: 0,
  controlUrl: 'ws://127.0.0.1:2575/_slipstream/bridge',
  controlToken: 'x'.repeat(43),
};

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'slipstream-instance-'));
});
afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

/** Given back before the folder goes: what runs after a test runs last first. */
const holds = holdsOfTests();
const hold = () => holds.take(dataDir);

describe('the record of an instance', () => {
  it('is believed while the one it names holds the folder', async () => {
    (await hold()).announce(record);
    expect(findInstance(dataDir)).toEqual(record);
    expect(await reachInstance(dataDir, () => {})).toEqual({ kind: 'running', record });
  });

  it('is understood where a newer version says more in it', async () => {
    (await hold()).announce(record);
    writeFileSync(join(dataDir, 'instance.json'), JSON.stringify({ ...record, protocol: 2 }));
    expect(findInstance(dataDir)).toEqual(record);
  });

  it.each([
    ['it leads to another machine', { controlUrl: 'ws://192.0.2.1:2575/_slipstream/bridge' }],
    ['it is no websocket of this machine', { controlUrl: 'http://127.0.0.1:2575/' }],
    ['its address is none', { controlUrl: 'bridge' }],
    ['its token is short', { controlToken: 'x' }],
    ['its process has no number', { pid: '4711' }],
    ['it lacks when it began', { startedAt: undefined }],
  ])('is not believed where %s', async (_why, change) => {
    (await hold()).announce(record);
    writeFileSync(join(dataDir, 'instance.json'), JSON.stringify({ ...record, ...change }));
    expect(findInstance(dataDir)).toBeNull();
  });

  it.each(['', 'null', '[]', '"text"'])('is not believed where it is %j', async (text) => {
    (await hold()).announce(record);
    writeFileSync(join(dataDir, 'instance.json'), text);
    expect(findInstance(dataDir)).toBeNull();
  });

  it('is not believed once nobody holds the folder: it was left by a process that is dead', async () => {
    writeFileSync(join(dataDir, 'instance.json'), JSON.stringify(record));
    expect(findInstance(dataDir)).toBeNull();
    writeFileSync(join(dataDir, 'instance.json'), JSON.stringify(record));
    const access = await reachInstance(dataDir, () => {});
    expect(access.kind).toBe('held');
    if (access.kind === 'held') holds.keep(access.hold);
    expect(findInstance(dataDir)).toBeNull();
  });
});

describe('a data folder that cannot be used', () => {
  const reason = async (dir: string) =>
    holdInstance(dir, () => {}).then(
      () => 'held',
      (error: unknown) => (error instanceof SlipstreamError ? [error.code, error.message].join(': ') : String(error)),
    );

  it('is told in one sentence that says why: it is a file, or lies below one', async () => {
    const file = join(dataDir, 'file');
    writeFileSync(file, '');
    for (const dir of [file, join(file, 'deeper')])
      expect(await reason(dir)).toBe(
        `store_unwritable: The data folder ${dir} cannot be made: it is not a folder (${dir === file ? 'EEXIST' : 'ENOTDIR'}).`,
      );
  });

  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
    'or its permissions do not allow it',
    async () => {
      chmodSync(dataDir, 0o500);
      expect(await reason(dataDir)).toContain('cannot be written: its permissions do not allow it (EACCES).');
      expect(await reason(join(dataDir, 'new'))).toContain('cannot be made: its permissions do not allow it (EACCES).');
    },
  );

  it('or it is a link that leads nowhere, itself or on the way to it, and that is said too when one only looks', async () => {
    const link = join(dataDir, 'link');
    symlinkSync(join(dataDir, 'gone', 'folder'), link);
    expect(await reason(link)).toContain('cannot be made: it is a link to something that is not there.');
    expect(await reason(join(link, 'new'))).toContain(
      `cannot be made: ${link} is a link to something that is not there.`,
    );
    for (const dir of [link, join(link, 'new')])
      expect(() => findInstance(dir)).toThrow('to something that is not there');
    expect(dataDirProblem(link)).toContain('cannot be read: it is a link to something that is not there.');
  });

  it('is told when one only looks, where it is a file; a folder that is still to be made is none', () => {
    const file = join(dataDir, 'file');
    writeFileSync(file, '');
    for (const dir of [file, join(file, 'deeper')])
      expect(() => findInstance(dir)).toThrow(`The data folder ${dir} cannot be read: it is not a folder (ENOTDIR).`);
    const ahead = join(dataDir, 'one', 'two');
    expect([findInstance(ahead), dataDirProblem(ahead)]).toEqual([null, null]);
  });

  it.skipIf(process.platform !== 'linux')('is refused soon in a file system that takes no folders', async () => {
    for (const dir of ['/proc/slipstream', '/proc/slipstream/deeper'])
      expect(await reason(dir)).toMatch(
        /^store_unwritable: The data folder \S+ cannot be made: .+ \((ENOENT|EACCES)\)\.$/,
      );
  });

  it('or its lock cannot be used, which says what to do', async () => {
    const lock = join(dataDir, 'lock.sqlite');
    mkdirSync(lock);
    expect(await reason(dataDir)).toBe(
      `store_unwritable: The lock ${lock} cannot be used: it is a folder (EISDIR). Remove it while no Slipstream runs on this data folder.`,
    );
  });

  it.skipIf(!canMount())('or its disk is full or read-only', async () => {
    const disk = mountSmallDisk();
    try {
      disk.fill();
      expect(await reason(disk.dir)).toContain('cannot be written: the disk is full (ENOSPC).');
      disk.free();
      disk.setReadOnly(true);
      expect(await reason(disk.dir)).toContain('cannot be written: the disk is read-only (EROFS).');
      expect(await reason(join(disk.dir, 'new'))).toContain('cannot be made: the disk is read-only (EROFS).');
    } finally {
      disk.dispose();
    }
  });
});

describe.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('permissions that were taken away', () => {
  const lockPath = () => join(dataDir, 'lock.sqlite');
  afterEach(() => chmodSync(dataDir, 0o700));

  it('of the folder, or of writing the lock, keep nobody from the instance that runs there', async () => {
    (await hold()).announce(record);
    chmodSync(lockPath(), 0o400);
    expect(findInstance(dataDir)).toEqual(record);
    chmodSync(dataDir, 0o500);
    expect(findInstance(dataDir)).toEqual(record);
    expect(await reachInstance(dataDir, () => {})).toEqual({ kind: 'running', record });
  });

  it('of the lock let nobody hold the folder beside another', async () => {
    (await hold()).release();
    chmodSync(lockPath(), 0o400);
    await expect(hold()).rejects.toThrow('cannot be used: its permissions do not allow it (EACCES).');
    expect(findInstance(dataDir)).toBeNull();
  });

  it('of the record or of looking into the folder are told, instead of that nothing runs', async () => {
    (await hold()).announce(record);
    const path = join(dataDir, 'instance.json');
    chmodSync(path, 0);
    expect(() => findInstance(dataDir)).toThrow(`${path} cannot be read: its permissions do not allow it (EACCES).`);
    chmodSync(path, 0o600);
    chmodSync(lockPath(), 0);
    expect(() => findInstance(dataDir)).toThrow(`The lock ${lockPath()} cannot be used`);
    chmodSync(dataDir, 0);
    expect(() => findInstance(dataDir)).toThrow('cannot be read: its permissions do not allow it (EACCES).');
  });
});

describe('a folder whose record cannot be removed', () => {
  const record = () => join(dataDir, 'instance.json');

  it('is given back at a stop all the same', async () => {
    const held = await hold();
    mkdirSync(record());
    expect(held.release).not.toThrow();
    rmSync(record(), { recursive: true });
    await hold();
  });

  it('is held by nobody, and that is said', async () => {
    mkdirSync(record());
    const reason = `${record()} is in the way and cannot be removed: it is a folder (ERR_FS_EISDIR).`;
    await expect(holdInstance(dataDir, () => {})).rejects.toThrow(reason);
    rmSync(record(), { recursive: true });
    await hold();
  });
});

describe.skipIf(process.platform === 'win32')('a lock is for its owner alone', () => {
  const lockPath = () => join(dataDir, 'lock.sqlite');
  const mode = () => statSync(lockPath()).mode & 0o777;

  it('from its making on, whatever the umask lets others do', async () => {
    await hold();
    expect(mode()).toBe(0o600);
  });

  it('where an older one left it open, too', async () => {
    writeFileSync(lockPath(), '');
    chmodSync(lockPath(), 0o666);
    (await hold()).announce(record);
    expect(mode()).toBe(0o600);
    await expect(hold()).rejects.toThrow();
    expect(await reachInstance(dataDir, () => {})).toEqual({ kind: 'running', record });
  });
});

describe('a lock that is damaged', () => {
  const lockPath = () => join(dataDir, 'lock.sqlite');

  it('is made anew, for nothing is kept in it', async () => {
    writeFileSync(lockPath(), 'no database, of any kind'.repeat(100));
    const held = await hold();
    held.announce(record);
    expect(await reachInstance(dataDir, () => {})).toEqual({ kind: 'running', record });
  });

  it('while somebody holds it is still theirs', async () => {
    (await hold()).announce(record);
    writeFileSync(lockPath(), 'no database, of any kind'.repeat(100));
    expect(await reachInstance(dataDir, () => {})).toEqual({ kind: 'running', record });
    expect(statSync(lockPath()).size).toBeGreaterThan(0);
  });
});

describe('an instance that stops', () => {
  it('cannot be reached any more, and whoever starts meanwhile has the folder after it', async () => {
    const first = await hold();
    first.announce(record);
    first.announceStop();
    expect(findInstance(dataDir)).toBeNull();
    let isHeld = false;
    const second = hold().then(() => {
      isHeld = true;
    });
    // Longer than anybody waits for a command at work.
    await new Promise((resolve) => {
      setTimeout(resolve, 700);
    });
    expect(isHeld).toBe(false);
    first.release();
    await second;
  });

  it('gives its folder to who waited for it, however long that took', async () => {
    const first = await hold();
    first.announce(record);
    first.announceStop();
    let waitedMs = 0;
    const access = await reachInstance(
      dataDir,
      () => {},
      async (ms) => {
        waitedMs += ms;
        if (waitedMs === 20_000) first.release();
      },
    );
    if (access.kind === 'held') holds.keep(access.hold);
    expect([access.kind, waitedMs]).toEqual(['held', 20_000]);
  });
});
