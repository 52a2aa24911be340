/** One process of the relay benchmark: the simulator, the bare relay or Slipstream, so that none shares another's thread. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { compose } from '../../src-main/compose.ts';
import { Redactor } from '../../src-main/core/traces/redaction.ts';
import { startSimulator } from '../../src-main/simulator/simulator.ts';
import { upgradeHeaders } from '../integration/simulator-client.ts';
import { testHost } from '../support/host.ts';
import { startBareRelay } from './bare-relay.ts';

export type Role =
  | { readonly role: 'simulator' }
  | { readonly role: 'bare'; readonly upstreamUrl: string; readonly headers: Record<string, string> }
  | {
      readonly role: 'slipstream';
      readonly upstreamUrl: string;
      readonly issuerUrl: string;
      readonly authJson: string;
      readonly records: boolean;
    };

export interface Started {
  readonly port: number;
  readonly upstreamUrl?: string;
  readonly issuerUrl?: string;
  readonly authJson?: string;
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
      const simulator = await startSimulator({ logLimits: { maxEntries: 100, maxBytes: 1024 * 1024 } });
      const account = simulator.addAccount();
      return {
        port: Number(new URL(simulator.issuerUrl).port),
        upstreamUrl: simulator.upstreamUrl,
        issuerUrl: simulator.issuerUrl,
        authJson: account.authJson(),
        headers: upgradeHeaders(account),
      };
    }
    case 'bare':
      return { port: await startBareRelay(role.upstreamUrl, role.headers) };
    case 'slipstream': {
      const host = testHost(settings);
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
        records: role.records,
      });
      process.on('exit', () => host.dispose());
      await app.handlers['accounts.import']({ text: role.authJson });
      const { port } = await app.listen();
      return { port, apiKey: app.apiKey };
    }
  }
}

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

process.on('message', (message: Role | 'usage') => {
  if (message === 'usage') {
    // First, or its time would count for what is measured next.
    collectGarbage();
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuMs: (user + system) / 1000, rssBytes: process.memoryUsage().rss } satisfies Usage);
  } else void start(message).then((started) => process.send?.(started));
});
process.on('disconnect', () => process.exit());
