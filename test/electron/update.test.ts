import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RunningApp } from './running-app.ts';
import { givenStage } from './stage.ts';
import { UserSession } from './user-session.ts';

const stage = givenStage();
/** Far above whatever runs. */
const newVersion = '99.0.0';

/** The real electron-updater in the real package, with a script in place of each AppImage: one runs, one is on a server. */
describe.skipIf(stage === null)('a newer version', () => {
  let session: UserSession;
  let app: RunningApp;
  let server: Server;
  let appImage: string;
  let configPath: string;
  const files = new Map<string, string>();
  const asked: string[] = [];
  const started = () => join(session.dir, 'tmp', 'started.txt');

  /** What the server has: the file, and what the release says its checksum is. */
  function publish(content: string, said = content): void {
    const sha512 = createHash('sha512').update(said).digest('base64');
    const name = `Slipstream-${newVersion}.AppImage`;
    const notes = '<p>Fixes &amp; more</p><script>x</script>';
    files.set(`/${name}`, content);
    files.set(
      '/latest-linux.yml',
      `version: ${newVersion}\nfiles:\n  - url: ${name}\n    sha512: ${sha512}\n    size: ${content.length}\npath: ${name}\nsha512: ${sha512}\nreleaseDate: '2026-01-01T00:00:00.000Z'\nreleaseNotes: '${notes}'\n`,
    );
  }
  const start = async () => {
    app = await RunningApp.start(session, { args: ['--port', '0'], env: { APPIMAGE: appImage } });
  };
  const call = (name: string) =>
    app.page().then((page) => page.evaluate((each) => window.bridge?.invoke(each as 'updates.get', null), name));

  beforeAll(async () => {
    if (stage === null) return;
    session = await UserSession.start(stage, { keyring: 'open' });
    server = createServer(({ url = '' }, response) => {
      const path = url.replace(/\?.*/, '');
      asked.push(path);
      const content = files.get(path);
      response.writeHead(content === undefined ? 404 : 200).end(content);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    configPath = join(stage.packageDir, 'resources', 'app-update.yml');
    writeFileSync(
      configPath,
      `provider: generic\nurl: http://127.0.0.1:${port}/\nchannel: latest\nupdaterCacheDirName: slipstream-updater\n`,
      { mode: 0o644 },
    );
    const dir = join(session.dir, 'tmp', 'apps');
    mkdirSync(dir);
    chmodSync(dir, 0o777);
    appImage = join(dir, 'Slipstream.AppImage');
  });
  afterEach(async () => {
    await app?.stop();
  });
  afterAll(() => {
    session?.stop();
    server?.close();
    if (configPath !== undefined) rmSync(configPath, { force: true });
  });

  it('is found, told with its notes, not taken where its checksum is another, and else put in place and started', async () => {
    const old = '#!/bin/sh\nexit 0\n';
    writeFileSync(appImage, old, { mode: 0o755 });
    chmodSync(appImage, 0o777);
    publish('#!/bin/sh\nexit 1\n', 'what was released');
    await start();
    expect(await call('updates.check')).toMatchObject({
      value: { state: 'available', version: newVersion, notes: 'Fixes & more\nx', keepsPrevious: true },
    });
    expect(await call('updates.download')).toMatchObject({ value: { state: 'failed' } });
    expect(readFileSync(appImage, 'utf8')).toBe(old);

    const fresh = `#!/bin/sh\necho new > '${started()}'\n`;
    publish(fresh);
    // What a user does: on the screen, with its buttons.
    const page = await app.page();
    await page.evaluate(() => {
      location.hash = '#/settings';
    });
    await page.getByRole('button', { name: 'Look now' }).click();
    await page.getByRole('region', { name: `What is new in ${newVersion}` }).waitFor();
    await page.getByRole('button', { name: 'Download', exact: true }).click();
    const install = page.getByRole('button', { name: 'Install and restart' });
    await install.waitFor();
    expect(readFileSync(appImage, 'utf8')).toBe(old);
    // The page goes with its program.
    await install.click().catch(() => {});
    expect(await app.exited).toBe(0);
    await expect.poll(() => existsSync(started()), { timeout: 10_000 }).toBe(true);
    const placed = readdirSync(join(session.dir, 'tmp', 'apps'));
    expect(placed.map((name) => readFileSync(join(session.dir, 'tmp', 'apps', name), 'utf8'))).toEqual([fresh]);
    expect(readFileSync(join(app.dataDir, 'previous', 'Slipstream.AppImage'), 'utf8')).toBe(old);
    expect(asked).toContain(`/Slipstream-${newVersion}.AppImage`);
  });
});
