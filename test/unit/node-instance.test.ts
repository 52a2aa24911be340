import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findInstance, holdInstance, type InstanceHold, reachInstance } from '../../src-main/node/instance.ts';

const record = {
  pid: 4711,
  startedAt: 0,
  controlUrl: 'ws://127.0.0.1:2575/_slipstream/bridge',
  controlToken: 'x'.repeat(43),
};

let dataDir: string;
let holds: InstanceHold[];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'slipstream-instance-'));
  holds = [];
});
afterEach(() => {
  for (const hold of holds) hold.release();
  rmSync(dataDir, { recursive: true, force: true });
});

async function hold(): Promise<InstanceHold> {
  const held = await holdInstance(dataDir, () => {});
  holds.push(held);
  return held;
}

describe('the record of an instance', () => {
  it('is believed while the one it names holds the folder', async () => {
    (await hold()).announce(record);
    expect(findInstance(dataDir)).toEqual(record);
    expect(await reachInstance(dataDir, () => {})).toEqual({ kind: 'running', record });
  });

  it('is not believed once nobody holds the folder: it was left by a process that is dead', async () => {
    writeFileSync(join(dataDir, 'instance.json'), JSON.stringify(record));
    expect(findInstance(dataDir)).toBeNull();
    writeFileSync(join(dataDir, 'instance.json'), JSON.stringify(record));
    const access = await reachInstance(dataDir, () => {});
    expect(access.kind).toBe('held');
    if (access.kind === 'held') holds.push(access.hold);
    expect(findInstance(dataDir)).toBeNull();
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
});
