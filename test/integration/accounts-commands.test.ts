import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SimulatedAccount } from '../../src-main/simulator/accounts/accounts.ts';
import { type Simulator, startSimulator } from '../../src-main/simulator/simulator.ts';
import { visitIssuer } from '../support/accounts-rig.ts';
import { Headless, headlessEntry } from '../support/headless.ts';

let simulator: Simulator;
let headless: Headless;
let person: SimulatedAccount;
let codexHome: string;
let place: readonly string[];
const children: ChildProcess[] = [];

beforeEach(async () => {
  simulator = await startSimulator({ issuer: { deviceIntervalS: 0.05 } });
  place = ['--upstream', simulator.upstreamUrl, '--issuer', simulator.issuerUrl];
  const env = { ...process.env, CODEX_HOME: '' };
  headless = new Headless({ program: process.execPath, args: [headlessEntry], env });
  codexHome = join(headless.dir, 'codex');
  env.CODEX_HOME = codexHome;
  mkdirSync(codexHome);
  person = simulator.addAccount({ email: 'ada@example.test', plan: 'pro' });
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  headless.dispose();
  await simulator.stop();
});

const accounts = async () => JSON.parse((await headless.run('accounts', '--json', ...place)).stdout) as unknown[];

/** A `slipstream login` under way. */
class Login {
  readonly #child: ChildProcess;
  readonly #seen = { text: '', complaints: '' };
  readonly ended: Promise<{ readonly code: number | null; readonly complaints: string }>;

  constructor(...args: string[]) {
    const child = spawn(process.execPath, [headlessEntry, 'login', ...args, ...place, '--data-dir', headless.dataDir], {
      stdio: ['ignore', 'pipe', 'pipe'],
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

  interrupt(): void {
    this.#child.kill('SIGINT');
  }
}

describe('slipstream login', () => {
  it('--device shows a page and a code, and ends when the code was entered', async () => {
    const login = new Login('--device');
    expect(await login.says(/https?:\S+\/codex\/device/)).toBe(`${simulator.issuerUrl}/codex/device`);
    expect(person.approveDevice(await login.says(/\b[A-Z0-9]{4}-[A-Z0-9]{5}\b/))).toBe(true);
    expect(await login.ended).toEqual({ code: 0, complaints: '' });
    expect(login.text).toContain('Signed in as ada@example.test (pro).');
    expect(await accounts()).toMatchObject([{ email: 'ada@example.test', source: 'device', state: 'ready' }]);
  });

  it('without a device shows the page to open, and ends when the browser came back', async () => {
    const login = new Login();
    const page = await fetch(await visitIssuer(await login.says(/http:\S+\/oauth\/authorize\S+/)));
    expect(await page.text()).toContain('You are signed in');
    expect(await login.ended).toEqual({ code: 0, complaints: '' });
    expect(await accounts()).toMatchObject([{ email: 'ada@example.test', source: 'browser' }]);
  });

  it('signs in at the running instance', async () => {
    const served = await headless.serve(...place);
    const login = new Login('--device');
    person.approveDevice(await login.says(/\b[A-Z0-9]{4}-[A-Z0-9]{5}\b/));
    expect((await login.ended).code).toBe(0);
    const response = await fetch(`${served.baseUrl}/v1/responses`, {
      method: 'POST',
      headers: { authorization: `Bearer ${served.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt-6.1-sol', input: 'Reply with exactly: OK' }),
    });
    expect(response.status).toBe(200);
  });

  it.each([[[]], [['--device']]])('%j is cancelled by Ctrl-C, and leaves nothing', async (args) => {
    const login = new Login(...args);
    await login.says(/Waiting/);
    login.interrupt();
    expect(await login.ended).toMatchObject({ code: 130, complaints: expect.stringContaining('cancelled') });
    expect(await accounts()).toEqual([]);
  });

  it('says in one line that the issuer is away', async () => {
    const away = await startSimulator();
    const { issuerUrl } = away;
    await away.stop();
    const result = await headless.run('login', '--device', '--upstream', simulator.upstreamUrl, '--issuer', issuerUrl);
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
    const result = await headless.run('import', authPath(), ...place);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).toMatch(/^Linked ada@example\.test \(pro\)\.\n.*share this sign-in/s);
    expect(await accounts()).toMatchObject([{ source: 'linked', link: { path: authPath(), state: 'ok' } }]);
  });

  it('links it also by another name', async () => {
    const other = join(headless.dir, 'other.json');
    symlinkSync(authPath(), other);
    await headless.run('import', other, ...place);
    expect(await accounts()).toMatchObject([{ source: 'linked' }]);
  });

  it('copies it with --copy, and any other file', async () => {
    await headless.run('import', '--copy', authPath(), ...place);
    expect(await accounts()).toMatchObject([{ source: 'import', link: null }]);
    const other = join(headless.dir, 'auth.json');
    writeFileSync(other, readFileSync(authPath()));
    await headless.run('import', other, ...place);
    expect(await accounts()).toMatchObject([{ source: 'import', link: null }]);
  });

  it('takes a CLIProxyAPI file with what its owner had set', async () => {
    const { tokens } = JSON.parse(person.authJson());
    const file = join(headless.dir, 'codex-12345678-ada@example.test-pro.json');
    writeFileSync(
      file,
      JSON.stringify({ type: 'codex', email: person.email, ...tokens, websockets: 'false', disabled: true }),
    );
    expect(await headless.run('import', file, ...place)).toMatchObject({
      code: 0,
      stdout: 'Imported ada@example.test (pro).\n',
    });
    expect(await accounts()).toMatchObject([{ websockets: false, enabled: false, source: 'import' }]);
  });
});
