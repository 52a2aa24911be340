import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from '../app/app.ts';
import { announceDemo, withdrawDemo } from './demo-place.ts';
import { startDemoTraffic } from './demo-traffic.ts';

/** What a newcomer sees without an account: a simulated upstream, two accounts, a little traffic. */
export interface Demo {
  /** Replaces the options of the same names. */
  readonly place: { readonly dataDir: string; readonly upstream: string; readonly issuer: string };
  /** Adds the demo accounts; before the app listens. */
  populate(app: App): Promise<void>;
  startTraffic(baseUrl: string, apiKey: () => string): void;
  stopTraffic(): void;
  /** Stops the simulator and removes the folder; after the app has stopped. */
  stop(): Promise<void>;
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
  const simulator = await startSimulator({ timing, logLimits: { maxEntries: 200, maxBytes: 4 * 1024 * 1024 } });
  const dataDir = mkdtempSync(join(tmpdir(), 'slipstream-demo-'));
  announceDemo(dataDir);
  let stopTraffic = () => {};
  return {
    place: { dataDir, upstream: simulator.upstreamUrl, issuer: simulator.issuerUrl },
    populate: async (app) => {
      for (const seed of demoAccounts) {
        await app.handlers['accounts.import']({ text: simulator.addAccount(seed).authJson() });
      }
    },
    startTraffic: (baseUrl, apiKey) => {
      stopTraffic = startDemoTraffic(baseUrl, apiKey);
    },
    stopTraffic: () => stopTraffic(),
    stop: async () => {
      stopTraffic();
      await simulator.stop();
      withdrawDemo(dataDir);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
