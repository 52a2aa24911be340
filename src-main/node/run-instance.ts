import type { App, ComposeOptions } from '../app/app.ts';
import { clientHandlers } from '../clients/handlers.ts';
import { installedVersion } from '../core/learn/installed-version.ts';
import type { Redactor } from '../core/traces/redaction.ts';
import { ownPaths } from '../shared/channels.ts';
import type { Handlers } from '../shared/contract.ts';
import { makeSecret } from './bridge-credentials.ts';
import { type BrowserKeys, openBrowserKeys } from './browser-keys.ts';
import { faceHandlers } from './face-handlers.ts';
import type { FaceHost } from './face-host.ts';
import { watchFolder } from './folder-watch.ts';
import { IdleHeap } from './idle-heap.ts';
import type { InstanceHold } from './instance.ts';
import { writeReadyFile } from './ready-file.ts';
import { collectGarbage, keepHeapSmall } from './v8-memory.ts';

interface InstanceParts {
  /** The data folder's; given back when the instance stops, or does not come up. */
  readonly hold: InstanceHold;
  readonly compose: (options: ComposeOptions) => Promise<App>;
  /** The one redactor; the host's log uses it too. */
  readonly redactor: Redactor;
  /** Opens the settings, so only with the data folder held. */
  readonly createHost: () => FaceHost;
  readonly core: Omit<ComposeOptions, 'host' | 'redactor'>;
}

/** A core on a data folder that it holds, with every call answered. */
export interface Instance {
  readonly app: App;
  readonly host: FaceHost;
  /** What commands prove themselves with; the redactor knows it. */
  readonly controlToken: string;
  readonly handlers: Handlers;
  /** Those that stay signed in to a dashboard. */
  readonly browsers: BrowserKeys;
  /** Tells where it listens: commands by the data folder, and whoever waits for the ready file, if one is wanted. */
  announce(listening: { readonly port: number; readonly baseUrl: string }, ready: Ready): void;
  /** Lets running turns end, then gives the data folder back. */
  stop(): Promise<void>;
}

interface Ready {
  readonly readyFile: string | undefined;
  readonly dashboardUrl: () => string | null;
}

/** Brings the core up, for a face or for one command; it listens when it is told to. Throws what `compose` throws. */
export async function runInstance(parts: InstanceParts): Promise<Instance> {
  try {
    return await assemble(parts);
  } catch (error) {
    parts.hold.release();
    throw error;
  }
}

async function assemble(parts: InstanceParts): Promise<Instance> {
  const { hold, redactor, compose, createHost, core } = parts;
  const controlToken = makeSecret();
  redactor.addSecret(controlToken);
  const host = createHost();
  const app = await compose({
    ...core,
    host,
    redactor,
    installedCodex: () => installedVersion(host.clock),
  });
  const idleHeap = new IdleHeap(host.clock, collectGarbage);
  const unhear = app.onDelta(({ kind }) => {
    if (kind === 'requests') idleHeap.note();
  });
  let isAnnounced = false;
  let unwatch = () => {};
  return {
    app,
    host,
    controlToken,
    handlers: assembleHandlers({ app, host, redactor }),
    browsers: openBrowserKeys(host),
    announce: ({ port, baseUrl }, { readyFile, dashboardUrl }) => {
      hold.announce({
        pid: process.pid,
        startedAt: host.clock.epochMs(),
        controlUrl: `ws://127.0.0.1:${port}${ownPaths.bridge}`,
        controlToken,
      });
      isAnnounced = true;
      unwatch = watchFolder(hold, host);
      keepHeapSmall();
      idleHeap.note();
      if (readyFile === undefined) return;
      writeReadyFile(readyFile, { pid: process.pid, baseUrl, dashboardUrl: dashboardUrl(), apiKey: app.apiKey });
    },
    stop: async () => {
      try {
        // Turns that end now would begin the wait anew.
        unhear();
        idleHeap.stop();
        unwatch();
        if (isAnnounced) announceStop(hold, host);
        await app.stop();
      } finally {
        hold.release();
      }
    },
  };
}

/** A disk that takes nothing is no reason not to stop. */
function announceStop(hold: InstanceHold, { log }: FaceHost): void {
  try {
    hold.announceStop();
  } catch (error) {
    log.warn('Whoever starts Slipstream meanwhile cannot be told that it stops.', { error });
  }
}

type HandlerParts = Pick<Instance, 'app' | 'host'> & Pick<InstanceParts, 'redactor'>;

/** Every call of the contract. */
export function assembleHandlers({ app, host, redactor }: HandlerParts): Handlers {
  return {
    ...app.handlers,
    ...clientHandlers({ app, host, redactor }),
    ...faceHandlers({ app, host, redactor }),
  };
}
