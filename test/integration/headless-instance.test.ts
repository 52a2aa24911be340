import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { stateFiles } from '../../src-main/core/file-troubles.ts';
import { connectBridge } from '../../src-main/node/bridge-client.ts';
import { findInstance } from '../../src-main/node/find-instance.ts';
import { startSimulator } from '../../src-main/simulator/simulator.ts';
import { askCommand } from '../support/ask-command.ts';
import { Headless, headlessEntry, heapCap, type RunningHeadless } from '../support/headless.ts';
import { startScriptedUpstream } from '../support/scripted-upstream.ts';
import { canMount, mountSmallDisk } from '../support/small-disk.ts';
import { ask, post, type Server } from '../support/turn-client.ts';

let headless: Headless;
beforeEach(() => {
  headless = new Headless();
});
afterEach(() => headless.dispose());

/** The answer to a turn; nothing where it takes longer. */
async function textWithin({ baseUrl, apiKey }: Server, limitMs: number): Promise<string> {
  const request = {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(ask('hello')),
    signal: AbortSignal.timeout(limitMs),
  };
  return fetch(`${baseUrl}/v1/responses`, request)
    .then((answer) => answer.text())
    .catch(() => '');
}

const modeOf = (path: string) => statSync(path).mode & 0o777;
/** A start in this process that is refused. */
const serve = (dataDir: string, ...args: string[]) => askCommand(dataDir, ['serve', '--no-open', ...args]);
const inData = (name: string) => join(headless.dataDir, name);

