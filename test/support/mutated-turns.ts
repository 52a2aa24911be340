import { expect } from 'vitest';
import type { Rig } from './slipstream.ts';
import { errorOf, post, type TurnAnswer } from './turn-client.ts';

interface MutatedTurns {
  readonly bodies: Iterable<Buffer>;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  /** Looks at an answer with status 200; `what` describes it for a failure. */
  readonly expectAnswer: (answer: TurnAnswer, what: string) => void;
  /** Looks at any other answer, beyond its status and message. */
  readonly expectError?: (answer: TurnAnswer, what: string) => void;
}

/** Sends odd bodies one after the other: each must end, uncut, in an answer or in a 4xx error with a message. */
export async function expectEachToEnd(
  rig: Rig,
  { bodies, path, headers, expectAnswer, expectError }: MutatedTurns,
): Promise<void> {
  for (const body of bodies) {
    const answer = await post(rig, body, headers, path);
    const what = `${answer.status} ${answer.text.slice(0, 300)} for ${body.toString().slice(0, 2_000)}`;
    expect(answer.isCut, what).toBe(false);
    if (answer.status === 200) {
      expectAnswer(answer, what);
      continue;
    }
    expect(answer.status, what).toBeGreaterThanOrEqual(400);
    expect(answer.status, what).toBeLessThan(500);
    expect(errorOf(answer.json).message, what).toBeTypeOf('string');
    expectError?.(answer, what);
  }
}

/** Nothing that was sent may have met a fault of the program's own, or of the simulator's. */
export function expectNoFaults(rig: Rig): void {
  expect(rig.host.log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  expect(rig.simulator.log.refusals.filter(({ code }) => code === 'simulator_bug')).toEqual([]);
}
