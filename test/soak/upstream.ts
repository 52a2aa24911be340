import { seededRandom } from '../../src-main/simulator/seeded-random.ts';
import { startSimulator } from '../../src-main/simulator/simulator.ts';

/** The simulator in a process of its own: upstream and issuer outlive every end of the program. It is told what to do by messages. */

export type UpstreamOrder =
  | { readonly kind: 'add'; readonly expired: boolean }
  | { readonly kind: 'exhaust'; readonly seconds: number }
  | { readonly kind: 'reset' };

export type UpstreamReport =
  | { readonly kind: 'listening'; readonly upstreamUrl: string; readonly issuerUrl: string }
  | { readonly kind: 'added'; readonly email: string; readonly authJson: string };

const [seed = 1, probability = 0.08] = process.argv.slice(2).map(Number);
const random = seededRandom(seed);
const simulator = await startSimulator({
  logLimits: { maxEntries: 200, maxBytes: 1024 * 1024 },
  timing: { firstTokenMs: 5, tokensPerSecond: 400, jitterSigma: 0.5 },
  seed,
});
simulator.faults.random({ seed, probability });

const report = (message: UpstreamReport) => process.send?.(message);

process.on('disconnect', () => process.exit(0));
process.on('message', (order: UpstreamOrder) => {
  switch (order.kind) {
    case 'add': {
      const account = simulator.addAccount({ expired: order.expired });
      report({ kind: 'added', email: account.email, authJson: account.authJson() });
      break;
    }
    case 'exhaust': {
      const account = simulator.accounts[Math.floor(random() * simulator.accounts.length)];
      const resetsAt = Math.floor(Date.now() / 1000) + order.seconds;
      account?.exhaust({ resetsAt, at: random() < 0.5 ? 'turn' : 'upgrade' });
      break;
    }
    case 'reset':
      for (const account of simulator.accounts) account.resetUsage();
      break;
  }
});
report({ kind: 'listening', upstreamUrl: simulator.upstreamUrl, issuerUrl: simulator.issuerUrl });
