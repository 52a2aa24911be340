import {
  type MutatedTurnsOf,
  mutatedChat,
  mutatedFrames,
  mutatedMessages,
  mutatedResponses,
} from '../../support/mutated-turns.ts';
import { startRig } from '../../support/slipstream.ts';
import { told } from '../listed.ts';
import type { Target } from '../target.ts';

/** All mutations of a request through the whole program, on real sockets. */
function throughProgram({ name, list, check }: MutatedTurnsOf): Target {
  return {
    name: `turns of ${name}`,
    run: async ({ maxInputs }) => {
      const count = Math.min(list.all, maxInputs);
      const rig = await startRig();
      const finding = await check(rig, count).then(() => null, told);
      await rig.stop();
      return { inputs: count, blocks: null, finding };
    },
  };
}

export const turnTargets: readonly Target[] = [...mutatedResponses, mutatedFrames, mutatedChat, mutatedMessages].map(
  throughProgram,
);
