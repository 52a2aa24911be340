import { once } from 'node:events';
import { chmodSync, copyFileSync, createReadStream, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BridgeClient, connectBridge } from '../../src-main/node/bridge-client.ts';
import { appImagesAreWanted, makeAppImage } from './app-image.ts';
import { RunningApp } from './running-app.ts';
import { givenStage } from './stage.ts';
import { UserSession } from './user-session.ts';

const stage = givenStage();
const [oldVersion, newVersion] = ['0.0.1', '99.0.0'];
const makeLimitMs = 180_000;

describe.skipIf(stage === null || !appImagesAreWanted)('an AppImage that electron-builder made', () => {
  let session: UserSession;
  let app: RunningApp;
  let newer: BridgeClient | null = null;
  let server: Server;
  let servedDir = '';
  let feedUrl = '';

  beforeAll(async () => {
    if (stage === null || !appImagesAreWanted) return;
    session = await UserSession.start(stage, { keyring: 'open' });
    server = createServer(({ url = '' }, response) => {
      const path = join(servedDir, decodeURIComponent(url.replace(/\?.*/, '')));
      if (servedDir === '' || !existsSync(path)) response.writeHead(404).end();
      else createReadStream(path).pipe(response);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    feedUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterAll(async () => {
    newer?.close();
    await app?.stop();
    session?.stop();
    server?.close();
  });

  it(
    'runs, finds a newer one, puts it in its own place at the click, and is that one from then on',
    async () => {
      if (stage === null) return;
      const older = await makeAppImage(stage, oldVersion, feedUrl);
      const next = await makeAppImage(stage, newVersion, feedUrl);
      servedDir = next.dir;
      const dir = join(session.dir, 'tmp', 'apps');
      mkdirSync(dir);
      chmodSync(dir, 0o777);
      const file = join(dir, 'Slipstream.AppImage');
      copyFileSync(join(older.dir, older.name), file);
      chmodSync(file, 0o777);
      const isNew = () => statSync(file).size > 0 && readFileSync(file).equals(readFileSync(join(next.dir, next.name)));
      app = await RunningApp.start(session, { args: ['--port', '0'], program: file });
      expect((await app.snapshot()).app.version).toBe(oldVersion);
      const page = await app.page();
      await page.evaluate(() => {
        location.hash = '#/settings';
      });
      await page.getByRole('button', { name: 'Look now' }).click();
      await page.getByRole('button', { name: 'Download', exact: true }).click();
      const install = page.getByRole('button', { name: 'Install and restart' });
      await install.waitFor({ timeout: makeLimitMs });
      expect(isNew()).toBe(false);
      const oldPid = app.record.pid;
      await install.click().catch(() => {});
      expect(await app.exited).toBe(0);
      expect(isNew()).toBe(true);
      expect(readFileSync(join(app.dataDir, 'previous', 'Slipstream.AppImage')).length).toBe(
        statSync(join(older.dir, older.name)).size,
      );
      const hasStarted = () => existsSync(join(app.dataDir, 'instance.json')) && app.record.pid !== oldPid;
      await expect.poll(hasStarted, { timeout: 60_000 }).toBe(true);
      newer = await connectBridge(app.record);
      const snapshot = await newer.invoke('app.snapshot', null);
      expect(snapshot).toMatchObject({ ok: true, value: { app: { version: newVersion } } });
      process.kill(app.record.pid, 'SIGTERM');
      await expect.poll(() => existsSync(join(app.dataDir, 'instance.json')), { timeout: 20_000 }).toBe(false);
    },
    3 * makeLimitMs,
  );
});
