/** One process of a benchmark: an upstream, the bare relay or Slipstream, so that none shares another's thread. */
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { compose } from '../../src-main/app/app.ts';
import { Redactor } from '../../src-main/core/traces/redaction.ts';
import type { Settings } from '../../src-main/shared/settings.ts';
import { type SimulatorOptions, startSimulator } from '../../src-main/simulator/simulator.ts';
import { upgradeHeaders } from '../integration/simulator-client.ts';
import { testHost } from '../support/host.ts';
import { type Watched, watchLoop } from '../support/stall.ts';
import { startBareRelay, startBareStreams } from './bare-relay.ts';
import { type Flood, startFloodUpstream } from './flood-upstream.ts';
import { type Pace, startPacedUpstream } from './paced-upstream.ts';

export type Role =
  | { readonly role: 'simulator'; readonly accounts?: number; readonly options?: Partial<SimulatorOptions> }
  | ({ readonly role: 'paced' } & Pace)
  | ({ readonly role: 'flood' } & Flood)
  | { readonly role: 'bare'; readonly upstreamUrl: string; readonly headers: Record<string, string> }
  | { readonly role: 'bare-streams'; readonly upstreamUrl: string }
  | {
      readonly role: 'slipstream';
      readonly upstreamUrl: string;
      readonly issuerUrl: string;
      readonly authJsons: readonly string[];
      readonly records: boolean;
      /** A page follows what it tells. */
      readonly isWatched?: boolean;
      readonly settings?: Partial<Settings>;
      /** Certificate that upstream is trusted by, as PEM. */
      readonly trusted?: string;
    };

export interface Started {
  readonly port: number;
  readonly upstreamUrl?: string;
  readonly issuerUrl?: string;
  readonly authJsons?: readonly string[];
  readonly headers?: Record<string, string>;
  readonly apiKey?: string;
}

export interface Usage {
  readonly cpuMs: number;
  readonly rssBytes: number;
}

const settings = { apiKey: 'benchmark-key-0123456789' };

async function start(role: Role): Promise<Started> {
  switch (role.role) {
    case 'simulator': {
      const logLimits = { maxEntries: 100, maxBytes: 1024 * 1024 };
      const simulator = await startSimulator({ logLimits, strictness: { requireEncodings: false }, ...role.options });
      const account = simulator.addAccount();
      const others = Array.from({ length: (role.accounts ?? 1) - 1 }, () => simulator.addAccount());
      return {
        port: Number(new URL(simulator.issuerUrl).port),
        upstreamUrl: simulator.upstreamUrl,
        issuerUrl: simulator.issuerUrl,
        authJsons: [account, ...others].map((each) => each.authJson()),
        headers: upgradeHeaders(account),
      };
    }
    case 'paced': {
      const port = await startPacedUpstream(role);
      return { port, upstreamUrl: `http://127.0.0.1:${port}/backend-api/codex` };
    }
    case 'flood': {
      const port = await startFloodUpstream(role);
      return { port, upstreamUrl: `http://127.0.0.1:${port}/backend-api/codex` };
    }
    case 'bare':
      return { port: await startBareRelay(role.upstreamUrl, role.headers) };
    case 'bare-streams':
      return { port: await startBareStreams(role.upstreamUrl) };
    case 'slipstream': {
      if (role.trusted !== undefined) setDefaultCACertificates([...getCACertificates(), role.trusted]);
      const host = testHost({ ...settings, ...role.settings });
      const app = await compose({
        host,
        redactor: new Redactor(),
        face: 'headless',
        version: '0.0.0-benchmark',
        port: 0,
        listenIp: null,
        upstreamUrl: role.upstreamUrl,
        issuerUrl: role.issuerUrl,
        demo: false,
        traceKeeping: role.records ? 'database' : 'none',
      });
      process.on('exit', () => host.dispose());
      for (const text of role.authJsons) await app.handlers['accounts.import']({ text });
      if (role.isWatched) app.onDelta((delta) => void JSON.stringify(delta));
      const { port } = await app.listen();
      return { port, apiKey: app.apiKey };
    }
  }
}

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');
let watch: (() => Watched) | null = null;

process.on('message', (message: Role | 'usage' | 'memory' | 'watch' | 'watched') => {
  if (message === 'usage' || message === 'memory') {
    // First, or its time would count for what is measured next.
    if (message === 'usage') collectGarbage();
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuMs: (user + system) / 1000, rssBytes: process.memoryUsage().rss } satisfies Usage);
  } else if (message === 'watch') {
    collectGarbage();
    watch = watchLoop();
    process.send?.('watching');
  } else if (message === 'watched') process.send?.(watch?.());
  else void start(message).then((started) => process.send?.(started));
});
process.on('disconnect', () => process.exit());
