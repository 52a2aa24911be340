import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { connectBridge } from '../../src-main/node/bridge-client.ts';
import { runCommandLine } from '../../src-main/node/command-line.ts';
import { findInstance } from '../../src-main/node/find-instance.ts';
import { type Simulator, startSimulator } from '../../src-main/simulator/simulator.ts';
import { visitIssuer } from '../support/accounts-rig.ts';
import { askCommand, startCommand } from '../support/ask-command.ts';
import { greet, openSocket } from '../support/bridge-rig.ts';
import { Headless, headlessEntry, heapCap, type RunningHeadless } from '../support/headless.ts';

let headless: Headless;
beforeEach(() => {
  headless = new Headless();
});
afterEach(() => headless.dispose());
const ask = (...args: string[]) => askCommand(headless.dataDir, args);

/** A page of the dashboard, let in with the ticket of its link. */
async function openPage(served: RunningHeadless, dashboardUrl = served.dashboardUrl) {
  const { origin, host, hash } = new URL(dashboardUrl);
  const page = await openSocket(`ws://${host}/_slipstream/bridge`, origin);
  return { page, answer: await greet(page, { ticket: hash.replace('#ticket=', '') }) };
}

let simulator: Simulator;
let place: readonly string[];
beforeAll(async () => {
  simulator = await startSimulator();
  place = ['--upstream', simulator.upstreamUrl, '--issuer', simulator.issuerUrl];
});
afterAll(() => simulator.stop());

const authFile = () => {
  const file = join(headless.dir, 'auth.json');
  writeFileSync(file, simulator.addAccount({ email: 'ada@example.test', plan: 'pro' }).authJson());
  return file;
};

