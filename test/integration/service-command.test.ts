/** The command that has systemd run Slipstream, with a stand-in for `systemctl` on a home folder of its own. */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Headless, headlessArgs } from '../support/headless.ts';
import { canMount, mountSmallDisk } from '../support/small-disk.ts';

let dir: string;
let headless: Headless;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'slipstream-service-'));
});

afterEach(() => {
  headless.dispose();
  rmSync(dir, { recursive: true, force: true });
});

/** Runs with this home folder; returns the folder of units there. */
function begin(home: string): string {
  const bin = join(dir, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'systemctl'), '#!/bin/sh\necho "$@"\n');
  chmodSync(join(bin, 'systemctl'), 0o755);
  const env = { ...process.env, HOME: home, PATH: `${bin}:${process.env.PATH}` };
  headless = new Headless({ program: process.execPath, args: headlessArgs, env });
  return join(home, '.config', 'systemd', 'user');
}

it.runIf(process.platform === 'linux')('writes the unit and takes it away again', async () => {
  const units = begin(dir);
  expect(await headless.run('service', 'install')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/--user daemon-reload\n--user enable slipstream\.service\n--user restart slipst/),
  });
  expect(readdirSync(units)).toEqual(['slipstream.service']);
  expect((await headless.run('service', 'remove')).stdout).toContain('Removed: ');
  expect(readdirSync(units)).toEqual([]);
});

it.runIf(process.platform === 'linux')('a service that runs is started anew on another port', async () => {
  const units = begin(dir);
  const portOf = () => /"--port" "(\d+)"/.exec(readFileSync(join(units, 'slipstream.service'), 'utf8'))?.[1];
  await headless.run('service', 'install');
  const { stdout } = await headless.run('service', 'install', '--port', '4000');
  expect([portOf(), stdout.includes('--user restart slipstream.service\n')]).toEqual(['4000', true]);
});

it.runIf(process.platform === 'linux')(
  'says so where somebody has started Slipstream on its folder already',
  async () => {
    begin(dir);
    const { pid } = await headless.serve();
    const { code, stdout, stderr } = await headless.run('service', 'install');
    expect([code, stdout.includes('runs as a service')]).toEqual([0, false]);
    expect(stderr).toBe(
      `slipstream: the service waits for process ${pid}, which has this data folder, to be stopped.\n`,
    );
  },
);

it.runIf(canMount())('keeps the unit that is there whole on a disk that has no room, and says why', async () => {
  const disk = mountSmallDisk();
  try {
    const units = begin(disk.dir);
    mkdirSync(units, { recursive: true });
    const path = join(units, 'slipstream.service');
    writeFileSync(path, '[Unit]\n');
    disk.fill();
    const { code, stderr } = await headless.run('service', 'install');
    expect([code, stderr]).toEqual([1, `slipstream: ${path} cannot be written: the disk is full (ENOSPC).\n`]);
    expect(readFileSync(path, 'utf8')).toBe('[Unit]\n');
    expect(readdirSync(units)).toEqual(['slipstream.service']);
    disk.setReadOnly(true);
    const removed = await headless.run('service', 'remove');
    expect([removed.code, removed.stderr]).toEqual([1, expect.stringContaining(`${path} cannot be removed: `)]);
  } finally {
    disk.dispose();
  }
});
