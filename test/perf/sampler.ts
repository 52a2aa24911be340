import { makePair } from '../../src-main/core/latency/analyse.ts';
import type { LabPair, LabTurn } from '../../src-main/shared/lab.ts';
import { pairsPerBlock } from '../../src-main/shared/lab.ts';

/** Experiments without sockets: log-normal noise, σ 0.25 for each turn and, if not told otherwise, σ 0.1 for each socket. */

const turnSigma = 0.25;
const usualSocketSigma = 0.1;
const outputTokens = 600;
const msPerTokenStandard = 16;

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** One experiment's pairs, where priority truly is `speedup` times as fast. Each arm has a socket of its own a block. */
export function samplePairs(
  random: () => number,
  speedup: number,
  blocks: number,
  socketSigma = usualSocketSigma,
): LabPair[] {
  return Array.from({ length: blocks }, (_, block) => {
    const sockets = { standard: socketSigma * normal(random), priority: socketSigma * normal(random) };
    const turn = (arm: LabTurn['arm'], pair: number): LabTurn => {
      const noise = Math.exp(sockets[arm] + turnSigma * normal(random));
      const totalMs = (outputTokens * msPerTokenStandard * noise) / (arm === 'priority' ? speedup : 1);
      const none = { exchangeId: null, firstTokenMs: null, tierEchoed: null, failure: null };
      return { arm, block, pair, totalMs, outputTokens, ...none };
    };
    return Array.from({ length: pairsPerBlock }, (_, pair) => makePair(turn('standard', pair), turn('priority', pair)));
  }).flat();
}
