import type { BrowserContextOptions } from 'playwright-core';
import { afterEach, beforeAll, expect } from 'vitest';
import type { Snapshot } from '../../src-main/shared/model.ts';
import { builtPage } from './built-page.ts';
import { sharedBrowser } from './chromium.ts';
import { returnKeptTab, takeKeptTab } from './kept-tab.ts';
import { type OpenedPage, openPage } from './open-page.ts';
import { ScriptedServer } from './scripted-server.ts';

/** What a test of a screen stands on. Whatever a test opened is closed after it, and must have had no problems. */
export interface PageStand {
  /** A server of its own for the test, with this state. */
  serve(snapshot: Snapshot): Promise<ScriptedServer>;
  /** The page at an address, in a tab that is as a new one. */
  show(url: string, options?: BrowserContextOptions): Promise<OpenedPage>;
  /** The same in a context of its own, for what stays in a tab: a clock that is set, a script for every page. */
  showAlone(url: string, options?: BrowserContextOptions): Promise<OpenedPage>;
}

/** Where the first server of each test listens: the tab has compiled the program of this address. */
let usualPort = 0;

/** The built page for the tests of the surrounding `describe`. */
export function usePageStand(): PageStand {
  const servers: ScriptedServer[] = [];
  const pages: OpenedPage[] = [];

  // Not within a test's own time.
  beforeAll(() => sharedBrowser());
  afterEach(async () => {
    const opened = pages.splice(0);
    for (const one of opened) if (!(await returnKeptTab(one))) await one.context.close();
    for (const server of servers.splice(0)) await server.stop();
    for (const { problems } of opened) expect(problems).toEqual([]);
  });

  const showAlone: PageStand['showAlone'] = async (url, options) => {
    const opened = await openPage(await sharedBrowser(), url, options);
    pages.push(opened);
    return opened;
  };

  return {
    serve: async (snapshot) => {
      const isFirst = servers.length === 0;
      const server = await ScriptedServer.start(builtPage, snapshot, isFirst ? usualPort : 0);
      if (isFirst) usualPort = Number(new URL(server.origin).port);
      servers.push(server);
      return server;
    },
    show: async (url, options = {}) => {
      const tab = await takeKeptTab(options);
      if (tab === null) return showAlone(url, options);
      pages.push(tab);
      await tab.page.goto(url);
      return tab;
    },
    showAlone,
  };
}
