import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Item, WebContents, WebPreferences } from 'electron';
import type { Browser, Frame, Page, Route } from 'playwright-core';

const appOrigin = 'app://bundle';
/** Where Chromium is told the app's pages are: it does not know the scheme. Nothing is asked of a network. */
const pageOrigin = 'https://bundle.slipstream.invalid';

const toApp = (url: string) => (url.startsWith(`${pageOrigin}/`) ? `${appOrigin}${url.slice(pageOrigin.length)}` : url);
const toPage = (url: string) => (url.startsWith(`${appOrigin}/`) ? `${pageOrigin}${url.slice(appOrigin.length)}` : url);

/** A frame as an IPC event names it. */
export interface StandInFrame {
  readonly parent: StandInFrame | null;
  readonly origin: string;
  readonly url: string;
}

export interface IpcEvent {
  readonly senderFrame: StandInFrame | null;
}

/** What a page needs of the rest of the stand-in. */
export interface PageSurroundings {
  /** Null: pages are noted, and none is opened. */
  readonly browser: Browser | null;
  /** The handler of `protocol.handle('app', …)`. */
  readonly serve: (request: Request) => Response | Promise<Response>;
  /** What `session.webRequest.onBeforeRequest` answers. */
  readonly isCancelled: (url: string) => boolean;
  readonly invoke: (event: IpcEvent, channel: string, args: readonly unknown[]) => Promise<unknown>;
}

/** `webContents` over a page of a real Chromium, with the built preload in it. */
export class StandInContents
  extends EventEmitter
  implements Pick<WebContents, 'send' | 'setWindowOpenHandler' | 'getURL' | 'reload' | 'startDrag'>
{
  /** What the page was sent: channel, payload. */
  readonly sent: (readonly [string, unknown])[] = [];
  /** What went wrong in the page: exceptions, console errors, policy violations. */
  readonly problems: string[] = [];
  /** What was dragged out of it. */
  readonly dragged: Item[] = [];
  page: Page | null = null;
  readonly #around: PageSurroundings;
  readonly #preferences: WebPreferences;
  readonly #frames = new WeakMap<Frame, StandInFrame>();
  /** Where there is no real page. */
  readonly #noFrame: StandInFrame = { parent: null, origin: appOrigin, url: `${appOrigin}/index.html` };
  #openHandler: Parameters<WebContents['setWindowOpenHandler']>[0] | null = null;
  #sending: Promise<void> = Promise.resolve();
  #url = '';

  constructor(around: PageSurroundings, preferences: WebPreferences) {
    super();
    this.#around = around;
    this.#preferences = preferences;
  }

  get mainFrame(): StandInFrame {
    return this.page === null ? this.#noFrame : this.#frameOf(this.page.mainFrame());
  }

  getURL(): string {
    return this.page === null ? this.#url : toApp(this.page.url());
  }

  setWindowOpenHandler(handler: Parameters<WebContents['setWindowOpenHandler']>[0]): void {
    this.#openHandler = handler;
  }

  send(channel: string, payload: unknown): void {
    const copy = structuredClone(payload);
    this.sent.push([channel, copy]);
    this.#sending = this.#sending.then(async () => {
      await this.page
        ?.evaluate(([name, value]) => Reflect.get(window, '__electronPush')?.(name, value), [channel, copy] as const)
        .catch(() => {});
    });
  }

  startDrag(item: Item): void {
    this.dragged.push(item);
  }

  reload(): void {
    void this.page?.reload();
  }

  async load(url: string): Promise<void> {
    const isSameDocument = this.page !== null && url.split('#')[0] === this.getURL().split('#')[0];
    this.#url = url;
    if (this.#around.browser === null) return;
    if (isSameDocument) {
      await this.page?.evaluate((hash) => {
        location.hash = hash;
      }, new URL(url).hash);
      return;
    }
    this.page ??= await this.#open(this.#around.browser);
    await this.page.goto(toPage(url));
  }

  async close(): Promise<void> {
    // The browser may be gone already.
    await this.page
      ?.context()
      .close()
      .catch(() => {});
  }

  async #open(browser: Browser): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1180, height: 780 }, locale: 'en-US' });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    page.on('pageerror', (error) => this.problems.push(`exception: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') this.problems.push(`console: ${message.text()}`);
    });
    await page.route('**/*', (route) => this.#answer(route));
    await page.exposeBinding('__electronInvoke', ({ frame }, channel: string, args: readonly unknown[]) =>
      this.#around.invoke({ senderFrame: this.#frameOf(frame) }, channel, structuredClone(args)),
    );
    await page.exposeBinding('__electronOpen', (_source, url: string) => {
      const answer = this.#openHandler?.({
        url,
        frameName: '',
        features: '',
        disposition: 'new-window',
        referrer: { url: '', policy: 'no-referrer' },
      });
      this.emit('stand-in-window-open', url, answer);
    });
    await page.addInitScript({ content: preloadScript(this.#preferences) });
    return page;
  }

  async #answer(route: Route): Promise<void> {
    const request = route.request();
    const url = toApp(request.url());
    if (request.isNavigationRequest() && !url.startsWith(`${appOrigin}/`)) {
      let isPrevented = false;
      const event = { url, isMainFrame: true, preventDefault: () => (isPrevented = true) };
      this.emit('will-navigate', event, url);
      if (isPrevented) return route.abort('aborted');
    }
    if (this.#around.isCancelled(url)) return route.abort('blockedbyclient');
    const answer = await this.#around.serve(new Request(url, { method: request.method() }));
    return route.fulfill({
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: Buffer.from(await answer.arrayBuffer()),
    });
  }

  #frameOf(frame: Frame): StandInFrame {
    const known = this.#frames.get(frame);
    if (known !== undefined) return known;
    const parent = frame.parentFrame();
    const made: StandInFrame = {
      parent: parent === null ? null : this.#frameOf(parent),
      get url() {
        return toApp(frame.url());
      },
      get origin() {
        const url = toApp(frame.url());
        return url.startsWith(`${appOrigin}/`) ? appOrigin : (URL.parse(url)?.origin ?? 'null');
      },
    };
    this.#frames.set(frame, made);
    return made;
  }
}

