import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { stateFiles } from '../../src-main/core/file-troubles.ts';
import type { Finding } from '../../src-main/node/doctor.ts';
import { holdInstance } from '../../src-main/node/instance.ts';
import { ownPaths } from '../../src-main/shared/channels.ts';
import { type Simulator, startSimulator } from '../../src-main/simulator/simulator.ts';
import { askCommand } from '../support/ask-command.ts';
import { startBridgeRig } from '../support/bridge-rig.ts';
import { type Finished, Headless, headlessArgs } from '../support/headless.ts';

/** The doctor as a command, in a home of its own. */
describe('slipstream doctor', () => {
  let headless: Headless;
  let simulator: Simulator;

  beforeEach(async () => {
    simulator = await startSimulator();
    const { PATH, NODE_COMPILE_CACHE } = process.env;
    const env: NodeJS.ProcessEnv = { PATH, NODE_COMPILE_CACHE, MALLOC_ARENA_MAX: '2', NO_PROXY: '*' };
    headless = new Headless({ program: process.execPath, args: headlessArgs, env });
    env.HOME = headless.dir;
    vi.stubEnv('HOME', headless.dir);
    vi.stubEnv('NO_PROXY', '*');
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    headless.dispose();
    await simulator.stop();
  });

  const place = () => ['--upstream', simulator.upstreamUrl, '--issuer', simulator.issuerUrl];
  const ask = (...args: string[]) => askCommand(headless.dataDir, [...args, ...place()]);
  const signInFile = () => {
    const file = join(headless.dir, 'auth.json');
    writeFileSync(file, simulator.addAccount({ email: 'ada@example.test', plan: 'pro' }).authJson());
    return file;
  };
  const importAccount = () => ask('import', '--copy', signInFile());
  const findings = ({ code, stdout }: Finished) => ({ code, ...JSON.parse(stdout) });

  it('says before the first start what is missing, and makes nothing', async () => {
    const { code, healthy, findings: found } = findings(await headless.run('doctor', '--json', ...place()));
    expect(existsSync(headless.dataDir)).toBe(false);
    expect({ code, healthy }).toEqual({ code: 1, healthy: false });
    expect(found).toContainEqual(expect.objectContaining({ level: 'bad', subject: 'Accounts' }));
    expect(found).toContainEqual(
      expect.objectContaining({ subject: 'Data folder', text: expect.stringContaining('will be made') }),
    );
  });

  it('is content with a running instance that has an account, and asks its port as a client would', async () => {
    await headless.serve(...place());
    expect((await importAccount()).code).toBe(0);
    const { code, healthy, findings: found } = findings(await ask('doctor', '--json'));
    expect({ code, healthy }).toEqual({ code: 0, healthy: true });
    expect(found).toContainEqual(expect.objectContaining({ level: 'good', subject: 'Instance' }));
    expect(found).toContainEqual(expect.objectContaining({ level: 'good', subject: 'Models' }));
    expect(JSON.stringify(found)).not.toContain('ada@example.test');
  });

  it('does not say that nothing runs where the instance that does cannot be asked', async () => {
    const rig = await startBridgeRig();
    const hold = await holdInstance(headless.dataDir, () => {});
    const controlUrl = `${rig.origin.replace('http', 'ws')}${ownPaths.bridge}`;
    hold.announce({ pid: process.pid, startedAt: 0, controlUrl, controlToken: rig.controlToken });
    try {
      const { code, findings: found } = findings(await ask('doctor', '--json', '--offline'));
      expect(code).toBe(1);
      const instance = found.filter(({ subject }: Finding) => subject === 'Instance');
      expect(instance).toEqual([
        expect.objectContaining({ level: 'bad', text: expect.stringContaining(`runs as process ${process.pid}`) }),
      ]);
    } finally {
      hold.release();
      await rig.stop();
    }
  });

  it('asks upstream of each account where it is told to, and fails where none can serve', async () => {
    // In a process of its own: what it asks upstream, and does not wait for, ends with it.
    expect((await headless.run('import', '--copy', signInFile(), ...place())).code).toBe(0);
    const count = (name: string) =>
      simulator.log.entries.filter((entry) => entry.kind === 'http' && entry.path.includes(name)).length;
    const asked = () => count('/wham/usage');
    /** Without the port: another Slipstream of this machine may have it. */
    const bad = async (...options: string[]) =>
      (findings(await ask('doctor', '--json', ...options)).findings as Finding[]).filter(
        ({ level, subject }) => level === 'bad' && subject !== 'Port',
      );
    // What it had sent has been read by the end of another command.
    expect(await bad('--offline')).toEqual([]);
    const [before, listed] = [asked(), count('/models')];
    expect(await bad('--offline')).toEqual([]);
    expect([asked(), count('/models')]).toEqual([before, listed]);
    expect(await bad('--yes')).toEqual([]);
    expect(asked()).toBe(before + 1);
    await simulator.stop();
    const { code, stdout } = await ask('doctor', '--yes');
    expect([code, stdout]).toEqual([1, expect.stringContaining('could not be reached')]);
    expect(stdout).toContain('✗ Accounts: 0 of 1 can take turns now.');
    expect(stdout).toMatch(/127\.0\.0\.1:\d+: Nobody listens there/);
  });

  it('warns in words of a folder that others can list, and of every file in it that cannot be read', async () => {
    expect((await importAccount()).code).toBe(0);
    chmodSync(headless.dataDir, 0o755);
    const ofNewer = Object.values(stateFiles).map((path) => join(headless.dataDir, path.replace('*', 'a'.repeat(16))));
    for (const path of ofNewer) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, JSON.stringify({ version: 99, format: 99 }));
    }
    const { stdout } = await ask('doctor');
    expect(stdout).toMatch(/! Data folder: .+\n {4}→ chmod 700/);
    for (const path of ofNewer) expect(stdout).toContain(`! Files: ${path} was written by a newer Slipstream`);
  });
});
