import { afterEach, describe, expect, it } from 'vitest';
import type { StreamFault } from '../../src-main/simulator/faults/fault-table.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { bearerConfig, type CodexRun, complaints, runCodex } from './codex.ts';
import { exchanges, expectSilentAnswer, misshapen, told, turnWebsocketsOff, upstreamRequests } from './outcome.ts';

const prompt = 'Reply with exactly: all is well';
const hourS = 3600;

let rig: Rig;

function run(websockets: boolean): Promise<CodexRun> {
  const config = bearerConfig(rig.baseUrl, rig.apiKey, { websockets });
  return runCodex(prompt, { config, env: { TZ: 'UTC' } });
}

/** As the CLI writes it, in UTC. */
function clockTime(epochS: number): string {
  const at = new Date(epochS * 1000);
  const minutes = String(at.getUTCMinutes()).padStart(2, '0');
  return `${at.getUTCHours() % 12 || 12}:${minutes} ${at.getUTCHours() < 12 ? 'AM' : 'PM'}`;
}

afterEach(() => rig.stop());

describe.each([true, false])(
  'when every account has reached its usage limit, the Codex CLI, websockets %s,',
  (websockets) => {
    const cases = [
      { where: 'on a turn', upstream: 'ws', at: 'turn' },
      { where: 'on the upgrade', upstream: 'ws', at: 'upgrade' },
      { where: 'on a POST', upstream: 'http', at: 'turn' },
    ] as const;

    it.each(cases)(
      'says so at once, in the official words, with the earliest reset (told $where)',
      async ({ at, upstream }) => {
        rig = await startRig({ accounts: 3 });
        if (upstream === 'http') await turnWebsocketsOff(rig);
        const soonest = Math.floor(Date.now() / 1000) + 50 * hourS;
        rig.simulator.accounts.forEach((account, index) => {
          account.exhaust({ at, resetsAt: soonest + ((index + 2) % 3) * 25 * 60 });
        });
        const beganMs = performance.now();
        const told = await run(websockets);
        expect(performance.now() - beganMs).toBeLessThan(5_000);
        expect(told.code).not.toBe(0);
        expect(complaints(told).join('\n')).toMatch(/You’ve hit your usage limit\..*again at/);
        expect(complaints(told).join('\n')).toContain(clockTime(soonest));
        expect(told.stderr).not.toMatch(/reconnecting|falling back/i);
        // A prewarm, and one look at each account.
        expect(upstreamRequests(rig)).toBeLessThanOrEqual(2 + 2 * 3);
      },
    );

    it('says so at once for a session that knows it already', async () => {
      rig = await startRig();
      rig.simulator.accounts[0]?.exhaust();
      await run(websockets);
      const before = upstreamRequests(rig);
      expect((await run(websockets)).stderr).toContain('You’ve hit your usage limit');
      expect(upstreamRequests(rig)).toBe(before);
    });
  },
);

/** What no other attempt or account could change: the CLI gets upstream's words, once. */
const requestFaults: readonly { name: string; fault: StreamFault; says: RegExp }[] = [
  { name: 'a bad request', fault: { kind: 'error', status: 400 }, says: /Invalid request\./ },
  {
    name: 'a conversation that is too long',
    fault: { kind: 'failed', code: 'context_length_exceeded' },
    says: /ran out of room in the model's context window/,
  },
  { name: 'an answer cut short', fault: { kind: 'incomplete' }, says: /Incomplete response returned/ },
];

describe.each(['ws', 'http'] as const)('with upstream over %s', (upstream) => {
  describe.each([true, false])('the Codex CLI, websockets %s,', (websockets) => {
    it.each(requestFaults)('is told of $name at once', async ({ fault, says }) => {
      rig = await startRig({ accounts: 2 });
      if (upstream === 'http') await turnWebsocketsOff(rig);
      rig.simulator.faults.always('turn', fault);
      const ended = await run(websockets);
      expect(ended.code).not.toBe(0);
      expect(complaints(ended).join('\n')).toMatch(says);
      expect(exchanges(rig, 'turn')).toBe(1);
    });
  });
});

it.each([true, false])(
  'a POST that upstream refuses with 400 is told at once to the Codex CLI, websockets %s',
  async (websockets) => {
    rig = await startRig({ accounts: 2 });
    await turnWebsocketsOff(rig);
    rig.simulator.faults.always('request', { kind: 'status', status: 400 });
    const ended = await run(websockets);
    expect(ended.code).not.toBe(0);
    expect(complaints(ended).join('\n')).toContain('Invalid request.');
    expect(exchanges(rig, 'turn')).toBe(1);
  },
);

/** Breaks after content was shown: no proxy can take that back, so the CLI's own retry mends it. */
const lateFaults: readonly { name: string; fault: StreamFault }[] = [
  { name: 'the connection ends', fault: { kind: 'cut', afterDeltas: 2 } },
  { name: 'upstream goes away', fault: { kind: 'close', code: 1012, afterDeltas: 2 } },
  { name: 'the response fails', fault: { kind: 'failed', afterDeltas: 2 } },
  { name: 'an error event comes', fault: { kind: 'error', status: 500, afterDeltas: 2 } },
];

describe.each(['ws', 'http'] as const)('after some of an answer from upstream over %s', (upstream) => {
  it.each(lateFaults)('a Codex CLI on a websocket gets it whole, without a word, where $name', async ({ fault }) => {
    rig = await startRig();
    if (upstream === 'http') await turnWebsocketsOff(rig);
    rig.simulator.faults.next('turn', fault);
    const ended = await run(true);
    if (upstream === 'ws') expectSilentAnswer(ended, 'all is well');
    else expectRetried(ended);
  });

  it.each(lateFaults)('a Codex CLI on HTTP reconnects once and gets it whole where $name', async ({ fault }) => {
    rig = await startRig();
    if (upstream === 'http') await turnWebsocketsOff(rig);
    rig.simulator.faults.next('turn', fault);
    expectRetried(await run(false));
  });
});

/** One retry of the CLI's own, and the whole answer. */
function expectRetried(ended: CodexRun): void {
  expect(told(ended)).toEqual(['ERROR: Reconnecting... 1/5']);
  expect({ code: ended.code, answer: ended.stdout.trim() }).toEqual({ code: 0, answer: 'all is well' });
  expect(exchanges(rig, 'turn')).toBe(2);
  expect(misshapen(rig)).toEqual([]);
}
