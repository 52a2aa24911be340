import { expect, it } from 'vitest';
import { startDemoTraffic } from '../../src-main/node/demo-traffic.ts';
import { startRig } from '../support/slipstream.ts';

/** The programs that the demo shows at work. */

it.each([
  { websockets: true, transport: 'ws' },
  { websockets: false, transport: 'http' },
])(
  'a Codex of the demo is answered where an account has websockets: $websockets',
  async ({ websockets, transport }) => {
    const rig = await startRig({ accounts: 0 });
    await rig.app.handlers['accounts.import']({ text: rig.simulator.addAccount({ websockets }).authJson() });
    const stop = startDemoTraffic(rig.baseUrl, () => rig.apiKey);
    try {
      const rows = () => rig.app.snapshot().requests.filter(({ status }) => status !== 'running');
      const turnsOfCodex = () =>
        rows().flatMap(({ client, kind, ...row }) =>
          kind === 'turn' && /codex/i.test(client) ? [[row.status, row.transport]] : [],
        );
      await expect.poll(turnsOfCodex, { timeout: 10_000 }).toContainEqual(['completed', transport]);
      // As the real one is told, once.
      const told = rows().flatMap(({ status, error }) => (error === null ? [] : [[status, error.code]]));
      expect(told).toEqual(websockets ? [] : [['sent-back', 'upgrade_required']]);
    } finally {
      stop();
      await rig.stop();
    }
  },
);