describe('a command, with an instance running', () => {
  let running: Headless;
  let served: RunningHeadless;
  beforeAll(async () => {
    running = new Headless();
    served = await running.serve(...place);
  });
  afterAll(() => running.dispose());
  const askRunning = (...args: string[]) => askCommand(running.dataDir, args);

  /** A link of its own for a page: each works once. */
  async function newLink(): Promise<string | undefined> {
    const bridge = await connectBridge(findInstance(running.dataDir) ?? expect.fail('no instance'));
    const link = await bridge.invoke('app.dashboardUrl', null);
    bridge.close();
    return link.ok ? (link.value.url ?? undefined) : undefined;
  }

  it('fast on reaches the open dashboard', async () => {
    const { page, answer } = await openPage(served, await newLink());
    expect(answer).toMatchObject({ welcome: { session: expect.any(String) } });
    const result = await running.run('fast', 'on');
    expect(result).toMatchObject({ code: 0, stdout: expect.stringContaining('Fast mode is on') });
    expect(await page.next()).toMatchObject({ delta: { kind: 'settings', settings: { fastPolicy: 'on' } } });
    expect((await askRunning('fast', 'auto')).code).toBe(0);
  });

  it('open prints a new link, which works once', async () => {
    const { code, stdout } = await askRunning('open');
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
    expect(await askRunning('status')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`${served.baseUrl}/v1`),
    });
    const { stdout } = await askRunning('status', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ state: 'running', pid: served.pid, fastPolicy: 'auto', running: 0 });
  });

  it('import adds an account, which can be used at once', async () => {
    expect(await askRunning('import', authFile())).toMatchObject({
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

  it('key makes a new one, with which the old one opens nothing any more', async () => {
    const { baseUrl, apiKey } = served;
    expect((await askRunning('key')).stdout).toBe(`${apiKey}\n`);
    const { stdout, stderr } = await askRunning('key', '--rotate');
    expect(stderr).toContain('The old key is refused');
    const status = async (key: string) =>
      (await fetch(`${baseUrl}/v1/models`, { headers: { authorization: `Bearer ${key}` } })).status;
    expect([await status(apiKey), await status(stdout.trim())]).toEqual([401, 200]);
  });

  it('a page hears 1001 when the instance stops', async () => {
    const { page } = await openPage(served, await newLink());
    served.child.kill('SIGTERM');
    expect(await page.closed).toBe(1001);
    expect((await served.finished).code).toBe(0);
  });
});

describe('a command, with none running', () => {
  it('status says so, with exit code 3', async () => {
    expect(await ask('status')).toMatchObject({ code: 3, stdout: expect.stringContaining('not running') });
    expect(JSON.parse((await ask('status', '--json')).stdout)).toEqual({ state: 'stopped' });
  });

  it('open says so, with exit code 3', async () => {
    expect(await ask('open')).toMatchObject({ code: 3, stderr: expect.stringContaining('not running') });
  });

  it('fast is kept for the next start', async () => {
    expect((await ask('fast', 'off')).code).toBe(0);
    await headless.serve();
    expect(JSON.parse((await ask('status', '--json')).stdout)).toMatchObject({ fastPolicy: 'off' });
  });

  it('two commands at once both do their work', async () => {
    const results = await Promise.all([headless.run('fast', 'on'), headless.run('accounts')]);
    expect(results.map(({ code }) => code)).toEqual([0, 0]);
  });
});

describe('slipstream import, with none running', () => {
  it('adds an account, for the next start', async () => {
    expect((await headless.run('import', authFile(), ...place)).code).toBe(0);
    const { stdout } = await ask('accounts', '--json', ...place);
    expect(JSON.parse(stdout)).toMatchObject([{ email: 'ada@example.test', plan: 'pro', state: 'ready' }]);
    expect((await ask('accounts', ...place)).stdout).toMatch(/ada@example\.test +— +pro +ready/);
  });

  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
    'takes what it can read of a folder, and names the file that it may not read',
    async () => {
      const folder = join(headless.dir, 'other');
      mkdirSync(folder);
      copyFileSync(authFile(), join(folder, 'ada.json'));
      writeFileSync(join(folder, 'locked.json'), '{}', { mode: 0 });
      const result = await headless.run('import', folder, '--yes', ...place);
      expect(result).toMatchObject({ code: 0, stderr: '' });
      expect(result.stdout).toContain('locked.json: the system does not let it be read');
      expect(result.stdout).toContain('Imported ada@example.test');
    },
  );

  it.each([
    ['a file that is not there', '/nonexistent/auth.json', /There is no .*Give the path/],
    ['a folder without any', import.meta.dirname, /There is no sign-in in/],
    ['what is no sign-in', import.meta.filename, /not JSON/],
  ])('refuses %s in one line', async (_name, file, message) => {
    const result = await ask('import', file);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(/^slipstream: [^\n]*\n$/);
    expect(result.stderr).toMatch(message);
  });
});

describe('the command line', () => {
  it.each([
    [['--bogus'], /unknown option '--bogus'/],
    [['fly'], /no command "fly"/],
    [['stauts'], /Did you mean "status"\?/],
    [['doctor', '--ofline'], /Did you mean --offline\?/],
    [['doctor', '--offline', '--yes'], /cannot be used with/],
    [['fast', 'on', 'off'], /too many arguments/],
    [['key', 'nope'], /no command "key nope"\. "key" has add, list, revoke\. Run "npx slipstream key --help[^"]*"/],
    [['key', '--rotate', 'list'], /"key list" takes no --rotate\./],
    [['key', 'add', 'a', '--rotate'], /"key add" takes no --rotate\./],
    [['accounts', '--json', 'proxy', 'ada@example.test', 'none'], /"accounts proxy" takes no --json\./],
    [['key', '--rotate', 'nope'], /no command "key nope"/],
    [['--log-level', 'warn', '--upstream=https://example.test', 'stauts'], /Did you mean "status"\?/],
    [['key', 'help', 'nope'], /no command "key nope"/],
    [['service', 'instal'], /no command "service instal"\. Did you mean "install"\?/],
    [['help', 'nope'], /no command "nope"/],
    [['help', 'key', 'nope'], /no command "key nope"/],
    [['key', 'add', 'a', '--models', ''], /--models takes names/],
    [['key', 'add', 'a', '--models', 'a,,b'], /no empty ones/],
    [['key', 'add', 'a', '--tiers', 'foo'], /no tier "foo"\. --tiers takes standard, priority \(or fast\)/],
    [['key', 'add', 'a', '--expires', 'never'], /--expires takes a span/],
    [['key', 'add', 'a', '--expires', '45'], /--expires takes a span/],
    [['key', 'add', 'a', '--expires', '2099-02-31'], /--expires takes a span/],
    [['key', 'add', ''], /"name" is wrong: must not be empty\.$/m],
    [['key', 'add', 'é'], /"name" is wrong: must be plain ASCII/],
    [['key', 'add', 'a'.repeat(50)], /"name" is wrong: must be at most 40 characters long/],
    [['accounts', 'proxy', 'ada@example.test', 'ftp://a'], /"proxyUrl" is wrong: must be an http:/],
    [['bench', '--model', '', '--yes'], /"model" is wrong: must not be empty/],
    [['bench', '--effort', 'x'.repeat(21), '--yes'], /"effort" is wrong: must be at most 20 characters long/],
    [['import', ''], /argument 'path'[^\n]+It must not be empty/],
    [['export', 'har', ''], /argument 'file'[^\n]+It must not be empty/],
    [['parity', '--codex', ' '], /It must not be empty/],
    [['fast', 'maybe'], /Allowed choices are auto, on, off/],
    [['import'], /missing required argument 'path'/],
    [['--upstream', 'http://example.com'], /this machine only/],
    [['--port', '70000'], /0 to 65535/],
    [['--demo', '--upstream', 'https://example.test'], /--demo brings its own/],
    [['service', 'install', '--demo'], /A demo is no service/],
  ])('refuses %j in one line', async (args, message) => {
    const result = await ask(...args);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toMatch(/^slipstream: [^\n]*\n$/);
    expect(result.stderr).toMatch(message);
  });

  it('shows the help of a command that lacks its verb, and ends with 2', async () => {
    const { code, stdout, stderr } = await ask('service');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^Usage: slipstream service [^\n]+\n[\s\S]+\n {2}install [\s\S]+\n {2}remove /);
  });

  it('takes the tiers of a key by what people call them', async () => {
    expect((await ask('key', 'add', 'a', '--models', 'one, two,one', '--tiers', 'Fast,standard,priority')).code).toBe(
      0,
    );
    const { stdout } = await ask('key', 'list', '--json');
    expect(JSON.parse(stdout)).toMatchObject([{ models: ['one', 'two'], tiers: ['priority', 'standard'] }]);
  });

  it('that is refused ends the program with 2, and one line', async () => {
    const result = await headless.run('--bogus');
    expect(result).toEqual({ code: 2, stdout: '', stderr: "slipstream: unknown option '--bogus'\n" });
  });

  it('lists exactly the commands there are', async () => {
    const { code, stdout } = await ask('--help');
    expect(code).toBe(0);
    const commands = stdout.split('Commands:')[1]?.matchAll(/^ {2}([\w-]+)/gm) ?? [];
    expect([...commands].map(([, name]) => name)).toEqual([
      'serve',
      'login',
      'import',
      'accounts',
      'fast',
      'language',
      'key',
      'service',
      'metrics',
      'stop-turn',
      'status',
      'usage',
      'open',
      'bench',
      'parity',
      'doctor',
      'export',
      'complete',
      'help',
    ]);
  });
});

