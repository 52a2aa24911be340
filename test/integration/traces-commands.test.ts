/** The commands about traces and the fast lab; each also on the built program, of which its database's worker is a part. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TraceKeeping } from '../../src-main/app/traces.ts';
import { LabExperiment } from '../../src-main/shared/lab.ts';
import { type Simulator, startSimulator } from '../../src-main/simulator/simulator.ts';
import { askCommand } from '../support/ask-command.ts';
import { harProblems } from '../support/har-schema.ts';
import { Headless, headlessEntry } from '../support/headless.ts';

let headless: Headless;
let simulator: Simulator;
let place: string[];

async function open(): Promise<void> {
  headless = new Headless();
  simulator = await startSimulator();
  place = ['--upstream', simulator.upstreamUrl, '--issuer', simulator.issuerUrl];
  const file = join(headless.dir, 'auth.json');
  writeFileSync(file, simulator.addAccount().authJson());
  const imported = await ask(['import', '--copy', file]);
  expect(imported.code).toBe(0);
}

async function close(): Promise<void> {
  headless.dispose();
  await simulator.stop();
}

const ask = (args: readonly string[], traceKeeping?: TraceKeeping) =>
  askCommand(headless.dataDir, [...args, ...place], traceKeeping);

async function turns(count: number): Promise<void> {
  const { baseUrl, apiKey, child, finished } = await headless.serve(...place);
  for (let index = 0; index < count; index += 1) {
    const answer = await fetch(`${baseUrl}/v1/responses`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt-5.5', input: 'Reply with exactly: the walrus', stream: true }),
    });
    await answer.text();
  }
  child.kill('SIGTERM');
  const { code, stderr } = await finished;
  expect({ code, stderr: stderr.includes('ExperimentalWarning') }).toEqual({ code: 0, stderr: false });
}

describe('slipstream export har, of what an earlier run has kept', () => {
  beforeAll(async () => {
    await open();
    await turns(3);
  });
  afterAll(close);

  const exported = async (...options: string[]) => {
    const file = join(headless.dir, `turns${options.join('_').replaceAll(/\W/g, '')}.har`);
    const { code, stdout, stderr } = await ask(['export', 'har', file, ...options], 'database');
    return { code, stdout, stderr, file };
  };

  it('writes all, for its owner only, and never over a file', async () => {
    const { file, ...whole } = await exported();
    expect(whole).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('Wrote 3 turns') });
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
    const text = readFileSync(file, 'utf8');
    expect(harProblems(JSON.parse(text))).toEqual([]);
    expect(text).not.toContain('walrus');
    const piped = await headless.run('export', 'har', '-', ...place);
    expect(piped).toMatchObject({ code: 0, stderr: expect.stringContaining('Wrote 3 turns') });
    expect(JSON.parse(piped.stdout).log.entries).toHaveLength(JSON.parse(text).log.entries.length);
    expect(await exported()).toMatchObject({ code: 1, stderr: expect.stringContaining('is there already') });
  });

  it.skipIf(!existsSync('/dev/full'))('says so where standard output leads to a full disk', async () => {
    const line = `exec "$0" "$@" --data-dir "${headless.dataDir}" >/dev/full`;
    const shell = new Headless({ program: '/bin/sh', args: ['-c', line, process.execPath, headlessEntry] });
    try {
      const result = await shell.run('export', 'har', '-', ...place);
      expect(result.code).toBe(1);
      expect(result.stderr).toContain('slipstream: Standard output cannot be written: the disk is full (ENOSPC).\n');
      expect(result.stderr).not.toContain('Wrote');
      for (const command of ['accounts', 'complete bash', '--help', 'key list --json'])
        expect(await shell.run(...command.split(' '))).toMatchObject({
          code: 1,
          stderr: 'slipstream: Standard output cannot be written: the disk is full (ENOSPC).\n',
        });
    } finally {
      shell.dispose();
    }
  });

  it.skipIf(process.platform === 'win32')('is content with a reader that has seen enough', async () => {
    const line = `{ "$0" "$@" --data-dir "${headless.dataDir}"; echo "code $?" >&2; } | :`;
    const shell = new Headless({ program: '/bin/sh', args: ['-c', line, process.execPath, headlessEntry] });
    try {
      for (const command of ['complete bash', 'key list --json'])
        expect((await shell.run(...command.split(' '))).stderr).toBe('code 0\n');
    } finally {
      shell.dispose();
    }
  });

  it('takes only what options ask for, and says how many of how many', async () => {
    const newest = await exported('--last', '2');
    expect(newest).toMatchObject({ code: 0, stdout: expect.stringContaining('Wrote 2 turns of 3 that match') });
    const { log } = JSON.parse(readFileSync(newest.file, 'utf8'));
    const starts = log.entries.map(({ startedDateTime }: { readonly startedDateTime: string }) => startedDateTime);
    expect(starts).toEqual(starts.toSorted());
    const all = await exported(
      '--status',
      'completed,failed',
      '--model',
      'gpt-5.5',
      '--since',
      '1h',
      '--text',
      'gpt 5.5',
    );
    expect(all).toMatchObject({ code: 0, stdout: expect.stringContaining('Wrote 3 turns (') });
    const none = await exported('--status', 'failed');
    expect(none).toMatchObject({ code: 0, stdout: expect.stringContaining('Wrote 0 turns (0 entries)') });
    expect(harProblems(JSON.parse(readFileSync(none.file, 'utf8')))).toEqual([]);
  });

  it('refuses what options cannot mean, and leaves no file', async () => {
    const strange = await exported('--status', 'broken');
    expect(strange).toMatchObject({ code: 2, stderr: expect.stringContaining('running, completed, incomplete') });
    expect(existsSync(strange.file)).toBe(false);
  });
});

describe('slipstream bench', () => {
  beforeEach(open);
  afterEach(close);

  it('in a script says its cost first, tells each pair, and prints the result as JSON', {
    timeout: 60_000,
  }, async () => {
    const { code, stdout, stderr } = await ask(['bench', '--pairs', '3', '--yes']);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^At most 12 turns, about 3,840 output tokens/);
    expect(stderr.match(/pair \d: standard [\d.]+ ms, fast [\d.]+ ms a token/g)).toHaveLength(3);
    const result = LabExperiment.parse(JSON.parse(stdout));
    expect(result).toMatchObject({
      state: 'done',
      turnsDone: 12,
      result: { verdict: 'not-enough-data', failedTurns: 0 },
    });
  });

  it('names an account that is not there', async () => {
    const { code, stderr } = await ask(['bench', '--account', 'no@where.test', '--yes']);
    expect(code).toBe(2);
    expect(stderr).toContain('There is no account "no@where.test"');
  });

  it.each([
    ['Ctrl-C', 'SIGINT'],
    ['a terminal that is closed', 'SIGHUP'],
  ] as const)('stops at %s with what was measured, and keeps it', { timeout: 60_000 }, async (_, signal) => {
    const { child, finished } = headless.start('bench', '--pairs', '300', '--yes', ...place);
    let isTold = false;
    child.stderr?.on('data', (data) => {
      if (isTold || !String(data).includes('pair 1:')) return;
      isTold = true;
      child.kill(signal);
    });
    const { code, stdout, stderr } = await finished;
    expect(code).toBe(130);
    const stopped = LabExperiment.parse(JSON.parse(stdout));
    expect(stderr).toContain(stopped.result.sentence);
    expect(stopped).toMatchObject({ state: 'stopped', problem: null, turnsTotal: 192 });
    expect(stopped.pairs.length).toBeGreaterThanOrEqual(1);
    expect(stopped.turnsDone).toBeLessThan(192);
  });

  it('ends with 1 and its reason where every turn fails', { timeout: 60_000 }, async () => {
    simulator.accounts[0]?.usage.exhaust();
    const { code, stdout, stderr } = await ask(['bench', '--pairs', '3', '--yes']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/usage limit/i);
    expect(LabExperiment.parse(JSON.parse(stdout)).state).toBe('failed');
  });

  it('takes a number of pairs only', async () => {
    const { code, stderr } = await ask(['bench', '--pairs', 'many']);
    expect(code).not.toBe(0);
    expect(stderr).toContain('a number from 1 to 300');
  });
});
