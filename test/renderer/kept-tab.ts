import type { BrowserContextOptions, CDPSession } from 'playwright-core';
import { sharedBrowser } from './chromium.ts';
import { type OpenedPage, openTab, plainViewport } from './open-page.ts';

interface KeptTab {
  readonly opened: OpenedPage;
  readonly problems: string[];
  readonly protocol: CDPSession;
  isTaken: boolean;
}

/** By what their contexts were made with; what can be set anew for each test is not among it. */
const kept = new Map<string, KeptTab>();

/**
 * The tab that the tests of this process have one after another: its renderer runs already and has the program compiled,
 * which halves what a page costs. Null while another test page has one.
 */
export async function takeKeptTab(options: BrowserContextOptions): Promise<OpenedPage | null> {
  const {
    viewport = plainViewport,
    permissions = [],
    colorScheme = null,
    reducedMotion = null,
    forcedColors = null,
    ...rest
  } = options;
  const made = JSON.stringify(rest);
  if ([...kept.values()].some(({ isTaken }) => isTaken)) return null;
  const known = kept.get(made);
  if (known?.opened.page.isClosed() === true) await forget(known);
  const tab = kept.get(made) ?? (await makeTab(rest));
  kept.set(made, tab);
  tab.isTaken = true;
  tab.problems.splice(0);
  const { opened } = tab;
  if (viewport !== null) await opened.page.setViewportSize(viewport);
  if (permissions.length > 0) await opened.context.grantPermissions(permissions);
  await opened.page.emulateMedia({ media: null, contrast: null, colorScheme, reducedMotion, forcedColors });
  return opened;
}

async function makeTab(options: BrowserContextOptions): Promise<KeptTab> {
  const problems: string[] = [];
  const opened = await openTab(await sharedBrowser(), problems, options);
  const protocol = await opened.context.newCDPSession(opened.page);
  refuseWhatStays(opened);
  return { opened, problems, protocol, isTaken: false };
}

/** What cannot be taken back would be there in the next test. */
function refuseWhatStays({ page, context }: OpenedPage): void {
  const refuse = (): never => {
    throw new Error('This stays in a tab for ever: show the page with `showAlone`');
  };
  for (const target of [page, context]) {
    Object.assign(target, { addInitScript: refuse, exposeFunction: refuse, exposeBinding: refuse, route: refuse });
  }
  // A key that is held down would be in the next test's hand.
  Object.assign(page.keyboard, { down: refuse });
  Object.assign(page.clock, { install: refuse, setFixedTime: refuse, setSystemTime: refuse });
}

/** Leaves the tab as a new one is: blank, with nothing stored or allowed. False if it is not a kept one. */
export async function returnKeptTab(opened: OpenedPage): Promise<boolean> {
  const tab = [...kept.values()].find((each) => each.opened === opened);
  if (tab === undefined) return false;
  try {
    await clean(tab);
    tab.isTaken = false;
  } catch {
    await forget(tab);
  }
  return true;
}

async function clean({ opened: { page, context }, protocol }: KeptTab): Promise<void> {
  const others = context.pages().filter((other) => other !== page);
  for (const other of others) await other.close();
  // A page behind another is not drawn.
  if (others.length > 0) await page.bringToFront();
  const origin = await page.evaluate(() => {
    if (location.origin !== 'null') {
      sessionStorage.clear();
      // Nothing that the page does until it is gone is kept.
      Storage.prototype.setItem = () => undefined;
    }
    return location.origin;
  });
  await page.goto('about:blank');
  if (origin !== 'null') await protocol.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
  await context.clearCookies();
  await context.clearPermissions();
  await page.mouse.move(-1, -1);
}

async function forget(tab: KeptTab): Promise<void> {
  for (const [made, each] of kept) if (each === tab) kept.delete(made);
  await tab.opened.context.close();
}
