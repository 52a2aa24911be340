import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Headless } from '../support/headless.ts';

let headless: Headless;
beforeEach(() => {
  headless = new Headless();
});
afterEach(() => headless.dispose());

const modeOf = (path: string) => statSync(path).mode & 0o777;
const inData = (name: string) => join(headless.dataDir, name);

describe('slipstream serve', () => {
  it('writes the ready file once it listens, for its owner only', async () => {
    const served = await headless.serve();
    expect((await fetch(`${served.baseUrl}/healthz`)).status).toBe(204);
    expect(served.pid).toBe(served.child.pid);
    expect(served.dashboardUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#ticket=[\w-]{43}$/);
    expect(served.apiKey).toMatch(/^[\w-]{43}$/);
    expect(modeOf(join(headless.dir, 'ready-1.json'))).toBe(0o600);
  });

  it('keeps its files to their owner', async () => {
    await headless.serve();
    expect(modeOf(headless.dataDir)).toBe(0o700);
    expect(modeOf(inData('settings.json'))).toBe(0o600);
    expect(modeOf(inData('instance.json'))).toBe(0o600);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('ends cleanly on %s, with exit code 0', async (signal) => {
    const served = await headless.serve();
    served.child.kill(signal);
    expect(await served.finished).toMatchObject({ code: 0 });
    expect(existsSync(inData('instance.json'))).toBe(false);
  });

  it('prints a banner with the base URL and a ticket, and never the API key', async () => {
    const served = await headless.serve('--log-level', 'debug');
    served.child.kill('SIGTERM');
    const { stdout, stderr } = await served.finished;
    expect(stdout).toContain(`${served.baseUrl}/v1`);
    expect(stdout).toMatch(/#ticket=[\w-]{43}\n/);
    expect(stdout + stderr).not.toContain(served.apiKey);
    expect(stderr).not.toContain('ticket');
  });

  it('refuses a data folder that is in use, and names who uses it', async () => {
    const first = await headless.serve();
    const second = await headless.run('serve', '--port', '0', '--no-open');
    expect(second).toMatchObject({ code: 1, stdout: '' });
    expect(second.stderr).toMatch(/^slipstream: [^\n]*\n$/);
    expect(second.stderr).toContain(`pid ${first.pid}`);
    expect(second.stderr).toContain(first.baseUrl);
    expect((await fetch(`${first.baseUrl}/healthz`)).status).toBe(204);
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

  it('says in one line that the port is taken', async () => {
    const first = await headless.serve();
    const other = new Headless();
    try {
      const { port } = new URL(first.baseUrl);
      const second = await other.run('serve', '--port', port, '--no-open');
      expect(second.code).toBe(1);
      expect(second.stderr).toMatch(new RegExp(`^slipstream: .*${port}.*--port.*\\n$`));
    } finally {
      other.dispose();
    }
  });

  it('says in one line that the ready file cannot be written, and leaves nothing running', async () => {
    const result = await headless.run('serve', '--port', '0', '--no-open', '--ready-file', '/nonexistent/ready');
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/^slipstream: .*ready file.*\n$/);
    expect(existsSync(inData('instance.json'))).toBe(false);
  });
});