describe('the help of a command', () => {
  const context = (lines: string[]) => ({
    compose: () => Promise.reject(new Error('nothing is composed')),
    version: '0',
    rendererDir: '',
    print: (line: string) => void lines.push(line),
    write: () => Promise.resolve(),
    complain: (line: string) => void lines.push(line),
  });

  it('has its options, those of every command, and examples that are understood', async () => {
    const overview: string[] = [];
    await runCommandLine(['--help'], context(overview));
    const names = [...(overview.join('\n').split('Commands:')[1] ?? '').matchAll(/^ {2}([\w-]+)/gm)];
    for (const [, name = ''] of names.filter(([, each]) => each !== 'help')) {
      const lines: string[] = [];
      expect(await runCommandLine([name, '--help'], context(lines))).toBe(0);
      const text = lines.join('\n');
      expect(text).toContain('--data-dir');
      const examples = text.split('Examples:')[1]?.trim().split('\n') ?? [];
      expect([name, examples.length > 0]).toEqual([name, true]);
      for (const example of examples) expect(example).toMatch(/slipstream/);
    }
  });

  it.each([
    [['key', 'help'], 'slipstream key [options]'],
    [['accounts', 'help'], 'slipstream accounts [options]'],
    [['fast', 'help'], 'slipstream fast [options]'],
    [['help', 'fast', 'coin'], 'slipstream fast coin [options]'],
    [['key', 'help', 'add'], 'slipstream key add [options]'],
    [['--log-level', 'warn', 'help', 'key', 'add'], 'slipstream key add [options]'],
    [['help', 'help'], 'slipstream [options]'],
  ])('is what %j asks for, with the options of every command', async (args, usage) => {
    const lines: string[] = [];
    expect(await runCommandLine(args, context(lines))).toBe(0);
    expect(lines.join('\n')).toContain(`Usage: ${usage}`);
    expect(lines.join('\n')).toContain('--data-dir');
  });

  it.each(['bash', 'zsh', 'fish'])('completes commands, options and choices in %s', async (shell) => {
    const said: string[] = [];
    const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
    try {
      expect(await runCommandLine(['complete', shell], context([]))).toBe(0);
      expect(said.join('\n')).toContain('slipstream complete --');
      said.length = 0;
      await runCommandLine(['complete', '--', 'fast', ''], context([]));
      expect(said.join('\n')).toMatch(/auto[\s\S]*off/);
    } finally {
      log.mockRestore();
    }
  });

  it.each([
    [['export', 'har', ''], true],
    [['import', ''], true],
    [['import', '--dry-run', 'au'], true],
    [['status', '--data-dir', ''], true],
    [['serve', '--ready-file', '/tmp/'], true],
    [['parity', '--codex=/usr'], true],
    [['export', ''], false],
    [['fast', ''], false],
    [['key', 'add', ''], false],
    [['serve', '--log-level', ''], false],
    [['status', '--'], false],
  ])('has the shell complete file names where there is a file to name: %j %s', async (typed, hasFiles) => {
    const said: string[] = [];
    const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
    try {
      await runCommandLine(['complete', '--', ...typed], context([]));
      // The last line is for the script: 4 is no file names.
      expect(said.at(-1)).toBe(hasFiles ? ':0' : ':4');
    } finally {
      log.mockRestore();
    }
  });

  it('gives bash file names to fall back on, by what its script has registered', async () => {
    const [said, printed]: [string[], string[]] = [[], []];
    const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
    try {
      await runCommandLine(['complete', 'bash'], context(printed));
      const registered = /^complete -F (\S+) (\S+)$/m.exec(said.join('\n'));
      expect(printed).toEqual([`complete -o default -F ${registered?.[1]} ${registered?.[2]}`]);
    } finally {
      log.mockRestore();
    }
  });
});

