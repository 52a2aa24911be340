import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

export interface OpenedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Console errors and warnings, uncaught exceptions and policy violations, in words; a good page has none. */
  readonly problems: string[];
}

/** Names in an address the session that a tab is to have already, as one that is loaded anew. */
export const tabSession = 'tab-session';

export const plainViewport = { width: 1440, height: 900 };

/** A tab in a context of its own that notes everything that goes wrong in `problems`. */
export async function openTab(
  browser: Browser,
  problems: string[],
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const context = await browser.newContext({ viewport: plainViewport, ...options });
  const page = await context.newPage();
  // Everything is local; what takes longer than this does not come.
  page.setDefaultTimeout(8_000);
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`exception: ${error.message}`));
  await page.addInitScript((parameter) => {
    const session = new URLSearchParams(location.search).get(parameter);
    if (session !== null) {
      sessionStorage.setItem('slipstream.session', session);
      history.replaceState(null, '', location.pathname + location.hash);
    }
    document.addEventListener('securitypolicyviolation', (event) => {
      // biome-ignore lint/suspicious/noConsole: this runs in the page, and the console is what the test listens to
      console.error(`policy violated: ${event.violatedDirective} ${event.blockedURI}`);
    });
  }, tabSession);
  return { page, context, problems };
}

/** Opens a page in a context of its own that notes everything that goes wrong. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const opened = await openTab(browser, [], options);
  await opened.page.goto(url);
  return opened;
}
