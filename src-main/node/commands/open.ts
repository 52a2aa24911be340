import { systemClock } from '../clock.ts';
import type { CommandContext } from '../context.ts';
import { findInstance } from '../find-instance.ts';
import { createDashboardOpener } from '../open-browser.ts';
import type { CommonOptions } from '../options.ts';
import { notRunning } from './status.ts';

/** Opens the dashboard of the running instance, and prints its link for a browser that did not come up. */
export async function openDashboard(options: CommonOptions, context: CommandContext): Promise<number> {
  const record = findInstance(options.dataDir);
  if (record === null) {
    context.complain('slipstream: it is not running on this data folder. Start it with "npx slipstream".');
    return notRunning;
  }
  const { call, withInstance } = await import('./with-bridge.ts');
  const { url } = await withInstance(record, (bridge) => call(bridge, 'app.dashboardUrl', null));
  if (url === null) {
    context.complain('slipstream: the desktop app is running; open its window from the tray.');
    return 1;
  }
  const opened = await createDashboardOpener(options.dataDir, systemClock).open(url);
  context.print(opened ? 'The dashboard opens in your browser. If it does not, this link does:' : 'Dashboard:');
  context.print(url);
  context.print('It works once, within a minute.');
  return 0;
}