describe('slipstream fast', () => {
  it('tells what is set, and changes it', async () => {
    expect((await ask('fast')).stdout).toMatch(/^Fast mode is auto\./);
    await ask('fast', 'on');
    expect((await ask('fast')).stdout).toMatch(/^Fast mode is on\./);
  });
});

describe('slipstream --demo', () => {
  const home = mkdtempSync(join(tmpdir(), 'slipstream-demo-home-'));
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const places = { HOME: home, XDG_CONFIG_HOME: home, TMPDIR: home };
  const env = { PATH, NODE_COMPILE_CACHE, MALLOC_ARENA_MAX: '2', ...places };
  const demo = new Headless({ program: process.execPath, args: [heapCap, headlessEntry], env });
  let served: RunningHeadless;
  const command = (...args: string[]) => askCommand(null, args);
  const noDemo = { code: 1, stderr: 'slipstream: No demo is running.\n' };

  beforeEach(() => {
    for (const [name, value] of Object.entries(places)) vi.stubEnv(name, value);
  });
  afterEach(() => vi.unstubAllEnvs());
  afterAll(() => {
    demo.dispose();
    rmSync(home, { recursive: true, force: true });
  });

  it('is what commands reach while it runs, never the real settings', async () => {
    expect(await command('fast', '--demo')).toMatchObject(noDemo);
    served = await demo.serve('--demo');
    expect(await command('fast', 'on', '--demo')).toMatchObject({ code: 0, stderr: '' });
    expect(await command('fast')).toMatchObject({
      stdout: expect.stringContaining('is on'),
      stderr: expect.stringContaining('goes to the demo'),
    });
    expect((await command('open', '--demo')).stdout).toContain(served.baseUrl);
    const { stdout: unit } = await command('service', 'install', '--print');
    // The folder itself, not the demo's beside it.
    expect(unit.split(join(home, 'slipstream'))[1]).toMatch(/^["<]/);
    expect(existsSync(join(home, 'slipstream'))).toBe(false);
  });

  it('signs in by a free port: the registered ones are left to whoever really signs in', async () => {
    const login = startCommand(null, ['login', '--demo']);
    const back = await visitIssuer(await login.says(/http:\S+\/oauth\/authorize\S+/));
    expect(['1455', '1457']).not.toContain(new URL(back).port);
    expect(await (await fetch(back)).text()).toContain('You are signed in');
    expect(await login.finished).toMatchObject({ code: 0 });
  });

  it('shows accounts and live traffic, and leaves nothing behind', async () => {
    const { page } = await openPage(served);
    page.send({ id: 1, name: 'app.snapshot', input: null });
    let dataDir = '';
    // The answer may come after news of a turn.
    for (let completed = false; !completed || dataDir === ''; ) {
      const message = JSON.stringify(await page.next());
      dataDir ||= /"dataDir":"([^"]+)"/.exec(message)?.[1] ?? '';
      completed ||= message.includes('"status":"completed"');
    }
    served.child.kill('SIGTERM');
    expect((await served.finished).code).toBe(0);
    expect([dataDir.includes('slipstream-demo-'), existsSync(dataDir)]).toEqual([true, false]);
    expect(await command('fast', '--demo')).toMatchObject(noDemo);
  });
});
