import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FrameEntry, UpgradeEntry } from '../../src-main/simulator/log.ts';
import { accountsOf } from '../support/rig-accounts.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { bearerConfig, type CodexRun, complaints, pathKeyConfig, runCodex } from './codex.ts';

const prompt = 'Reply with exactly: OK';

interface Capture {
  readonly events: readonly { readonly kind: string; readonly headers?: readonly (readonly [string, string])[] }[];
}

/** Names of the headers of a capture's upgrade. */
function capturedHeaderSet(name: string): Set<string> {
  const text = readFileSync(new URL(`../fixtures/captures/${name}`, import.meta.url), 'utf8');
  const capture = JSON.parse(text) as Capture;
  return headerSet(capture.events.find((event) => event.kind === 'ws_upgrade')?.headers ?? []);
}

function headerSet(headers: readonly (readonly [string, string])[]): Set<string> {
  return new Set(headers.map(([name]) => name.toLowerCase()));
}

let rig: Rig;

function upgrades(): UpgradeEntry[] {
  return rig.simulator.log.entries.filter((entry) => entry.kind === 'upgrade');
}

function frames(): FrameEntry[] {
  return rig.simulator.log.entries.filter((entry) => entry.kind === 'frame');
}

function header(entry: UpgradeEntry | undefined, name: string): string | undefined {
  return entry?.headers.find(([key]) => key.toLowerCase() === name)?.[1];
}

function memberOf(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null
    ? Object.entries(body).find(([key]) => key === name)?.[1]
    : undefined;
}

function expectAnswer(run: CodexRun): void {
  expect(complaints(run)).toEqual([]);
  expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining('OK') });
}

beforeEach(async () => {
  rig = await startRig();
});

afterEach(async () => {
  await rig.stop();
});

describe.each([{ websockets: true }, { websockets: false }])(
  'the Codex CLI, websockets $websockets',
  ({ websockets }) => {
    it('finishes a turn with the official header set and no tier', async () => {
      const run = await runCodex(prompt, { config: bearerConfig(rig.baseUrl, rig.apiKey, { websockets }) });
      expectAnswer(run);
      const expected = capturedHeaderSet('bearer-ws.json').union(
        new Set(['chatgpt-account-id', 'version', 'x-codex-routing-hint']),
      );
      expect(upgrades()).toHaveLength(1);
      expect(headerSet(upgrades()[0]?.headers ?? [])).toEqual(expected);
      expect(header(upgrades()[0], 'x-codex-routing-hint')).toBe('model=gpt-6.1-sol');
      for (const frame of frames()) expect(frame.body).not.toHaveProperty('service_tier');
    });

    it('sends priority on every frame while fast mode is on', async () => {
      await rig.app.handlers['settings.set']({ fastPolicy: 'on' });
      const run = await runCodex(prompt, { config: bearerConfig(rig.baseUrl, rig.apiKey, { websockets }) });
      expectAnswer(run);
      expect(headerSet(upgrades()[0]?.headers ?? [])).toEqual(capturedHeaderSet('tier-fast.json'));
      expect(header(upgrades()[0], 'x-codex-routing-hint')).toBe('model=gpt-6.1-sol;tier=priority');
      for (const frame of frames()) expect(frame.body).toHaveProperty('service_tier', 'priority');
    });

    it.each([
      { policy: 'off', tier: undefined },
      { policy: 'auto', tier: 'priority' },
    ] as const)("with policy $policy, the CLI's own fast setting goes upstream as $tier", async ({ policy, tier }) => {
      await rig.app.handlers['settings.set']({ fastPolicy: policy });
      const config = bearerConfig(rig.baseUrl, rig.apiKey, { websockets, fast: true });
      expectAnswer(await runCodex(prompt, { config }));
      expect(frames().map((frame) => memberOf(frame.body, 'service_tier'))).toEqual(frames().map(() => tier));
    });
  },
);

it('sends on what the CLI wrote on its websocket, byte for byte but for the tier', async () => {
  await rig.app.handlers['settings.set']({ fastPolicy: 'on' });
  await runCodex(prompt, { config: bearerConfig(rig.baseUrl, rig.apiKey, { websockets: true }) });
  const traces = await Promise.all(
    rig.app.snapshot().requests.map((row) => rig.app.handlers['requests.detail']({ id: row.id })),
  );
  expect(traces.map((trace) => trace.row.kind)).toEqual(['turn', 'prewarm']);
  for (const trace of traces) {
    const sent = trace.clientRequest.body ?? '';
    expect(trace.upstreamBody).toBe(`${sent.slice(0, -1)},"service_tier":"priority"}`);
  }
});

describe('the Codex CLI with a ChatGPT login of its own', () => {
  it('works by a key in the path, and neither its token nor the key goes upstream', async () => {
    const own = rig.simulator.addAccount();
    const authJson = own.authJson();
    const run = await runCodex(prompt, { config: pathKeyConfig(rig.baseUrl, rig.apiKey), authJson });
    expectAnswer(run);
    expect(headerSet(upgrades()[0]?.headers ?? [])).toEqual(capturedHeaderSet('tier-fast.json'));
    const tokens = JSON.parse(authJson).tokens as Record<string, string>;
    const received = JSON.stringify(
      rig.simulator.log.entries.map((entry) => ({ ...entry, raw: 'raw' in entry ? entry.raw.toString('utf8') : '' })),
    );
    for (const secret of [rig.apiKey, tokens.access_token, tokens.id_token, tokens.refresh_token]) {
      expect(received).not.toContain(secret);
    }
  });

  it.each([
    {
      what: 'an issuer that fails',
      trouble: () => rig.simulator.faults.always('issuer', { kind: 'status', status: 500 }),
    },
    { what: 'a sign-in that is over', trouble: () => accountsOf(rig)[0]?.upstream.spoilRefresh('invalidated') },
    {
      what: 'a token that upstream takes no more, just renewed as it is',
      trouble: () => rig.simulator.faults.always('upgrade', { kind: 'status', status: 401 }),
    },
  ])("keeps its sign-in through an account's trouble: $what", async ({ trouble }) => {
    accountsOf(rig)[0]?.upstream.invalidateAccess();
    trouble();
    const own = rig.simulator.addAccount();
    const authJson = own.authJson();
    const run = await runCodex(prompt, {
      config: `${pathKeyConfig(rig.baseUrl, rig.apiKey)}cli_auth_credentials_store = "file"\n`,
      authJson,
      env: { CODEX_REFRESH_TOKEN_URL_OVERRIDE: `${rig.simulator.issuerUrl}/oauth/token` },
      // It tries again and again; what it does with its own sign-in shows at once.
      timeoutMs: 8_000,
    });
    expect(run.code).not.toBe(0);
    const asked = rig.simulator.log.requests.filter(({ path }) => path === '/oauth/token');
    expect(asked).not.toEqual([]);
    expect(JSON.stringify(asked)).not.toContain(own.refreshToken);
  });
});
