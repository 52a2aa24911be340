import { afterEach, expect, it } from 'vitest';
import { isJsonObject } from '../../src-main/core/json.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { bearerConfig, codexVersion, runCodex } from './codex.ts';
import { expectSilentAnswer } from './outcome.ts';

const gated = 'gpt-6.1-sol';

let rig: Rig;
afterEach(() => rig.stop());

it('a model that upstream lists from this version of the CLI on is shown to it, and fast on sends its tier', async () => {
  rig = await startRig({
    settings: { fastPolicy: 'on' },
    simulator: { minimalVersions: { [gated]: codexVersion } },
  });
  const config = bearerConfig(rig.baseUrl, rig.apiKey, { websockets: true, model: gated });
  expectSilentAnswer(await runCodex('Reply with exactly: OK', { config }), 'OK');
  const sent = rig.simulator.log.frames.flatMap(({ body }) =>
    isJsonObject(body) ? [[body.model, body.service_tier]] : [],
  );
  expect(sent.at(-1)).toEqual([gated, 'priority']);
  const listed = await fetch(`${rig.baseUrl}/v1/models?client_version=${codexVersion}`, {
    headers: { authorization: `Bearer ${rig.apiKey}` },
  });
  expect(await listed.text()).toContain(`"${gated}"`);
  const older = await fetch(`${rig.baseUrl}/v1/models?client_version=0.100.0`, {
    headers: { authorization: `Bearer ${rig.apiKey}` },
  });
  expect(await older.text()).not.toContain(`"${gated}"`);
});

it('the turn of another client goes with the newest version that a client of Codex has shown', async () => {
  rig = await startRig({ simulator: { minimalVersions: { [gated]: codexVersion } } });
  const config = bearerConfig(rig.baseUrl, rig.apiKey, { websockets: true, model: gated });
  expectSilentAnswer(await runCodex('Reply with exactly: OK', { config }), 'OK');
  rig.simulator.log.clear();
  expect((await rig.post('/v1/responses', { model: gated, input: 'Count to 2' })).status).toBe(200);
  const [upgrade] = rig.simulator.log.upgrades;
  const version = upgrade?.headers.find(([name]) => name.toLowerCase() === 'version')?.[1] ?? '';
  expect(version.localeCompare(codexVersion, 'en', { numeric: true })).toBeGreaterThanOrEqual(0);
});
