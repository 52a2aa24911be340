import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchTestBrowser } from '../renderer/chromium.ts';
import { askCommand } from '../support/ask-command.ts';
import { type Finished, Headless, type RunningHeadless } from '../support/headless.ts';

let browser: Browser;
let headless: Headless;
let served: RunningHeadless;
let context: BrowserContext;
let violations: string[];

beforeAll(async () => {
  browser = await launchTestBrowser();
  headless = new Headless();
  served = await headless.serve();
});
afterAll(async () => {
  await browser?.close();
  headless?.dispose();
});
beforeEach(async () => {
  context = await browser.newContext();
  violations = [];
  await context.exposeFunction('noteViolation', (directive: string) => violations.push(directive));
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      void Reflect.get(window, 'noteViolation')(event.effectiveDirective);
    });
  });
});
afterEach(() => context.close());

const openByProgram = () => headless.run('open');
const openHere = () => askCommand(headless.dataDir, ['open']);

/** A tab with a link as `slipstream open` prints it. */
async function openDashboard(open: () => Promise<Finished> = openHere): Promise<Page> {
  const { stdout } = await open();
  const page = await context.newPage();
  await page.goto(/http:\S+/.exec(stdout)?.[0] ?? '');
  await page.getByText('Connected', { exact: true }).waitFor();
  return page;
}

describe('the dashboard in a browser', () => {
  it('connects, keeps to its policy, leaves no ticket in the address bar, and keeps its cookie jar empty', async () => {
    const page = await openDashboard(openByProgram);
    expect(page.url()).toMatch(new RegExp(`^${served.baseUrl}/(#/.*)?$`));
    expect(violations).toEqual([]);
    expect(await context.cookies()).toEqual([]);
  });

  it('connects again after a reload, in another tab, at a deep link and after a restart, and in no other browser', async () => {
    const page = await openDashboard();
    await page.reload();
    await page.getByText('Connected', { exact: true }).waitFor();
    const deep = await context.newPage();
    await deep.goto(`${served.baseUrl}/#/settings`);
    await deep.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
    const { port } = new URL(served.baseUrl);
    served.child.kill();
    await served.finished;
    served = await headless.serve('--port', port);
    for (const tab of [page, deep]) {
      await tab.reload();
      await tab.getByText('Connected', { exact: true }).waitFor();
    }
    const stranger = await browser.newContext();
    const other = await stranger.newPage();
    await other.goto(served.baseUrl);
    await other.getByText('npx slipstream open').first().waitFor();
    expect(await other.getByText('Connected', { exact: true }).count()).toBe(0);
    await stranger.close();
  });

  it('keeps a key that no script can read, and signs the browser out for good', async () => {
    const page = await openDashboard();
    const kept = await page.evaluate(async () => {
      const opening = indexedDB.open('slipstream');
      await new Promise((resolve) => opening.addEventListener('success', resolve));
      const reading = opening.result.transaction('keys').objectStore('keys').get('pair');
      await new Promise((resolve) => reading.addEventListener('success', resolve));
      const { privateKey } = reading.result as CryptoKeyPair;
      return crypto.subtle.exportKey('pkcs8', privateKey).then(
        () => 'exported',
        () => 'kept',
      );
    });
    expect(kept).toBe('kept');
    await page.goto(`${served.baseUrl}/#/settings`);
    await page.getByRole('listitem').filter({ hasText: served.baseUrl }).first().waitFor();
    const other = await context.newPage();
    await other.goto(served.baseUrl);
    await other.getByText('Connected', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).first().click();
    for (const tab of [page, other]) await tab.getByText('npx slipstream open').first().waitFor();
    await other.reload();
    await other.getByText('npx slipstream open').first().waitFor();
  });

  it('runs no inline script and no eval, and talks to nobody else', async () => {
    const page = await openDashboard();
    const outcome = await page.evaluate(async () => {
      const script = document.createElement('script');
      script.textContent = 'window.inlineRan = true';
      document.body.append(script);
      const fetched = await fetch('https://example.test/').then(
        () => true,
        () => false,
      );
      // In a task of its own: the debugger lifts the ban on eval for the call it makes.
      await new Promise((resolve) => setTimeout(resolve));
      let evalRan = true;
      try {
        // biome-ignore lint/security/noGlobalEval: the test proves that it is blocked
        globalThis.eval('1');
      } catch {
        evalRan = false;
      }
      return { inlineRan: 'inlineRan' in window, evalRan, fetched };
    });
    expect(outcome).toEqual({ inlineRan: false, evalRan: false, fetched: false });
    await expect.poll(() => [...new Set(violations)].sort()).toEqual(['connect-src', 'script-src', 'script-src-elem']);
  });
});

describe('a page of another origin', () => {
  let stranger: Server;
  let strangerUrl: string;
  beforeAll(async () => {
    stranger = createServer((_request, response) => response.end('<!doctype html><title>stranger</title>'));
    stranger.listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    strangerUrl = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
  });
  afterAll(() => stranger?.close());

  it('can neither open the bridge, nor read an answer, nor show the dashboard in a frame', async () => {
    const page = await context.newPage();
    await page.goto(strangerUrl);
    const outcome = await page.evaluate(async (baseUrl) => {
      const socket = new WebSocket(`${baseUrl.replace('http', 'ws')}/_slipstream/bridge`);
      const bridge = await new Promise((resolve) => {
        socket.onopen = () => resolve('open');
        socket.onerror = () => resolve('refused');
      });
      const read = await fetch(`${baseUrl}/`).then(
        () => 'read',
        () => 'refused',
      );
      const frame = document.createElement('iframe');
      frame.src = baseUrl;
      const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
      document.body.append(frame);
      await loaded;
      let framed = 'refused';
      try {
        // A blocked frame shows an error page, whose window no other origin can look into either: the size tells.
        framed = frame.contentDocument === null ? 'refused' : 'shown';
      } catch {
        framed = 'refused';
      }
      return { bridge, read, framed };
    }, served.baseUrl);
    expect(outcome).toEqual({ bridge: 'refused', read: 'refused', framed: 'refused' });
    const frames = await Promise.all(
      page
        .frames()
        .slice(1)
        .map((frame) => frame.content().catch(() => '')),
    );
    expect(frames.join()).not.toContain('id="root"');
  });
});
