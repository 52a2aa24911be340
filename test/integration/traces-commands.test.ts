/** The commands about traces and the fast lab, on the built program: its database worker is part of the build. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LabExperiment } from '../../src-main/shared/lab.ts';
import { type Simulator, startSimulator } from '../../src-main/simulator/simulator.ts';
import { harProblems } from '../support/har-schema.ts';
import { Headless } from '../support/headless.ts';

let headless: Headless;
let simulator: Simulator;
let place: string[];

beforeEach(async () => {
  headless = new Headless();
  simulator = await startSimulator();
  place = ['--upstream', simulator.upstreamUrl, '--issuer', simulator.issuerUrl];
  const file = join(headless.dir, 'auth.json');
  writeFileSync(file, simulator.addAccount().authJson());
  const imported = await headless.run('import', '--copy', file, ...place);
  expect(imported.code).toBe(0);
});

afterEach(async () => {
  headless.dispose();
  await simulator.stop();
});

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

describe('slipstream export har', () => {
  it('writes what an earlier run has kept, for its owner only, and never over a file', {
    timeout: 60_000,
  }, async () => {
    await turns(3);
    const file = join(headless.dir, 'turns.har');
    const exported = await headless.run('export', 'har', file, ...place);
    expect(exported).toMatchObject({ code: 0, stderr: '' });
    expect(exported.stdout).toContain('Wrote 3 turns');
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
    const text = readFileSync(file, 'utf8');
    expect(harProblems(JSON.parse(text))).toEqual([]);
    expect(text).not.toContain('walrus');
    const again = await headless.run('export', 'har', file, ...place);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('is there already') });
  });
});

describe('slipstream bench', () => {
  it('says its cost first, and prints the result as JSON', { timeout: 60_000 }, async () => {
    const { code, stdout, stderr } = await headless.run('bench', '--pairs', '3', ...place);
    expect(code).toBe(0);
    expect(stderr).toContain('This sends 8 turns, about 3,620 output tokens');
    const result = LabExperiment.parse(JSON.parse(stdout));
    expect(result).toMatchObject({
      state: 'done',
      turnsDone: 8,
      result: { verdict: 'not-enough-data', failedTurns: 0 },
    });
  });

  it('takes a number of pairs only', async () => {
    const { code, stderr } = await headless.run('bench', '--pairs', 'many', ...place);
    expect(code).not.toBe(0);
    expect(stderr).toContain('a number from 1 to 300');
  });
});
