import type { BrowserContext } from 'playwright-core';
import { expect } from 'vitest';

/** A tab that a page opened, as the browser itself tells of it. */
export interface NewTab {
  /** It can reach the page that opened it. */
  readonly canAccessOpener: boolean;
  /** Where it is now. */
  url(): Promise<URL>;
  close(): Promise<void>;
}

/**
 * The tab that `act` opens. Asked of the browser: on a busy machine, Playwright never tells of some tabs that are there
 * (its `page` event waits for a message that had gone by before it listened).
 */
export async function tabOpenedBy(context: BrowserContext, act: () => Promise<void>): Promise<NewTab> {
  const browser = context.browser();
  if (browser === null) throw new Error('The context is of no browser');
  const protocol = await browser.newBrowserCDPSession();
  const pages = async () => {
    const { targetInfos } = await protocol.send('Target.getTargets');
    return targetInfos.filter((target) => target.type === 'page');
  };
  const before = new Set((await pages()).map((target) => target.targetId));
  await act();
  const opened = async () => (await pages()).find((target) => !before.has(target.targetId));
  await expect.poll(opened, { timeout: 8_000 }).toBeDefined();
  const first = await opened();
  if (first === undefined) throw new Error('The new tab has gone again');
  const { targetId, canAccessOpener } = first;
  return {
    canAccessOpener,
    url: async () => {
      const { targetInfo } = await protocol.send('Target.getTargetInfo', { targetId });
      return URL.parse(targetInfo.url) ?? new URL('about:blank');
    },
    close: async () => {
      await protocol.send('Target.closeTarget', { targetId });
      await protocol.detach();
    },
  };
}
