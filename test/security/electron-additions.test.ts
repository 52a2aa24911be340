import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { get, request } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { connectBridge } from '../../src-main/node/bridge-client.ts';
import { findInstance } from '../../src-main/node/find-instance.ts';
import { startSimulator } from '../../src-main/simulator/simulator.ts';
import { DesktopRig } from '../desktop/desktop-rig.ts';
import { createStandIn } from '../desktop/electron-stand-in/stand-in.ts';
import { givenDesktop } from '../desktop/given-desktop.ts';
import { Canary } from '../support/canary.ts';
import { current } from '../support/shared-electron.ts';
import { filesWith, read } from '../support/sources.ts';

/** What this program adds to Electron's security checklist, one test a letter, on the desktop face. */

vi.mock('electron', async () => (await import('../support/shared-electron.ts')).sharedElectron);
vi.mock('electron-store', async () => (await import('../support/shared-electron.ts')).sharedStore);

const desk = givenDesktop(current);

describe('the additions to the checklist', () => {
  it('a: the proxy listens on loopback alone', async () => {
    const { baseUrl } = await desk.rig.startReady('--no-open');
    expect((await fetch(`${baseUrl}/healthz`)).status).toBe(204);
    const addresses = execFileSync(process.execPath, [
      '-p',
      "Object.values(require('os').networkInterfaces()).flat().filter(a => !a.internal && a.family === 'IPv4').map(a => a.address).join()",
    ])
      .toString()
      .trim();
    const others = addresses === '' ? [] : addresses.split(',');
    const { port } = new URL(baseUrl);
    // All of 127/8 leads here on Linux: what listens on every address would answer.
    if (process.platform === 'linux') others.push('127.0.0.2');
    for (const address of others) await expect(fetch(`http://${address}:${port}/healthz`)).rejects.toThrow();
    await desk.rig.quit();
  });

  it('b: a foreign Host and a foreign Origin are refused, with no CORS header', async () => {
    const { baseUrl, apiKey } = await desk.rig.startReady('--no-open');
    const answer = await fetch(`${baseUrl}/v1/models`, {
      headers: { authorization: `Bearer ${apiKey}`, origin: 'https://example.test' },
    });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    const { port } = new URL(baseUrl);
    const asked = async (host: string, upgrade: Record<string, string> = {}) => {
      const headers = { host, authorization: `Bearer ${apiKey}`, ...upgrade };
      const [response] = await once(get({ port, path: '/v1/models', headers }), 'response');
      response.resume();
      return response.statusCode;
    };
    const hosts = [`127.0.0.1:${port}`, `localhost:${port}`, `evil.test:${port}`, 'evil.test', '127.0.0.1'];
    expect(await Promise.all(hosts.map((host) => asked(host)))).toEqual([200, 200, 403, 403, 403]);
    const upgrade = { connection: 'Upgrade', upgrade: 'websocket', origin: 'https://example.test' };
    expect(await asked(`127.0.0.1:${port}`, upgrade)).toBe(403);
    await desk.rig.quit();
  });

  it('c: the key is each folder’s own, long, needed, and compared in constant time', async () => {
    const { baseUrl, apiKey } = await desk.rig.startReady('--no-open');
    expect(Buffer.from(apiKey, 'base64url').length).toBeGreaterThanOrEqual(32);
    const status = async (headers: Record<string, string>) => (await fetch(`${baseUrl}/v1/models`, { headers })).status;
    const changed = `${apiKey.slice(0, -1)}${apiKey.endsWith('A') ? 'B' : 'A'}`;
    const given = [{}, { 'x-api-key': '' }, { 'x-api-key': changed }, { 'x-api-key': `${apiKey}x` }];
    expect(await Promise.all(given.map(status))).toEqual([401, 401, 401, 401]);
    expect(await status({ 'x-api-key': apiKey })).toBe(200);
    expect(filesWith(/timingSafeEqual\(/)).toContain('src-main/core/same-secret.ts');
    expect(filesWith(/isSameSecret\(|sameSecret\(/)).toContain('src-main/core/server/guard.ts');
    expect(filesWith(/apiKey\s*[!=]==(?!\s*undefined)|[!=]==\s*[\w.]*apiKey\b/)).toEqual([]);
    await desk.rig.quit();
    const other = new DesktopRig(createStandIn());
    current.standIn = other.standIn;
    expect((await other.startReady('--no-open')).apiKey).not.toBe(apiKey);
    await other.quit();
    other.dispose();
  });

  it('d: an account’s file is its owner’s alone, whole, and sealed by the keyring where there is one', async () => {
    const turned = (text: string) => [...text].reverse().join('');
    Object.assign(desk.standIn.module.safeStorage, {
      isAsyncEncryptionAvailable: async () => true,
      getSelectedStorageBackend: () => 'gnome_libsecret',
      encryptStringAsync: async (plain: string) => Buffer.from(turned(plain)),
      decryptStringAsync: async (sealed: Buffer) => ({ shouldReEncrypt: false, result: turned(sealed.toString()) }),
    });
    const simulator = await startSimulator();
    await desk.rig.startReady('--no-open', '--upstream', simulator.upstreamUrl, '--issuer', simulator.issuerUrl);
    const person = simulator.addAccount();
    const canary = new Canary();
    canary.learn(person);
    const bridge = await connectBridge(findInstance(desk.rig.dataDir) ?? expect.fail('no instance'));
    const imported = await bridge.invoke('accounts.import', { text: person.authJson() });
    expect(imported).toMatchObject({ ok: true, value: [{ state: 'ready', encrypted: true }] });
    bridge.close();
    const accountsDir = join(desk.rig.dataDir, 'accounts');
    const files = readdirSync(accountsDir);
    // No half of a file is left beside it.
    expect(files).toEqual([expect.stringMatching(/^[0-9a-f]{16}\.json$/)]);
    const [path = ''] = files.map((name) => join(accountsDir, name));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8')).toContain('safe:');
    expect(canary.filesIn(desk.rig.dataDir)).toEqual([]);
    expect(filesWith(/write-file-atomic|writeFileAtomic/)).toContain('src-main/core/owner-file.ts');
    expect(filesWith(/\bwriteOwnerFile\b/)).toContain('src-main/core/accounts/store.ts');
    await desk.rig.quit();
    await simulator.stop();
  });

  it('e: no secret leaves by an exit: the tests that look at every one of them are there', () => {
    const exits = ['canary-tokens', 'canary-diagnostics', 'redaction-exits'].map(
      (name) => `test/security/${name}.test.ts`,
    );
    for (const path of exits) expect(read(path), path).toMatch(/\bit(\.\w+)?\(/);
    // What they cannot see is a new place that writes a log line past the redactor.
    expect(filesWith(/\bconsole\.\w+\(/)).toEqual([]);
    expect(filesWith(/\bpino\(/)).toEqual(['src-main/node/log.ts']);
  });

  it('f: there is one instance', async () => {
    desk.standIn.module.app.requestSingleInstanceLock.mockReturnValue(false);
    await desk.rig.start();
    expect(await desk.standIn.exited).toBe(0);
  });

  it('g: what is sent to it has limits: headers, bodies, frames', async () => {
    const { baseUrl, apiKey } = await desk.rig.startReady('--no-open');
    const { port } = new URL(baseUrl);
    const authorization = `Bearer ${apiKey}`;
    const status = async (headers: Record<string, string>, method = 'GET') => {
      const asking = request({ port, method, path: method === 'GET' ? '/v1/models' : '/v1/responses', headers });
      asking.on('error', () => {});
      asking.flushHeaders();
      const [response] = await once(asking, 'response');
      asking.destroy();
      return response.statusCode;
    };
    expect(await status({ authorization, 'x-long': 'x'.repeat(200_000) })).toBe(431);
    expect(await status({ authorization, 'content-length': String(65 * 1024 * 1024) }, 'POST')).toBe(413);
    const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/responses`, { headers: { authorization } });
    await once(socket, 'open');
    const frame = Buffer.alloc(14);
    frame.writeUInt16BE(0x81ff);
    frame.writeBigUInt64BE(65n * 1024n * 1024n, 2);
    const closed = once(socket, 'close');
    // The head of a masked text frame of 65 MiB; its body need not be sent to be too big.
    Reflect.get(socket, '_socket').write(frame);
    expect((await closed)[0]).toBe(1009);
    await desk.rig.quit();
  });

  it('h: a page’s requests are cancelled unless they are for app://', async () => {
    await desk.rig.startReady();
    const [listener] = desk.standIn.module.session.defaultSession.webRequest.onBeforeRequest.mock.calls[0] ?? [];
    const cancelled = (url: string) => {
      const answer = vi.fn();
      listener?.({ url }, answer);
      return answer.mock.calls[0]?.[0];
    };
    expect(cancelled('https://example.test/')).toEqual({ cancel: true });
    expect(cancelled('app://bundle/index.html')).toEqual({ cancel: false });
    await desk.rig.quit();
  });

  it('i: Electron is never started as Node', () => {
    expect(filesWith(/ELECTRON_RUN_AS_NODE/)).toEqual(['src-main/build/start.ts']);
    expect(read('src-main/build/start.ts')).toContain('{ ELECTRON_RUN_AS_NODE: _asNode, ...env }');
  });
});
