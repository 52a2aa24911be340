import type { LabExperiment } from '../../shared/lab.ts';
import { english } from '../../shared/words/english.ts';
import { systemProblem } from '../../shared/write-problem.ts';
import type { Clock, Logger } from '../ports.ts';

interface ShelfParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly save: (experiment: LabExperiment) => Promise<void>;
  /** Newest first. */
  readonly kept: () => Promise<readonly LabExperiment[]>;
}

/** The experiments that are kept, and those that no disk took, which are here until the program ends or there is room. */
export class ExperimentShelf {
  readonly #parts: ShelfParts;
  readonly #unkept = new Map<string, LabExperiment>();

  constructor(parts: ShelfParts) {
    this.#parts = parts;
  }

  /** Keeps one as it stands, and answers with whether and when it was. Never throws. */
  async keep(experiment: LabExperiment): Promise<LabExperiment> {
    const { clock, log, save } = this.#parts;
    const kept = { ...experiment, unkept: null, keptAt: clock.epochMs() };
    try {
      await save(kept);
      this.#unkept.delete(kept.id);
      for (const [id, other] of [...this.#unkept]) {
        await save({ ...other, unkept: null });
        this.#unkept.delete(id);
      }
      return kept;
    } catch (error) {
      log.warn('The experiment could not be kept.', { error });
      const unkept = {
        ...experiment,
        unkept: systemProblem(error),
      };
      this.#unkept.set(unkept.id, unkept);
      return unkept;
    }
  }

  /** Newest first. One that a sudden end of the program cut off is stopped, its hours known until it was last kept. */
  async list(runningId: string | null): Promise<LabExperiment[]> {
    const kept = (await this.#parts.kept()).filter(({ id }) => !this.#unkept.has(id));
    return [...this.#unkept.values(), ...kept]
      .filter(({ id }) => id !== runningId)
      .toSorted((a, b) => b.startedAt - a.startedAt)
      .map((each) =>
        each.state === 'running' || each.state === 'asking'
          ? { ...each, state: 'stopped' as const, endedAt: each.keptAt, problem: english.t('lab.cutOff') }
          : each,
      );
  }
}
