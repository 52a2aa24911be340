/** Carries out a turn's steps on an outlet: pacing, batching, backpressure. */
import { nextTurnOfLoop, type Outlet } from './outlet.ts';
import { isDelta, isTerminal, type Step } from './steps.ts';
import type { Pace } from './timing.ts';

export interface RunHooks {
  /** Called before the terminal event can reach the client, so that its next turn finds everything in place. */
  readonly onTerminal: (type: string, events: number) => void;
  /** The script ends the socket here. */
  readonly onCut: (events: number) => void;
}

/** Resolves when all steps are done, or the client is gone; never for a stall. Without delays the first write is synchronous. */
export async function runTurn(steps: Iterable<Step>, outlet: Outlet, pace: Pace, hooks: RunHooks): Promise<void> {
  const slows = pace.slows;
  let events = 0;
  let deltas = 0;
  for (const step of steps) {
    if (outlet.gone) return;
    if (step.do === 'event') {
      const delta = isDelta(step.type);
      if (delta && slows) {
        const waitMs = pace.waitMs(deltas);
        if (waitMs > 0) {
          await outlet.flush();
          await pace.sleep(waitMs);
          if (outlet.gone) return;
        }
      }
      if (delta) deltas += 1;
      events += 1;
      if (isTerminal(step.type)) hooks.onTerminal(step.type, events);
      outlet.put(step.type, step.text);
      // The first token goes at once; from then on the batch decides.
      if (outlet.full || (delta && deltas === 1)) {
        const wait = outlet.flush();
        if (wait) await wait;
        else if (deltas > 1) await nextTurnOfLoop();
      }
      continue;
    }
    if (step.do === 'text') {
      outlet.put('', step.text);
      continue;
    }
    if (step.do === 'framing') {
      outlet.setFraming(step.framing, step.chunkBytes);
      continue;
    }
    await outlet.flush(true);
    if (step.do === 'close' || step.do === 'cut') hooks.onCut(events);
    if (step.do === 'binary') outlet.binary(step.bytes);
    else if (step.do === 'close') outlet.close(step.code, step.reason);
    else if (step.do === 'cut') outlet.cut(step.how);
    else await new Promise<never>(() => {});
  }
  await outlet.flush(true);
}
