import { type LabArm, type LabPair, type LabTurn, type LabWarmUp, pairsPerBlock } from '../../shared/lab.ts';
import { makePair } from './analyse.ts';

/** One turn that an experiment wants run. */
export interface LabQuestion {
  readonly arm: LabArm;
  /** The socket's: its own for each arm of each block, so that nothing is extended and both arms dial alike. */
  readonly sessionId: string;
  readonly kind: 'warm-up' | 'measured';
}

/** How it went. */
export interface LabAnswer {
  readonly exchangeId: string | null;
  readonly firstTokenMs: number | null;
  readonly totalMs: number;
  readonly outputTokens: number;
  readonly tierEchoed: string | null;
  readonly failure: string | null;
}

export interface ExperimentParts {
  readonly blocks: number;
  readonly ask: (question: LabQuestion) => Promise<LabAnswer>;
  readonly newSessionId: () => string;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly isStopped: () => boolean;
  /** A warm-up has ended. It is told, and counts for nothing. */
  readonly onWarmUp: (warmUp: LabWarmUp) => void;
  readonly onTurn: () => void;
  /** A pair was measured; the next turn waits for what is done with it, so that nothing runs beside a measured turn. */
  readonly onPair: (pair: LabPair) => Promise<void>;
}

/** Turns of an experiment, warm-ups counted. */
export function turnsOf(blocks: number): number {
  return blocks * (2 + 2 * pairsPerBlock);
}

/**
 * Runs the experiment: pairs in random order, one after the other; both arms on new sockets for each block of
 * three pairs, each warmed up by one turn that does not count.
 */
export async function runExperiment(parts: ExperimentParts): Promise<void> {
  const { ask, isStopped, newSessionId, onPair, onTurn, onWarmUp, random } = parts;
  const inRandomOrder = (): readonly [LabArm, LabArm] =>
    random() < 0.5 ? ['standard', 'priority'] : ['priority', 'standard'];
  for (let block = 0; block < parts.blocks; block += 1) {
    const sessions = { standard: newSessionId(), priority: newSessionId() };
    for (const arm of inRandomOrder()) {
      if (isStopped()) return;
      const answer = await ask({ arm, sessionId: sessions[arm], kind: 'warm-up' });
      if (!isStopped()) onWarmUp({ arm, block, ...answer });
      onTurn();
    }
    for (let pair = 0; pair < pairsPerBlock; pair += 1) {
      const turns: LabTurn[] = [];
      for (const arm of inRandomOrder()) {
        if (isStopped()) return;
        const answer = await ask({ arm, sessionId: sessions[arm], kind: 'measured' });
        turns.push({ arm, block, pair, ...answer });
        onTurn();
      }
      const [first, second] = turns;
      // A turn that was stopped half-way says nothing of its speed.
      if (first !== undefined && second !== undefined && !isStopped()) await onPair(makePair(first, second));
    }
  }
}
