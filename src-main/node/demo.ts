import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from '../app/app.ts';
import { demoFolders, makeDemoPlace } from './demo-place.ts';
import { startDemoTraffic } from './demo-traffic.ts';

/** What a newcomer sees without an account: a simulated upstream, two accounts, a little traffic. */
export interface Demo {
  /** Replaces the options of the same names. */
  readonly place: { readonly dataDir: string; readonly upstream: string; readonly issuer: string };
  /** Adds the demo accounts; before the app listens. */
  populate(app: App): Promise<void>;
  /** Where a browser engine may write while the demo runs. */
  readonly browserDir: string;
  /** For a program that writes on while it ends: what is left is removed once its process is gone. */
  removeAfterExit(): void;
  startTraffic(baseUrl: string, apiKey: () => string): void;
  stopTraffic(): void;
  /** Stops the simulator and removes the folder; after the app has stopped. */
  stop(): Promise<void>;
}

/** Removes the folders of demos whose process is gone, killed perhaps. */
function sweepDemos(): void {
  for (const { dir, pid } of demoFolders()) {
    if (isRunning(pid)) continue;
    try {
      rmSync(dir, { recursive: true, force: true });
    } catch {
      // Another user's.
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** A shell waits for this process; Windows has none that can be counted on, and there the next demo sweeps. */
function removeAfterExit(dir: string): void {
  if (process.platform === 'win32') return;
  const script = 'while kill -0 "$0" 2>/dev/null; do sleep 0.2; done; sleep 0.5; rm -rf -- "$1"';
  const child = spawn('/bin/sh', ['-c', script, String(process.pid), dir], { detached: true, stdio: 'ignore' });
  child.on('error', () => {});
  child.unref();
}

/** Near what the real upstream takes, so that the waterfalls look like real ones. */
const timing = {
  networkDelayMs: 12,
  acceptDelayMs: 25,
  firstTokenMs: 600,
  tokensPerSecond: 60,
  jitterSigma: 0.25,
  tier: { priority: { firstTokenMs: 400, tokensPerSecond: 110 } },
};

const demoAccounts = [
  { email: 'ada@example.test', plan: 'plus', usage: { primaryPercent: 34, secondaryPercent: 12 } },
  { email: 'grace@example.test', plan: 'pro', usage: { primaryPercent: 8, secondaryPercent: 51 } },
  {
    email: 'edsger@example.test',
    plan: 'team',
    websockets: false,
    usage: { primaryPercent: 71, secondaryPercent: 40 },
  },
];

/** Starts the simulator, on a temporary data folder. */
export async function startDemo(): Promise<Demo> {
  // Loaded here only: nobody else needs the simulator.
  const { startSimulator } = await import('../simulator/simulator.ts');
  const simulator = await startSimulator({
    timing,
    issuer: { redirectPorts: 'any' },
    logLimits: { maxEntries: 200, maxBytes: 4 * 1024 * 1024 },
  });
  sweepDemos();
  const { dir, dataDir } = makeDemoPlace();
  let stopTraffic = () => {};
  return {
    place: { dataDir, upstream: simulator.upstreamUrl, issuer: simulator.issuerUrl },
    populate: async (app) => {
      for (const seed of demoAccounts) {
        await app.handlers['accounts.import']({ text: simulator.addAccount(seed).authJson() });
      }
    },
    browserDir: join(dir, 'browser'),
    removeAfterExit: () => removeAfterExit(dir),
    startTraffic: (baseUrl, apiKey) => {
      stopTraffic = startDemoTraffic(baseUrl, apiKey);
    },
    stopTraffic: () => stopTraffic(),
    stop: async () => {
      stopTraffic();
      await simulator.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