/** The built preload with the two modules a sandboxed one can require, made of the page's bindings. */
function preloadScript({ preload }: WebPreferences): string {
  const built = preload === undefined ? '' : readFileSync(preload, 'utf8');
  return `(() => {
    const listeners = new Map();
    const invokeMain = window.__electronInvoke;
    const ipcRenderer = {
      invoke: (channel, ...args) => invokeMain(channel, structuredClone(args)),
      on: (channel, listener) => { listeners.set(channel, [...(listeners.get(channel) ?? []), listener]); },
      off: (channel, listener) => { listeners.set(channel, (listeners.get(channel) ?? []).filter((one) => one !== listener)); },
    };
    const contextBridge = {
      exposeInMainWorld: (key, api) => Object.defineProperty(window, key, { value: Object.freeze({ ...api }), enumerable: true }),
    };
    const push = (channel, payload) => { for (const listener of listeners.get(channel) ?? []) listener({}, structuredClone(payload)); };
    Object.defineProperty(window, '__electronPush', { value: push });
    window.open = (url) => { void window.__electronOpen(String(url)); return null; };
    document.addEventListener('securitypolicyviolation', (event) => console.error('policy violated: ' + event.violatedDirective + ' ' + event.blockedURI));
    const require = (name) => {
      if (name === 'electron' || name === 'electron/renderer') return { contextBridge, ipcRenderer };
      throw new Error('module not found: ' + name);
    };
    const module = { exports: {} };
    const exports = module.exports;
    const process = undefined;
    ${built}
  })();`;
}