describe('slipstream serve, that runs', () => {
  const running = new Headless();
  let served: RunningHeadless;
  beforeAll(async () => {
    served = await running.serve('--log-level', 'debug');
  });
  afterAll(() => running.dispose());

  it('has written the ready file once it listens, for its owner only, and keeps its other files to them', async () => {
    const inData = (name: string) => join(running.dataDir, name);
    expect((await fetch(`${served.baseUrl}/healthz`)).status).toBe(204);
    expect(served.pid).toBe(served.child.pid);
    expect(served.dashboardUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#ticket=[\w-]{43}$/);
    expect(served.apiKey).toMatch(/^[\w-]{43}$/);
    expect(modeOf(join(running.dir, 'ready-1.json'))).toBe(0o600);
    expect(modeOf(running.dataDir)).toBe(0o700);
    expect(modeOf(inData('settings.json'))).toBe(0o600);
    expect(modeOf(inData('instance.json'))).toBe(0o600);
  });

  it('has another refuse its data folder, which names who uses it', async () => {
    const second = await running.run('serve', '--port', '0', '--no-open');
    expect(second).toMatchObject({ code: 1, stdout: '' });
    expect(second.stderr).toMatch(/^slipstream: [^\n]*\n$/);
    expect(second.stderr).toContain(`pid ${served.pid}`);
    expect(second.stderr).toContain(served.baseUrl);
    expect((await fetch(`${served.baseUrl}/healthz`)).status).toBe(204);
  });

  it('has another say in one line that the port is taken', async () => {
    const { port } = new URL(served.baseUrl);
    const second = await serve(headless.dataDir, '--port', port);
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(new RegExp(`^slipstream: .*${port}.*--port.*\\n$`));
  });

  it('prints a banner with the base URL and a ticket, and never the API key', async () => {
    served.child.kill('SIGTERM');
    const { stdout, stderr } = await served.finished;
    expect(stdout).toContain(`${served.baseUrl}/v1`);
    expect(stdout).toMatch(/#ticket=[\w-]{43}\n/);
    expect(stdout + stderr).not.toContain(served.apiKey);
    expect(stderr).not.toContain('ticket');
  });
});

describe('slipstream serve', () => {
  it.skipIf(process.platform === 'win32').each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'ends cleanly on %s, with exit code 0, and hears it once: no library of it sends it again',
    async (signal) => {
      const hook = join(headless.dir, 'hook.mjs');
      writeFileSync(
        hook,
        `const { emit } = process;
       process.emit = function (name, ...more) {
         if (name === '${signal}') process.stderr.write('heard\\n');
         return emit.call(this, name, ...more);
       };`,
      );
      const hooked = new Headless({ program: process.execPath, args: [heapCap, '--import', hook, headlessEntry] });
      try {
        const served = await hooked.serve();
        served.child.kill(signal);
        expect(await served.finished).toMatchObject({ code: 0, stderr: 'heard\n' });
        expect(existsSync(join(hooked.dataDir, 'instance.json'))).toBe(false);
      } finally {
        hooked.dispose();
      }
    },
  );

  it('tells of a bad value in its settings, and of every file it cannot read, to the doctor and to screens, and keeps the API key', async () => {
    const { stdout: apiKey } = await askCommand(headless.dataDir, ['key']);
    const settings = JSON.parse(readFileSync(inData('settings.json'), 'utf8'));
    writeFileSync(inData('settings.json'), JSON.stringify({ ...settings, fastPolicy: 'off', traceDays: 'many' }));
    const ofNewer = Object.values(stateFiles).map((path) => inData(path.replace('*', 'aaaaaaaaaaaaaaaa')));
    for (const path of ofNewer) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, JSON.stringify({ version: 99, format: 99 }));
    }
    const served = await headless.serve();
    expect(`${served.apiKey}\n`).toBe(apiKey);
    const bridge = await connectBridge(findInstance(headless.dataDir) ?? expect.fail('no instance'));
    expect(await bridge.invoke('app.snapshot', null)).toMatchObject({
      value: {
        settings: { fastPolicy: 'off' },
        problems: [
          { about: 'settings', text: expect.stringContaining('traceDays') },
          ...ofNewer.toSorted().map((path) => ({ about: 'files', text: expect.stringContaining(path) })),
        ],
      },
    });
    bridge.close();
    const { stdout } = await askCommand(headless.dataDir, ['doctor', '--offline']);
    expect(stdout).toMatch(/! Settings: "traceDays"/);
    for (const path of ofNewer) expect(stdout).toContain(`! Files: ${path} was written by a newer Slipstream`);
  });

  it('ends cleanly when its terminal is closed', async () => {
    const served = await headless.serve('--log-level', 'debug');
    served.child.stdout?.destroy();
    served.child.stderr?.destroy();
    served.child.kill('SIGHUP');
    expect(await served.finished).toMatchObject({ code: 0 });
    expect(existsSync(inData('instance.json'))).toBe(false);
  });

  it('with a turn under way stops at the second signal at once, and the next start has waited for it', async () => {
    const simulator = await startSimulator();
    const isBegun = Promise.withResolvers<void>();
    const upstream = await startScriptedUpstream({ frame: () => isBegun.resolve() });
    const place = ['--upstream', upstream.url, '--issuer', simulator.issuerUrl];
    try {
      const signIn = join(headless.dir, 'auth.json');
      writeFileSync(signIn, simulator.addAccount().authJson());
      await askCommand(headless.dataDir, ['import', signIn, ...place]);
      const first = await headless.serve(...place);
      const turn = post(first, ask('hello')).catch((error: unknown) => error);
      await isBegun.promise;
      first.child.kill('SIGTERM');
      // One that is there before the signal is a turn like the first: it is not waited for.
      await expect.poll(() => textWithin(first, 500), { timeout: 10_000 }).toContain('stopping');
      const second = headless.serve(...place);
      // Another signal than the first is no copy of it.
      first.child.kill('SIGINT');
      expect(await first.finished).toMatchObject({ code: 1 });
      expect(await turn).toBeInstanceOf(Error);
      expect((await fetch(`${(await second).baseUrl}/healthz`)).status).toBe(204);
    } finally {
      await upstream.stop();
      await simulator.stop();
    }
  });

  it('starts at once after the first was killed with SIGKILL', async () => {
    const first = await headless.serve();
    first.child.kill('SIGKILL');
    await first.finished;
    expect(existsSync(inData('instance.json'))).toBe(true);
    const second = await headless.serve();
    expect(JSON.parse(readFileSync(inData('instance.json'), 'utf8'))).toMatchObject({ pid: second.pid });
    expect(second.apiKey).toBe(first.apiKey);
  });

  it('lets one of two that start at the same moment win', async () => {
    const starts = await Promise.allSettled([headless.serve(), headless.serve()]);
    expect(starts.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('says in one line what of its folder cannot be used', async () => {
    mkdirSync(join(inData('instance.json'), 'in-the-way'), { recursive: true, mode: 0o700 });
    const result = await serve(headless.dataDir, '--port', '0');
    expect(result).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^slipstream: [^\n]+\n$/) });
  });

  it.skipIf(!canMount())('says in one line that its disk has no room for what it must write', async () => {
    const disk = mountSmallDisk();
    try {
      disk.fill(8 * 1024);
      symlinkSync(disk.dir, headless.dataDir);
      const result = await headless.run('serve', '--port', '0', '--no-open');
      expect(result).toMatchObject({ code: 1, stdout: '' });
      expect(result.stderr).toMatch(
        /^slipstream: The data folder [^\n]+ cannot be written: the disk is full \(ENOSPC\)\.\n$/,
      );
    } finally {
      disk.dispose();
    }
  });

  it.skipIf(process.platform !== 'linux')(
    'says in one line that the folder is in a file system that takes none, and so does every command',
    async () => {
      symlinkSync('/proc', headless.dataDir);
      for (const command of ['serve', 'accounts']) {
        const { code, stderr } = await headless.run(command);
        expect([code, stderr]).toEqual([1, expect.stringMatching(/^slipstream: The data folder [^\n]+ cannot be/)]);
      }
    },
  );

  it('says in one line that the ready file cannot be written, and leaves nothing running', async () => {
    const result = await headless.run('serve', '--port', '0', '--no-open', '--ready-file', '/nonexistent/ready');
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/^slipstream: .*ready file [^\n]+: there is no such file \(ENOENT\)\.\n$/);
    expect(existsSync(inData('instance.json'))).toBe(false);
  });
});
