import fc from 'fast-check';

/** One part of the program under random inputs. */
export interface Target {
  readonly name: string;
  /** Runs until so many inputs are through or the time is over; ends early with the first input that breaks the rule. */
  run(limits: FuzzLimits): Promise<FuzzResult>;
}

export interface FuzzLimits {
  readonly seed: number;
  readonly maxInputs: number;
  readonly maxMs: number;
}

export interface FuzzResult {
  readonly inputs: number;
  /** Blocks of the program that they reached; null where nobody looked. */
  readonly blocks: number | null;
  /** The smallest input found that breaks the rule, and why; null: none did. */
  readonly finding: string | null;
}

/** A target by its inputs and the rule that holds for each, which throws where it does not. */
export function target<T>(name: string, inputs: fc.Arbitrary<T>, rule: (input: T) => void | Promise<void>): Target {
  return {
    name,
    run: async ({ seed, maxInputs, maxMs }) => {
      const details = await fc.check(
        fc.asyncProperty(inputs, async (input) => rule(input)),
        { seed, numRuns: maxInputs, interruptAfterTimeLimit: maxMs, markInterruptAsFailure: false },
      );
      if (!details.failed) return { inputs: details.numRuns, blocks: null, finding: null };
      const { errorInstance: why } = details;
      const reason = why instanceof Error ? (why.stack ?? why.message) : String(why);
      return { inputs: details.numRuns, blocks: null, finding: `${fc.defaultReportMessage(details)}\n${reason}` };
    },
  };
}
