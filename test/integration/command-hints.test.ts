import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { askCommand } from '../support/ask-command.ts';
import { Headless } from '../support/headless.ts';

/** Whoever follows what a command says is to come to the same data folder, be its name an odd one. */

let home: string;
let dataDir: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'slipstream-hints-'));
  dataDir = join(home, "Ada's data");
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const ask = (...args: string[]) => askCommand(dataDir, args);
const hintsIn = (text: string) => [...text.matchAll(/"(npx slipstream[^"]*)"/g)].map(([, hint = '']) => hint);
const place = () => `--data-dir '${dataDir.replaceAll("'", "'\\''")}'`;

/** The arguments of a command, as a shell reads them. */
function argumentsOf(hint: string): readonly string[] {
  const { stdout } = spawnSync('/bin/sh', ['-c', `printf '%s\\0' ${hint}`], { encoding: 'utf8' });
  return stdout.split('\0').slice(2, -1);
}

/** Every text of what was read from JSON. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

describe.skipIf(process.platform === 'win32')('what a command with a data folder says to do', () => {
  it.each([
    ['accounts', ['npx slipstream login', 'npx slipstream import ~/.codex/auth.json']],
    ['metrics', ['npx slipstream metrics on']],
    ['key list', ['npx slipstream key']],
    ['fast coin', ['npx slipstream fast coin start']],
    ['open', ['npx slipstream']],
    ['bench --account nobody --yes', ['npx slipstream accounts']],
    ['bench --yes', ['npx slipstream login']],
    ['doctor --offline', ['npx slipstream', 'npx slipstream login', 'npx slipstream import FILE']],
    ['doctor --offline --json', ['npx slipstream', 'npx slipstream login', 'npx slipstream import FILE']],
  ])('of %s names the folder', async (args, commands) => {
    const { stdout, stderr } = await ask(...args.split(' '));
    const told = args.includes('--json') ? textsOf(JSON.parse(stdout)).join('\n') : stdout;
    expect(hintsIn(`${told}\n${stderr}`)).toEqual(commands.map((command) => `${command} ${place()}`));
  });

  it('leads there', async () => {
    const [hint = ''] = hintsIn((await ask('metrics')).stdout);
    await askCommand(null, argumentsOf(hint));
    expect((await ask('metrics')).stdout).toMatch(/^http/);
  });
});

it('what a start says to do is for that instance', async () => {
  const headless = new Headless();
  onTestFinished(() => headless.dispose());
  const served = await headless.serve();
  served.child.kill('SIGTERM');
  const hints = hintsIn((await served.finished).stdout);
  expect(hints).toEqual(['login', 'open'].map((name) => `npx slipstream ${name} --data-dir ${headless.dataDir}`));
});

it('what a demo says to do is for the demo, and that a folder named beside it is left alone', async () => {
  const headless = new Headless();
  onTestFinished(() => headless.dispose());
  mkdirSync(headless.dataDir);
  const served = await headless.serve('--demo', '--data-dir', headless.dataDir);
  const asked = await headless.run('status', '--demo');
  served.child.kill('SIGTERM');
  const { stdout, stderr } = await served.finished;
  expect(hintsIn(stdout)).toEqual(['npx slipstream open --demo']);
  const told = `slipstream: a demo has a temporary folder of its own; nothing in ${headless.dataDir} is read or changed.\n`;
  expect([stderr.includes(told), asked.stderr]).toEqual([true, told]);
  expect(readdirSync(headless.dataDir)).toEqual([]);
});

it('where no folder is named, what a command says to do names none', async () => {
  for (const name of ['HOME', 'XDG_CONFIG_HOME', 'APPDATA', 'TMPDIR']) vi.stubEnv(name, home);
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(hintsIn((await askCommand(null, ['metrics'])).stdout)).toEqual(['npx slipstream metrics on']);
});
