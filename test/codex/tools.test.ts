import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Rig, startRig } from '../support/slipstream.ts';
import { pathKeyConfig, runCodex } from './codex.ts';
import { misshapen, told } from './outcome.ts';

/** The simulator's model calls the tool that runs scripts, and the script calls the CLI's own tools. */
const script = (call: string) =>
  `call tool exec with {try { text(await ${call}) } catch (e) { text('gone wrong: ' + e) }}`;

let rig: Rig;

beforeEach(async () => {
  rig = await startRig();
});

afterEach(async () => {
  await rig.stop();
});

it.each([
  {
    call: 'tools.web__run({search_query:[{q:"cats"}]})',
    path: '/backend-api/codex/alpha/search',
    result: 'The simulator found nothing for',
  },
  {
    call: 'tools.image_gen__imagegen({prompt:"a cat"})',
    path: '/backend-api/codex/images/generations',
    result: 'data:image/png;base64,',
  },
])('serves $path, so that the tool answers the model', async ({ call, path, result }) => {
  const authJson = rig.simulator.addAccount().authJson();
  const run = await runCodex(script(call), { config: pathKeyConfig(rig.baseUrl, rig.apiKey), authJson });
  expect(told(run)).toEqual([]);
  expect(run.code).toBe(0);
  expect(misshapen(rig)).toEqual([]);
  expect(rig.simulator.log.requests.filter((request) => request.path === path)).toHaveLength(1);
  const output = JSON.stringify(rig.simulator.log.frames.at(-1)?.body);
  expect(output).toContain(result);
  expect(output).not.toContain('gone wrong');
  const rows = rig.app.snapshot().requests.filter(({ kind }) => kind === 'other');
  expect(rows.map(({ status, httpStatus }) => [status, httpStatus])).toEqual([['completed', 200]]);
  // They belong to the conversation that they serve, and so to its account.
  expect(new Set(rig.app.snapshot().requests.map(({ sessionId }) => sessionId)).size).toBe(1);
});
