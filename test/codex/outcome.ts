import { expect } from 'vitest';
import type { RefusalEntry } from '../../src-main/simulator/log.ts';
import type { Rig } from '../support/slipstream.ts';
import { type CodexRun, complaints } from './codex.ts';

/** The CLI writes this line of its own log about any upgrade that is answered 426, and goes over to HTTP without a word to the user. */
const movedToHttp = /codex_api::endpoint::responses_websocket: failed to connect to Responses WebSocket stage=Unknown/;

/** What the CLI says, from 0.171 on, of a message that its peer would not take. */
export const limitWords =
  "warning: Falling back from WebSockets to HTTPS transport. websocket request exceeds the peer's message size limit";

/** What the user is told, less what the CLI logs when it moves to HTTP. */
export function told(run: CodexRun): string[] {
  return complaints(run).filter((line) => !movedToHttp.test(line));
}

/** The CLI printed its answer, and nothing but it. */
export function expectSilentAnswer(run: CodexRun, answer: string): void {
  expect(told(run)).toEqual([]);
  expect({ code: run.code, answer: run.stdout.trim() }).toEqual({ code: 0, answer });
}

/** Requests that upstream's rules refused for their shape, not for the state of the account. */
export function misshapen(rig: Rig): RefusalEntry[] {
  return rig.simulator.log.refusals.filter(({ status }) => status !== 401 && status !== 429);
}

/** Exchanges of one kind that Slipstream has recorded. */
export function exchanges(rig: Rig, kind: 'turn' | 'prewarm'): number {
  return rig.app.snapshot().requests.filter((row) => row.kind === kind).length;
}

/** Everything that reached upstream to run a turn: upgrades, frames and POSTs. */
export function upstreamRequests(rig: Rig): number {
  const { upgrades, frames, requests } = rig.simulator.log;
  return upgrades.length + frames.length + requests.filter(({ path }) => path.endsWith('/responses')).length;
}

/** From now on every account is served over HTTP. */
export async function turnWebsocketsOff(rig: Rig): Promise<void> {
  for (const { id } of rig.app.snapshot().accounts)
    await rig.app.handlers['accounts.setWebsockets']({ id, websockets: false });
}
