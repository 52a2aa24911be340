/**
 * What turn n of a long conversation uploads (test/perf/README.md), where its client sends the whole history each time.
 * `node test/perf/upload.ts [--turns N]`; JSON out; exit code 1 where upload grows with the history.
 */
import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../src-main/core/json.ts';
import { readArguments } from '../support/arguments.ts';
import { startRig } from '../support/slipstream.ts';
import { ask, outputOf, post, user } from '../support/turn-client.ts';

const { values: options } = readArguments({ options: { turns: { type: 'string', default: '40' } } });
const turns = Math.min(200, Math.max(4, Number(options.turns)));
const textBytes = 8_000;
/** Of the upload of the last turn over that of the second: numbers and ids may be a digit longer. */
const mostGrowth = 1.05;

const rig = await startRig({ traceKeeping: 'database' });
try {
  const headers = { 'session-id': randomUUID() };
  const history: JsonObject[] = [];
  const rows: { turn: number; clientBytes: number; uploadBytes: number }[] = [];
  for (let turn = 1; turn <= turns; turn += 1) {
    const said = user(`Reply with exactly: ${String(turn).padEnd(textBytes, '.')}`);
    history.push(said);
    const body = JSON.stringify(ask('', { input: history }));
    rig.simulator.log.clear();
    const answer = await post(rig, body, headers);
    const frames = rig.simulator.log.frames;
    const [frame] = frames;
    if (answer.status !== 200 || frame === undefined || frames.length !== 1)
      throw new Error(`turn ${turn}: status ${answer.status}, ${frames.length} frames`);
    rows.push({ turn, clientBytes: Buffer.byteLength(body), uploadBytes: Buffer.byteLength(frame.raw) });
    history.push(...outputOf(answer.events));
  }
  const [second, last] = [rows[1], rows.at(-1)];
  const growth = (last?.uploadBytes ?? Number.NaN) / (second?.uploadBytes ?? Number.NaN);
  const shown = rows.filter(({ turn }) => turn <= 3 || turn === turns || turn % 10 === 0);
  const result = { turns, newTextBytes: textBytes, rows: shown, growth: Number(growth.toFixed(3)), mostGrowth };
  const met = growth <= mostGrowth;
  process.stdout.write(`${JSON.stringify({ ...result, met }, null, 2)}\n`);
  process.exitCode = met ? 0 : 1;
} finally {
  await rig.stop();
}
