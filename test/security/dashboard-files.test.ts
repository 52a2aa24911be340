import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BridgeRig, startBridgeRig } from '../support/bridge-rig.ts';

let dir: string;
let rig: BridgeRig;

/** One request as these very bytes: clients such as fetch would tidy the path. */
function requestRaw(path: string, method = 'GET', host = '127.0.0.1'): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(rig.origin).port), '127.0.0.1');
    let answer = '';
    socket.on('data', (data) => {
      answer += data;
    });
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
    socket.write(`${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  });
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'slipstream-dashboard-'));
  const renderer = join(dir, 'renderer');
  mkdirSync(join(renderer, 'assets'), { recursive: true });
  mkdirSync(join(dir, 'renderer-evil'));
  writeFileSync(join(renderer, 'index.html'), '<!doctype html>');
  writeFileSync(join(renderer, 'assets', 'index-abc.js'), 'export {};');
  writeFileSync(join(renderer, 'notes.txt'), 'canary');
  writeFileSync(join(dir, 'secret.js'), 'canary');
  writeFileSync(join(dir, 'renderer-evil', 'secret.js'), 'canary');
  symlinkSync(join(dir, 'secret.js'), join(renderer, 'assets', 'link.js'));
  symlinkSync(dir, join(renderer, 'linked'));
  rig = await startBridgeRig({ rendererDir: renderer });
});
afterAll(async () => {
  await rig.stop();
  rmSync(dir, { recursive: true, force: true });
});

describe('the dashboard', () => {
  it.each([
    ['/', 'text/html; charset=utf-8', 'no-store'],
    ['/index.html', 'text/html; charset=utf-8', 'no-store'],
    ['/?x=1', 'text/html; charset=utf-8', 'no-store'],
    ['/assets/index-abc.js', 'text/javascript; charset=utf-8', 'private, max-age=31536000, immutable'],
  ])('serves %s', async (path, contentType, cacheControl) => {
    const response = await fetch(`${rig.origin}${path}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(contentType);
    expect(response.headers.get('cache-control')).toBe(cacheControl);
  });

  it('sends its strict headers with everything', async () => {
    const { host } = new URL(rig.origin);
    for (const path of ['/', '/assets/index-abc.js']) {
      const { headers } = await fetch(`${rig.origin}${path}`);
      expect(Object.fromEntries(headers)).toMatchObject({
        'content-security-policy':
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
          `connect-src 'self' ws://${host}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'`,
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      });
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('set-cookie')).toBeNull();
    }
  });

  it('answers HEAD without a body', async () => {
    const answer = await requestRaw('/', 'HEAD');
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toMatch(/\r\n\r\n$/);
    expect(answer).toMatch(/content-length: 15\r\n/i);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('refuses %s', async (method) => {
    expect(await requestRaw('/', method)).toMatch(/^HTTP\/1\.1 405 [\s\S]*allow: GET, HEAD/);
  });

  it.each([
    '/../secret.js',
    '/assets/../../secret.js',
    '/assets/..%2f..%2fsecret.js',
    '/%2e%2e/secret.js',
    '/..%5csecret.js',
    '/..\\secret.js',
    '//secret.js',
    '/./index.html',
    '/renderer-evil/secret.js',
    '/../renderer-evil/secret.js',
    '/assets/link.js',
    '/linked/secret.js',
    '/assets/',
    '/assets',
    '/notes.txt',
    '/index.html%00.js',
    '/index.html/',
    '/INDEX.HTML',
    'http://127.0.0.1/index.html',
    '*',
  ])('does not serve %s', async (path) => {
    const answer = await requestRaw(path);
    expect(answer).toMatch(/^HTTP\/1\.1 40[04] /);
    expect(answer).not.toContain('canary');
  });

  it.each(["evil'; script-src *", 'a b', 'x\tscript-src'])(
    'puts no host into its policy that could change it: %j',
    async (host) => {
      const answer = await requestRaw('/', 'GET', host);
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer).not.toContain('script-src *');
    },
  );
});
