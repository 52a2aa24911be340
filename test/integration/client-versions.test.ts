import { afterEach, expect, it } from 'vitest';
import { isJsonObject, parseJsonObject } from '../../src-main/core/json.ts';
import type { RigOptions } from '../support/slipstream.ts';
import { type Rig, startRig } from '../support/slipstream.ts';

/** What upstream shows to which version of the official client, through the proxy. */

let rig: Rig;

afterEach(() => rig.stop());

const gated = 'gpt-6.1-sol';
const start = async (settings: RigOptions['settings'] = {}) => {
  rig = await startRig({ settings, simulator: { minimalVersions: { [gated]: '0.173.0' } } });
};

const codex = (version: string) => ({
  originator: 'codex_exec',
  'user-agent': `codex_exec/${version} (Debian 12.0.0; x86_64) xterm`,
});

async function slugsFor(version: string, headers: Record<string, string> = codex(version)): Promise<unknown[]> {
  const answer = await fetch(`${rig.baseUrl}/v1/models?client_version=${version}`, {
    headers: { authorization: `Bearer ${rig.apiKey}`, ...headers },
  });
  const models = parseJsonObject(await answer.text())?.models;
  return Array.isArray(models) ? models.filter(isJsonObject).map(({ slug }) => slug) : [];
}

const askedVersions = () => rig.simulator.log.requests.filter(({ path }) => path.includes('/models?')).length;
const upgradeHeader = (wanted: string) =>
  rig.simulator.log.upgrades.at(-1)?.headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
const lastTier = () => {
  const { body } = rig.simulator.log.frames.at(-1) ?? {};
  return isJsonObject(body) ? body.service_tier : null;
};
const say = (headers: Record<string, string> = {}) =>
  rig.post('/v1/responses', { model: gated, input: 'Count to 2' }, headers);

it('shows each version the models that upstream shows it, and asks once for each', async () => {
  await start();
  expect(await slugsFor('0.173.0')).toContain(gated);
  expect(await slugsFor('0.169.0')).not.toContain(gated);
  const asked = askedVersions();
  expect(await slugsFor('0.173.0')).toContain(gated);
  expect(await slugsFor('0.169.0')).not.toContain(gated);
  expect(askedVersions()).toBe(asked);
});

it('answers a client that asks while the same list is read for the first time', async () => {
  await start();
  expect(await slugsFor('0.171.0')).toContain('gpt-6-sol');
});

it('sends other clients with the newest version that a Codex client came with, and fast to its models', async () => {
  await start({ fastPolicy: 'on' });
  await slugsFor('0.169.0');
  await say();
  expect([upgradeHeader('version'), lastTier()]).toEqual(['0.171.0', undefined]);
  await slugsFor('0.173.0');
  await slugsFor('0.169.0');
  await rig.post('/v1/responses', { model: gated, input: 'Count to 3' });
  expect([upgradeHeader('version'), lastTier()]).toEqual(['0.173.0', 'priority']);
  expect(upgradeHeader('user-agent')).toMatch(/\/0\.173\.0 .*; 0\.173\.0\)$/);
  expect(rig.host.settings.read().newestCodexVersion).toBe('0.173.0');
});

it('starts with the newest version of before', async () => {
  await start({ newestCodexVersion: '0.173.0' });
  await say();
  expect(upgradeHeader('version')).toBe('0.173.0');
});

it.each([
  ['a client that is not Codex', '0.173.0', { 'user-agent': 'curl/0.173.0' }],
  ['a version too far ahead', '0.99999.0', codex('0.99999.0')],
])('does not learn its version from %s', async (_, version, headers) => {
  await start();
  await slugsFor(version, headers);
  await say();
  expect(upgradeHeader('version')).toBe('0.171.0');
  expect(rig.host.settings.read().newestCodexVersion).toBeNull();
});

it('passes the tier that a Codex client names for a model that the catalogue lacks, also while fast is on', async () => {
  await start({ fastPolicy: 'on' });
  await slugsFor('0.169.0');
  const body = { model: gated, input: [], instructions: '', stream: true, store: false, service_tier: 'priority' };
  await (await rig.post('/v1/responses', body, codex('0.169.0'))).text();
  const sent = [
    ...rig.simulator.log.frames,
    ...rig.simulator.log.requests.filter(({ path }) => path.endsWith('/responses')),
  ];
  expect(sent.map(({ body: turn }) => (isJsonObject(turn) ? turn.service_tier : null))).toEqual(['priority']);
});

it('asks upstream for few of the versions that a client makes up, and answers the others as our own', async () => {
  await start();
  const own = await slugsFor('0.171.0');
  const before = askedVersions();
  const told = await Promise.all(Array.from({ length: 100 }, (_, index) => slugsFor(`0.170.${index}`, {})));
  expect(askedVersions() - before).toBeLessThanOrEqual(9);
  expect(told).toEqual(told.map(() => own));
});
