import type { Connection } from '../bridge.ts';

/** What is used of the window. */
interface PageHost {
  readonly document: Pick<Document, 'querySelector'>;
  readonly fetch: typeof fetch;
}

/**
 * Calls back where Slipstream, lost and found again, serves another page than this one: it was upgraded meanwhile, and what
 * this page would load of itself from now on is not there, nor need the two understand each other.
 */
export function watchPageVersion(connection: Connection, host: PageHost, outdated: () => void): void {
  let wasLive = connection.state() === 'live';
  connection.onState((state) => {
    if (state !== 'live') return;
    if (wasLive) void isOutdated(host).then((is) => (is ? outdated() : undefined));
    wasLive = true;
  });
}

/** Whether the page that is served has another script; false too where that cannot be told. */
async function isOutdated({ document, fetch }: PageHost): Promise<boolean> {
  const script = document.querySelector<HTMLScriptElement>('script[type="module"][src]');
  if (script === null) return false;
  try {
    const response = await fetch('/', { cache: 'no-store' });
    return response.ok && !(await response.text()).includes(new URL(script.src).pathname);
  } catch {
    return false;
  }
}
