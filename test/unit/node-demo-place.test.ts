import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { findDemo, makeDemoPlace } from '../../src-main/node/demo-place.ts';
import { holdInstance, type InstanceHold } from '../../src-main/node/instance.ts';

/** How commands find the demo that runs. */

let home: string;
let holds: InstanceHold[] = [];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'slipstream-places-'));
  for (const name of ['TMPDIR', 'TEMP']) vi.stubEnv(name, home);
});
afterEach(() => {
  for (const hold of holds) hold.release();
  holds = [];
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

const recordOf = (startedAt: number) => ({
  pid: process.pid,
  startedAt,
  controlUrl: 'ws://127.0.0.1:2575/_slipstream/bridge',
  controlToken: 'c'.repeat(32),
});

async function started(startedAt: number) {
  const { dir, dataDir } = makeDemoPlace();
  const hold = await holdInstance(dataDir, () => {});
  holds.push(hold);
  hold.announce(recordOf(startedAt));
  const end = () => {
    hold.release();
    rmSync(dir, { recursive: true });
  };
  return { dir, dataDir, end };
}

it('none is found, and none can be begun, where the folder for temporary files is gone', () => {
  const gone = join(home, 'gone');
  for (const name of ['TMPDIR', 'TEMP']) vi.stubEnv(name, gone);
  expect(findDemo()).toBeNull();
  expect(makeDemoPlace).toThrow(
    `The folder ${gone} for temporary files cannot be written: there is no such file (ENOENT). Set TMPDIR to one that can.`,
  );
});

it('of several demos the one that was started last is found, and once it ends the one that still runs', async () => {
  const [second, first, third] = [await started(2), await started(1), await started(3)];
  expect(findDemo()).toBe(third.dataDir);
  first.end();
  expect(findDemo()).toBe(third.dataDir);
  third.end();
  expect(findDemo()).toBe(second.dataDir);
  second.end();
  expect(findDemo()).toBeNull();
});

it('a demo that is only starting hides none that runs', async () => {
  const { dataDir } = await started(1);
  makeDemoPlace();
  expect(findDemo()).toBe(dataDir);
});

it('what a killed demo left is no demo, and hides none', async () => {
  const { dataDir } = await started(1);
  writeFileSync(join(makeDemoPlace().dataDir, 'instance.json'), JSON.stringify(recordOf(2)));
  const { dir } = makeDemoPlace();
  rmSync(dir, { recursive: true });
  mkdirSync(dir);
  expect(findDemo()).toBe(dataDir);
});

it.skipIf(process.platform === 'win32')(
  'a link is no demo: whoever can write beside the demos could lay it',
  async () => {
    const { dir } = await started(1);
    const elsewhere = mkdtempSync(join(tmpdir(), 'elsewhere-'));
    symlinkSync(dir, join(elsewhere, 'slipstream-demo-1-link'));
    vi.stubEnv('TMPDIR', elsewhere);
    expect(findDemo()).toBeNull();
  },
);
