import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../src-main/simulator/simulator.ts';
import { greet, openSocket } from '../support/bridge-rig.ts';
import { Headless, type RunningHeadless } from '../support/headless.ts';

let headless: Headless;
beforeEach(() => {
  headless = new Headless();
});
afterEach(() => headless.dispose());

/** A page of the dashboard, let in with the ticket of its link. */
async function openPage(served: RunningHeadless, dashboardUrl = served.dashboardUrl) {
  const { origin, host, hash } = new URL(dashboardUrl);
  const page = await openSocket(`ws://${host}/_slipstream/bridge`, origin);
  return { page, answer: await greet(page, { ticket: hash.replace('#ticket=', '') }) };
}

describe('a command, with an instance running', () => {
  it('fast on reaches the open dashboard', async () => {
    const served = await headless.serve();
    const { page, answer } = await openPage(served);
    expect(answer).toMatchObject({ welcome: { session: expect.any(String) } });
    const result = await headless.run('fast', 'on');
    expect(result).toMatchObject({ code: 0, stdout: expect.stringContaining('Fast mode is on') });
    expect(await page.next()).toMatchObject({ delta: { kind: 'settings', settings: { fastPolicy: 'on' } } });
  });

  it('open prints a new link, which works once', async () => {
    const served = await headless.serve();
    const { code, stdout } = await headless.run('open');
    expect(code).toBe(0);
    const [link = ''] = /http:\S+/.exec(stdout) ?? [];
    expect(link).not.toBe(served.dashboardUrl);
    expect((await openPage(served, link)).answer).toMatchObject({ welcome: {} });
    const { origin, host, hash } = new URL(link);
    const second = await openSocket(`ws://${host}/_slipstream/bridge`, origin);
    second.send({ hello: { ticket: hash.replace('#ticket=', '') } });
    expect(await second.closed).toBe(4401);
  });

  it('status tells where it listens', async () => {
    const served = await headless.serve();
    expect(await headless.run('status')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`${served.baseUrl}/v1`),
    });
    const { stdout } = await headless.run('status', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ state: 'running', pid: served.pid, fastPolicy: 'auto', running: 0 });
  });

  it('a page hears 1001 when the instance stops', async () => {
    const served = await headless.serve();
    const { page } = await openPage(served);
    served.child.kill('SIGTERM');
    expect(await page.closed).toBe(1001);
    expect((await served.finished).code).toBe(0);
  });
});

describe('a command, with none running', () => {
  it('status says so, with exit code 3', async () => {
    expect(await headless.run('status')).toMatchObject({ code: 3, stdout: expect.stringContaining('not running') });
    expect(JSON.parse((await headless.run('status', '--json')).stdout)).toEqual({ state: 'stopped' });
  });

  it('open says so, with exit code 3', async () => {
    expect(await headless.run('open')).toMatchObject({ code: 3, stderr: expect.stringContaining('not running') });
  });

  it('fast is kept for the next start', async () => {
    expect((await headless.run('fast', 'off')).code).toBe(0);
    await headless.serve();
    expect(JSON.parse((await headless.run('status', '--json')).stdout)).toMatchObject({ fastPolicy: 'off' });
  });

  it('two commands at once both do their work', async () => {
    const results = await Promise.all([headless.run('fast', 'on'), headless.run('accounts')]);
    expect(results.map(({ code }) => code)).toEqual([0, 0]);
  });
});

describe('slipstream import', () => {
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await startSimulator();
  });
  afterEach(() => simulator.stop());
  const place = () => ['--upstream', simulator.upstreamUrl, '--issuer', simulator.issuerUrl];
  const authFile = () => {
    const file = join(headless.dir, 'auth.json');
    writeFileSync(file, simulator.addAccount({ email: 'ada@example.test', plan: 'pro' }).authJson());
    return file;
  };

  it('adds an account to the running instance, which can use it at once', async () => {
    const served = await headless.serve(...place());
    expect(await headless.run('import', authFile())).toMatchObject({
      code: 0,
      stdout: 'Imported ada@example.test (pro).\n',
    });
    const response = await fetch(`${served.baseUrl}/v1/responses`, {
      method: 'POST',
      headers: { authorization: `Bearer ${served.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt-6.1-sol', input: 'Reply with exactly: it works' }),
    });
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('it works');
  });

  it('adds an account with none running, for the next start', async () => {
    expect((await headless.run('import', authFile(), ...place())).code).toBe(0);
    const { stdout } = await headless.run('accounts', '--json', ...place());
    expect(JSON.parse(stdout)).toMatchObject([{ email: 'ada@example.test', plan: 'pro', state: 'ready' }]);
    expect((await headless.run('accounts', ...place())).stdout).toMatch(/ada@example\.test +– +pro +ready/);
  });

  it.each([
    ['a file that is not there', '/nonexistent/auth.json', /There is no .*Give the path/],
    ['a folder', '/', /not a file/],
    ['what is no sign-in', import.meta.filename, /not JSON/],
  ])('refuses %s in one line', async (_name, file, message) => {
    const result = await headless.run('import', file);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(/^slipstream: [^\n]*\n$/);
    expect(result.stderr).toMatch(message);
  });
});

describe('the command line', () => {
  it.each([
    [['--bogus'], /unknown option '--bogus'/],
    [['fly'], /no command "fly"/],
    [['fast', 'maybe'], /Allowed choices are auto, on, off/],
    [['import'], /missing required argument 'file'/],
    [['--upstream', 'http://example.com'], /this machine only/],
    [['--port', '70000'], /0 to 65535/],
    [['--demo', '--upstream', 'https://example.test'], /--demo brings its own/],
  ])('refuses %j in one line', async (args, message) => {
    const result = await headless.run(...args);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(/^slipstream: [^\n]*\n$/);
    expect(result.stderr).toMatch(message);
  });

  it('lists exactly the commands there are', async () => {
    const { code, stdout } = await headless.run('--help');
    expect(code).toBe(0);
    const commands = stdout.split('Commands:')[1]?.matchAll(/^ {2}(\w+)/gm) ?? [];
    expect([...commands].map(([, name]) => name)).toEqual([
      'serve',
      'login',
      'import',
      'accounts',
      'fast',
      'status',
      'open',
      'bench',
      'parity',
      'doctor',
      'export',
      'help',
    ]);
  });
});

describe('slipstream --demo', () => {
  it('shows accounts and live traffic, and leaves nothing behind', async () => {
    const served = await headless.serve('--demo');
    const { page } = await openPage(served);
    page.send({ id: 1, name: 'app.snapshot', input: null });
    let dataDir = '';
    for (let completed = false; !completed; ) {
      const message = JSON.stringify(await page.next());
      dataDir ||= /"dataDir":"([^"]+)"/.exec(message)?.[1] ?? '';
      completed = message.includes('"status":"completed"');
    }
    served.child.kill('SIGTERM');
    expect((await served.finished).code).toBe(0);
    expect([dataDir.includes('slipstream-demo-'), existsSync(dataDir)]).toEqual([true, false]);
  });
});
