import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SimulatedAccount } from '../../src-main/simulator/accounts/accounts.ts';
import { type Simulator, startSimulator } from '../../src-main/simulator/simulator.ts';
import { visitIssuer } from '../support/accounts-rig.ts';
import { askCommand, startCommand } from '../support/ask-command.ts';
import { Headless, headlessArgs } from '../support/headless.ts';
import { post, type Server } from '../support/turn-client.ts';

let simulator: Simulator;
let headless: Headless;
let person: SimulatedAccount;
let codexHome: string;
let place: readonly string[];
const children: ChildProcess[] = [];

beforeEach(async () => {
  simulator = await startSimulator({ issuer: { deviceIntervalS: 0.05, redirectPorts: 'any' } });
  place = ['--upstream', simulator.upstreamUrl, '--issuer', simulator.issuerUrl];
  headless = new Headless();
  codexHome = join(headless.dir, 'codex');
  vi.stubEnv('CODEX_HOME', codexHome);
  mkdirSync(codexHome);
  person = simulator.addAccount({ email: 'ada@example.test', plan: 'pro' });
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  headless.dispose();
  vi.unstubAllEnvs();
  await simulator.stop();
});

const refreshes = () =>
  simulator.log.entries.filter((entry) => entry.kind === 'http' && entry.path === '/oauth/token').length;
const ask = (...args: string[]) => askCommand(headless.dataDir, [...args, ...place]);
/** A sign-in under way in this process; `Login` is for what a signal does to one. */
const login = (...args: string[]) => startCommand(headless.dataDir, ['login', ...args, ...place]);
const accounts = async () => JSON.parse((await ask('accounts', '--json')).stdout) as unknown[];

/** A `slipstream login` under way. */
class Login {
  readonly #child: ChildProcess;
  readonly #seen = { text: '', complaints: '' };
  readonly ended: Promise<{ readonly code: number | null; readonly complaints: string }>;

  constructor(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
    const command = [...headlessArgs, 'login', ...args, ...place, '--data-dir', headless.dataDir];
    const child = spawn(process.execPath, command, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, MALLOC_ARENA_MAX: '2', ...env },
    });
    children.push(child);
    this.#child = child;
    child.stdout.on('data', (chunk) => {
      this.#seen.text += chunk;
    });
    child.stderr.on('data', (chunk) => {
      this.#seen.complaints += chunk;
    });
    this.ended = once(child, 'close').then(([code]) => ({ code, complaints: this.#seen.complaints }));
  }

  get text(): string {
    return this.#seen.text;
  }

  /** What matches in the output, once it is there. */
  async says(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = pattern.exec(this.#seen.text)?.[0];
      if (found !== undefined) return found;
      await Promise.race([
        once(this.#child.stdout ?? this.#child, 'data'),
        this.ended.then(({ complaints }) => {
          throw new Error(`it ended: ${complaints}`);
        }),
      ]);
    }
  }

  interrupt(signal: NodeJS.Signals = 'SIGINT'): void {
    this.#child.kill(signal);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }
}

/** Names of what a sign-in could have left behind. */
const leftBehind = () =>
  readdirSync(headless.dataDir, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /^(accounts\/|command\.json|instance\.json|open-sign-in)/.test(name),
  );

/** The status of one turn at a running instance. */
async function turn(server: Server): Promise<number> {
  return (await post(server, { model: 'gpt-6.1-sol', input: 'Reply with exactly: OK' })).status;
}

async function expectCancelled(login: Login): Promise<void> {
  expect(await login.ended).toMatchObject({ code: 130, complaints: expect.stringContaining('cancelled') });
  expect(leftBehind()).toEqual([]);
  // It takes the folder as a start does.
  expect(await accounts()).toEqual([]);
}

describe('slipstream login', () => {
  it('--device shows a page and a code, and ends when the code was entered', async () => {
    const login = new Login(['--device']);
    expect(await login.says(/https?:\S+\/codex\/device/)).toBe(`${simulator.issuerUrl}/codex/device`);
    expect(person.approveDevice(await login.says(/\b[A-Z0-9]{4}-[A-Z0-9]{5}\b/))).toBe(true);
    expect(await login.ended).toEqual({ code: 0, complaints: '' });
    expect(login.text).toContain('Signed in as ada@example.test (pro).');
    expect(await accounts()).toMatchObject([{ email: 'ada@example.test', source: 'device', state: 'ready' }]);
  });

  it('without a device shows the page to open, and ends when the browser came back', async () => {
    const waiting = login();
    const page = await fetch(await visitIssuer(await waiting.says(/http:\S+\/oauth\/authorize\S+/)));
    expect(await page.text()).toContain('You are signed in');
    expect(await waiting.finished).toMatchObject({ code: 0, stderr: '' });
    expect(await accounts()).toMatchObject([{ email: 'ada@example.test', source: 'browser' }]);
  });

  it('signs in at the running instance', async () => {
    const served = await headless.serve(...place);
    const waiting = login('--device');
    person.approveDevice(await waiting.says(/\b[A-Z0-9]{4}-[A-Z0-9]{5}\b/));
    expect((await waiting.finished).code).toBe(0);
    expect(await turn(served)).toBe(200);
  });

  it('keeps the settings of an account that was signed out, which stays so over a restart and is told of once', async () => {
    const { tokens } = JSON.parse(person.authJson());
    const file = join(headless.dir, 'codex-ada.json');
    writeFileSync(
      file,
      JSON.stringify({ type: 'codex', email: person.email, ...tokens, websockets: false, priority: 5 }),
    );
    await ask('import', file);
    person.invalidateAccess();
    person.spoilRefresh('invalidated');
    const first = await headless.serve(...place);
    expect(await turn(first)).toBe(503);
    first.child.kill('SIGTERM');
    expect((await first.finished).stderr).toContain('Signed out');
    const second = await headless.serve(...place);
    expect(await accounts()).toMatchObject([
      { state: 'signed-out', problem: expect.stringContaining('Sign in again') },
    ]);
    const listed = await ask('accounts');
    expect(listed.stdout).toContain(
      '\nada@example.test: Its sign-in has ended. Sign in again; its settings are kept.\n',
    );
    const refreshesBefore = refreshes();
    expect(await turn(second)).toBe(400);
    expect(refreshes()).toBe(refreshesBefore);
    const waiting = login('--device');
    person.approveDevice(await waiting.says(/\b[A-Z0-9]{4}-[A-Z0-9]{5}\b/));
    expect(await waiting.finished).toMatchObject({ code: 0 });
    expect(await accounts()).toMatchObject([{ source: 'device', state: 'ready', websockets: false, priority: 5 }]);
    expect(await turn(second)).toBe(200);
    second.child.kill('SIGTERM');
    expect((await second.finished).stderr).not.toContain('Signed out');
  });

  it('without a device is cancelled by Ctrl-C, and leaves nothing', async () => {
    const login = new Login();
    await login.says(/Waiting/);
    login.interrupt();
    await expectCancelled(login);
  });

  it('--device tells whoever wants the data folder meanwhile that it waits, is cancelled by Ctrl-C, and leaves nothing', async () => {
    const login = new Login(['--device']);
    await login.says(/Waiting/);
    const refused = await headless.run('serve', '--port', '0', '--no-open', ...place);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^slipstream: A sign-in is waiting [^\n]*cancel it[^\n]*\n$/);
    expect(refused.stderr).toContain(`pid ${login.pid}`);
    login.interrupt();
    await expectCancelled(login);
  });

  it('killed while it waits, leaves no lock and no account', async () => {
    const login = new Login();
    await login.says(/Waiting/);
    login.interrupt('SIGKILL');
    await login.ended;
    expect((await headless.serve(...place)).pid).toBeGreaterThan(0);
    expect(await accounts()).toEqual([]);
    expect(leftBehind()).toEqual(['instance.json']);
  });

  it('opens the system browser by way of a file of its own, which is gone with the command', async () => {
    const bin = join(headless.dir, 'bin');
    const seen = join(headless.dir, 'seen.html');
    mkdirSync(bin);
    writeFileSync(join(bin, 'xdg-open'), `#!/bin/sh\ncp "$1" '${seen}.part' && mv '${seen}.part' '${seen}'\n`, {
      mode: 0o755,
    });
    const login = new Login([], { DISPLAY: ':0', PATH: `${bin}:${process.env.PATH}` });
    const address = await login.says(/http:\S+\/oauth\/authorize\S+/);
    await expect.poll(() => existsSync(seen)).toBe(true);
    expect(readFileSync(seen, 'utf8')).toContain(address.replaceAll('&', '&amp;'));
    expect(leftBehind()).toContain('open-sign-in.html');
    login.interrupt();
    await login.ended;
    expect(leftBehind()).toEqual([]);
  });

  it('says in one line that the issuer is away', async () => {
    const away = await startSimulator();
    const { issuerUrl } = away;
    await away.stop();
    const result = await askCommand(headless.dataDir, [
      'login',
      '--device',
      '--upstream',
      simulator.upstreamUrl,
      '--issuer',
      issuerUrl,
    ]);
    expect(result).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^slipstream: [^\n]*reached[^\n]*\n$/),
    });
  });
});

