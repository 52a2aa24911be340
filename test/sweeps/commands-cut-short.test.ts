/** Commands that Ctrl-C, a closed terminal or the system ends while they work: nothing is lost, and nothing left behind. */
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { holdInstance } from '../../src-main/node/instance.ts';
import { type Simulator, startSimulator } from '../../src-main/simulator/simulator.ts';
import { Headless } from '../support/headless.ts';
import { type IssuerGate, startIssuerGate } from '../support/issuer-gate.ts';

let headless: Headless;

beforeEach(() => {
  headless = new Headless();
});
afterEach(() => headless.dispose());

const ends = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const;

describe('a command with no instance beside it', () => {
  let gate: IssuerGate;
  let simulator: Simulator;

  beforeEach(async () => {
    gate = await startIssuerGate();
    simulator = await startSimulator();
    gate.issuerUrl = simulator.issuerUrl;
  });
  afterEach(async () => {
    await simulator.stop();
    gate.close();
  });

  /** Imports an account whose token is due at once, to the moment where the issuer has changed it and not yet told. */
  async function importDue() {
    const person = simulator.addAccount({ tokenLifetimeMs: 60_000 });
    const file = join(headless.dir, 'auth.json');
    writeFileSync(file, person.authJson());
    const rotated = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    gate.beforeTokens = () => {
      rotated.resolve();
      return answer.promise;
    };
    // What is asked of the account once it is there needs a new token.
    const place = ['--upstream', simulator.upstreamUrl, '--issuer', gate.url];
    const command = headless.start('import', '--copy', file, ...place);
    await rotated.promise;
    return { ...command, person, answer };
  }

  it('ends at once at a second signal', async () => {
    const { child, finished } = await importDue();
    child.kill('SIGINT');
    child.kill('SIGTERM');
    expect([130, 143]).toContain((await finished).code);
  });

  it.each(ends)('keeps the token that it was getting for a sign-in when %s ends it', async (signal, code) => {
    const { child, finished, person, answer } = await importDue();
    child.kill(signal);
    // Of one press a process may hear twice.
    child.kill(signal);
    answer.resolve();
    // It may be done before it hears it.
    expect([0, code]).toContain((await finished).code);
    const folder = join(headless.dataDir, 'accounts');
    expect(readdirSync(folder)).toHaveLength(1);
    const kept = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
    expect(kept.join('')).toContain(person.refreshToken);
  });
});

describe('an export to a file', () => {
  /** Starts an export that waits for an instance which never answers; `file` is where it is to go. */
  async function begin() {
    mkdirSync(headless.dataDir, { mode: 0o700 });
    const hold = await holdInstance(headless.dataDir, () => {});
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    onTestFinished(() => {
      hold.release();
      for (const client of server.clients) client.terminate();
      server.close();
    });
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const controlUrl = `ws://127.0.0.1:${port}/`;
    hold.announce({ pid: process.pid, startedAt: 1, controlUrl, controlToken: 'x'.repeat(40) });
    const folder = join(headless.dir, 'exports');
    mkdirSync(folder);
    const command = headless.start('export', 'har', join(folder, 'turns.har'));
    await once(server, 'connection');
    return { ...command, folder };
  }

  it.each(ends)('leaves nothing in the way of the next one when %s ends it', async (signal, code) => {
    const { child, finished, folder } = await begin();
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/^turns\.har\.\w+\.part$/)]);
    child.kill(signal);
    expect((await finished).code).toBe(code);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('killed, it leaves no file that could be taken for a whole one', async () => {
    const { child, finished, folder } = await begin();
    child.kill('SIGKILL');
    await finished;
    expect(readdirSync(folder)).not.toContain('turns.har');
  });
});
