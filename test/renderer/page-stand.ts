import type { BrowserContextOptions } from 'playwright-core';
import { afterEach, beforeAll, expect } from 'vitest';
import type { Snapshot } from '../../src-main/shared/model.ts';
import { builtPage } from './built-page.ts';
import { sharedBrowser } from './chromium.ts';
import { type OpenedPage, openPage } from './open-page.ts';
import { ScriptedServer } from './scripted-server.ts';

/** What a test of a screen stands on. Whatever a test opened is closed after it, and must have had no problems. */
export interface PageStand {
  /** A server of its own for the test, with this state. */
  serve(snapshot: Snapshot): Promise<ScriptedServer>;
  /** The page at an address, in a context of its own. */
  show(url: string, options?: BrowserContextOptions): Promise<OpenedPage>;
}

/** The built page for the tests of the surrounding `describe`. */
export function usePageStand(): PageStand {
  const servers: ScriptedServer[] = [];
  const pages: OpenedPage[] = [];

  // Not within a test's own time.
  beforeAll(() => sharedBrowser());
  afterEach(async () => {
    const opened = pages.splice(0);
    for (const { context } of opened) await context.close();
    for (const server of servers.splice(0)) await server.stop();
    for (const { problems } of opened) expect(problems).toEqual([]);
  });

  return {
    serve: async (snapshot) => {
      const server = await ScriptedServer.start(builtPage, snapshot);
      servers.push(server);
      return server;
    },
    show: async (url, options) => {
      const opened = await openPage(await sharedBrowser(), url, options);
      pages.push(opened);
      return opened;
    },
  };
}