describe('slipstream import', () => {
  const authPath = () => join(codexHome, 'auth.json');
  beforeEach(() => writeFileSync(authPath(), person.authJson(), { mode: 0o600 }));

  it('links the file that the Codex command uses, and says what that means', async () => {
    const result = await ask('import', authPath());
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).toMatch(/^Linked ada@example\.test \(pro\)\.\n.*share this sign-in/s);
    expect(await accounts()).toMatchObject([{ source: 'linked', link: { path: authPath(), state: 'ok' } }]);
  });

  it('links it also by another name', async () => {
    const other = join(headless.dir, 'other.json');
    symlinkSync(authPath(), other);
    await ask('import', other);
    expect(await accounts()).toMatchObject([{ source: 'linked' }]);
  });

  it('copies it with --copy, and any other file', async () => {
    await ask('import', '--copy', authPath());
    expect(await accounts()).toMatchObject([{ source: 'import', link: null }]);
    const other = join(headless.dir, 'auth.json');
    writeFileSync(other, readFileSync(authPath()));
    await ask('import', other);
    expect(await accounts()).toMatchObject([{ source: 'import', link: null }]);
  });

  it('of a file that is not there says what to do, also where Codex keeps its sign-in in the keyring', async () => {
    rmSync(authPath());
    const result = await ask('import', authPath());
    expect(result).toMatchObject({ code: 1, stderr: expect.stringMatching(/codex login.*keyring.*slipstream login/s) });
    const other = await ask('import', join(headless.dir, 'none.json'));
    expect(other.stderr).toContain('There is no');
    const folder = await ask('import', headless.dir);
    expect(folder.stderr).toContain('There is no sign-in in');
  });

  it('takes a CLIProxyAPI file with what its owner had set', async () => {
    const { tokens } = JSON.parse(person.authJson());
    const file = join(headless.dir, 'codex-12345678-ada@example.test-pro.json');
    writeFileSync(
      file,
      JSON.stringify({ type: 'codex', email: person.email, ...tokens, websockets: 'false', disabled: true }),
    );
    expect(await ask('import', file)).toMatchObject({
      code: 0,
      stdout: 'Imported ada@example.test (pro).\n',
    });
    expect(await accounts()).toMatchObject([{ websockets: false, enabled: false, source: 'import' }]);
  });
});
