import type { Handlers } from '../shared/contract.ts';
import { SlipstreamError } from '../shared/errors.ts';
import { createBridge } from './bridge-server.ts';
import { createDashboard } from './dashboard.ts';
import { createDashboardOpener, redirectLifeMs } from './open-browser.ts';
import type { Instance } from './run-instance.ts';

/** The dashboard and its bridge on the loopback port. */
export interface HeadlessFace {
  /** Told once the port is known. */
  listening(port: number): void;
  /** A new link, with a ticket that works once within a minute. */
  dashboardUrl(): string;
  /** Opens a new link; false where no browser took it. */
  openDashboard(): Promise<boolean>;
  /** Ends the screens' connections, before the app stops. */
  close(): void;
}

type Mounted = Pick<Instance, 'app' | 'host' | 'handlers' | 'browsers' | 'controlToken'>;

/** Mounts the dashboard on an app that does not listen yet. */
export function mountHeadlessFace(
  { app, host, handlers: answered, browsers, controlToken }: Mounted,
  rendererDir: string,
): HeadlessFace {
  const { clock, log, dataDir } = host;
  const opener = createDashboardOpener(dataDir, clock);
  let listeningPort: number | null = null;

  const dashboardUrl = () => {
    if (listeningPort === null) {
      throw new SlipstreamError('instance_absent', { message: 'Slipstream is still starting.' });
    }
    return `http://127.0.0.1:${listeningPort}/#ticket=${bridge.mintTicket()}`;
  };
  const handlers: Handlers = {
    ...answered,
    'app.dashboardUrl': () => {
      // The command that asks puts the link into a file that it does not live to remove.
      clock.after(redirectLifeMs, opener.close);
      return { url: dashboardUrl() };
    },
    'browsers.list': browsers.list,
    'browsers.revoke': ({ id }) => {
      browsers.revoke(id);
      return browsers.list();
    },
  };
  const bridge = createBridge({ handlers, onDelta: app.onDelta, controlToken, browsers, clock, log });
  app.mount(bridge);
  app.mount(createDashboard(rendererDir));

  return {
    listening: (port) => {
      listeningPort = port;
    },
    dashboardUrl,
    openDashboard: () => opener.open(dashboardUrl()),
    close: () => {
      bridge.close();
      opener.close();
    },
  };
}
