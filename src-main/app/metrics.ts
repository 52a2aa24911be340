import { randomBytes } from 'node:crypto';
import type { MomentFacts, TurnMetrics } from '../core/metrics/prometheus.ts';
import type { TurnSpans } from '../core/metrics/spans.ts';
import { turnTeller } from '../core/metrics/watched-turn.ts';
import type { Host } from '../core/ports.ts';
import { isLoopbackIp } from '../core/server/addresses.ts';
import type { MetricsDoor } from '../core/server/metrics-route.ts';
import type { Redactor } from '../core/traces/redaction.ts';
import type { ProxyRoutes } from '../core/upstream/proxy.ts';
import type { TurnWatcher } from '../core/watch.ts';
import type { CoreHandlers } from '../shared/contract.ts';

interface MetricsOptions {
  readonly host: Pick<Host, 'settings' | 'clock' | 'log'>;
  readonly redactor: Redactor;
  readonly proxies: Pick<ProxyRoutes, 'libraryAgent'>;
  readonly version: string;
  readonly moment: () => MomentFacts;
  readonly baseUrl: () => string;
}

/** What others may look at, or are sent, of turns: nothing until it is switched on, and then nothing that was said. */
export interface Metrics {
  /** Who watches turns now. */
  readonly watchers: () => readonly TurnWatcher[];
  readonly door: MetricsDoor;
  readonly handlers: Pick<CoreHandlers, 'metrics.access'>;
  /** Sends what waits. */
  close(): Promise<void>;
}

/** Puts figures and spans together; their libraries are loaded when they are first wanted. */
export function composeMetrics({ host, redactor, proxies, version, moment, baseUrl }: MetricsOptions): Metrics {
  const { settings, clock, log } = host;
  // No proxy leads back to this machine.
  const agentFor = (url: string) => (isOnThisMachine(url) ? null : () => proxies.libraryAgent(url));
  let counts: TurnMetrics | null = null;
  let spans: { readonly endpoint: string; readonly sender: TurnSpans } | null = null;
  let watchers: readonly TurnWatcher[] = [];
  let following: Promise<void> = Promise.resolve();

  const teller = turnTeller(
    clock,
    (text) => redactor.text(text),
    (turn) => {
      counts?.note(turn);
      spans?.sender.note(turn);
    },
  );
  const follow = async () => {
    const { metrics, otlpEndpoint, metricsToken } = settings.read();
    if (metricsToken !== null) redactor.addSecret(metricsToken);
    if (!metrics) counts = null;
    else if (counts === null) {
      const { TurnMetrics: Counts } = await import('../core/metrics/prometheus.ts');
      counts = new Counts(version, moment);
    }
    if (spans !== null && spans.endpoint !== otlpEndpoint) {
      void spans.sender.close();
      spans = null;
    }
    if (otlpEndpoint !== null && spans === null) {
      const { TurnSpans: Spans } = await import('../core/metrics/spans.ts');
      spans = { endpoint: otlpEndpoint, sender: new Spans(otlpEndpoint, version, agentFor(otlpEndpoint), clock) };
    }
    watchers = counts === null && spans === null ? [] : [teller];
  };
  const followSoon = () => {
    following = following.then(follow).catch((error: unknown) => log.error('Metrics could not be set up.', { error }));
  };
  settings.onChange(followSoon);
  const { metrics, otlpEndpoint } = settings.read();
  if (metrics || otlpEndpoint !== null) followSoon();
  return {
    watchers: () => watchers,
    door: {
      token: () => (settings.read().metrics ? settings.read().metricsToken : null),
      isOpen: () => settings.read().metrics,
      read: async () => {
        await following;
        return counts === null ? null : { contentType: counts.contentType, text: await counts.text() };
      },
    },
    handlers: {
      'metrics.access': ({ renew }) => {
        const known = settings.read().metricsToken;
        const token = known === null || renew ? `sm-${randomBytes(24).toString('base64url')}` : known;
        redactor.addSecret(token);
        if (token !== known) settings.write({ metricsToken: token });
        return { url: `${baseUrl()}/metrics`, token };
      },
    },
    close: async () => {
      await following;
      await spans?.sender.close();
    },
  };
}

function isOnThisMachine(url: string): boolean {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  return host === 'localhost' || isLoopbackIp(host);
}
