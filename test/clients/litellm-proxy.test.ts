import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.ts';
import {
  failTurns,
  installed,
  model,
  noteIncrement,
  patience,
  refusalText,
  type Stand,
  sawImage,
  signalClient,
  startClient,
  startStand,
  untilAborted,
} from './run-client.ts';

const folder = installed['litellm-proxy'];
const driverFolder = installed['libraries-js'];
const isThere = folder !== undefined && driverFolder !== undefined;
const startMs = 120_000;

let stand: Stand;
let proxyUrl: string;
let stopProxy: () => Promise<unknown>;

/** LiteLLM's own server, which knows Slipstream as an endpoint of the OpenAI API. */
async function startProxy(): Promise<void> {
  const { baseUrl, apiKey } = stand.target;
  const params = { model: `openai/${model}`, api_base: `${baseUrl}/v1`, api_key: apiKey };
  const config = join(stand.home, 'litellm.yaml');
  // JSON is YAML.
  writeFileSync(
    config,
    JSON.stringify({
      model_list: [{ model_name: model, litellm_params: params }],
      litellm_settings: { num_retries: 0, telemetry: false },
      router_settings: { num_retries: 0, disable_cooldowns: true },
    }),
  );
  const port = await freePort();
  const { child, ended } = startClient(stand, {
    file: join(folder ?? '', 'bin', 'litellm'),
    args: ['--config', config, '--host', '127.0.0.1', '--port', String(port)],
    env: { LITELLM_LOCAL_MODEL_COST_MAP: 'True', LITELLM_TELEMETRY: 'False', PYTHONUNBUFFERED: '1' },
    timeoutMs: 600_000,
  });
  stopProxy = async () => {
    signalClient(child, 'SIGKILL');
    await ended;
  };
  proxyUrl = `http://127.0.0.1:${port}`;
  for (;;) {
    const answer = await fetch(`${proxyUrl}/health/liveliness`).catch(() => null);
    if (answer?.ok === true) return;
    if (child.exitCode !== null) throw new Error((await ended).all);
    await sleep(250);
  }
}

beforeAll(async () => {
  if (!isThere) return;
  stand = await startStand();
  await startProxy();
}, startMs);

afterAll(async () => {
  await stopProxy?.();
  await stand?.stop();
});

/** The vendor's JavaScript library asks the proxy, as it would ask Slipstream. */
async function report(feature: string): Promise<{ text: string; pieces: number; error: string | null }> {
  const { ended } = startClient(stand, {
    file: process.execPath,
    args: [join(import.meta.dirname, 'drivers', 'libraries.mjs'), 'openai-chat', feature],
    env: { CLIENT_FOLDER: driverFolder ?? '', BASE_URL: proxyUrl, API_KEY: 'sk-any', MODEL: model },
  });
  const { stdout, all } = await ended;
  const last = stdout.trim().split('\n').at(-1) ?? '';
  expect(last, all).toMatch(/^\{/);
  return JSON.parse(last);
}

// One proxy for all, since it takes long to start: what ends it comes last.
describe('LiteLLM as a proxy', () => {
  const test = it.skipIf(!isThere);

  test('ends a tool loop', async ({ task }) => {
    const { text, pieces, error } = await report('tool');
    expect({ text, error }).toEqual({ text: 'The tool said: 3', error: null });
    expect(pieces).toBeGreaterThan(1);
    noteIncrement(task, stand);
  });

  test('sends an image', async () => {
    expect(await report('image')).toMatchObject({ text: 'seen', error: null });
    expect(sawImage(stand)).toBe(true);
  });

  test('shows why a turn failed', async () => {
    failTurns(stand);
    const { text, error } = await report('failure');
    expect(text).toBe('');
    expect(error).toContain(refusalText);
    stand.rig.simulator.faults.clear();
  });

  // What its own client gave up LiteLLM 1.90 reads to the end: upstream's turn ends with LiteLLM.
  test('stops upstream when it is stopped', async () => {
    const { log } = stand.rig.simulator;
    const started = log.waitFor('turn', ({ phase }) => phase === 'started', { ...patience, since: log.mark() });
    const answered = report('abort');
    await started;
    await stopProxy();
    await answered;
    await untilAborted(stand);
  });
});
