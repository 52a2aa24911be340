import type { MutantList } from '../support/mutants.ts';
import type { Target } from './target.ts';

/** What came of inputs. */
interface Seen {
  readonly wrong: readonly string[];
  /** How many of them were taken, and not refused. */
  readonly taken: number;
}

/** Inputs that are the same in every run: `npm test` takes the first of them, `npm run fuzz` all, however long that takes. */
export interface Listed extends Target {
  readonly all: number;
  readonly sample: number;
  check(count: number): Promise<Seen>;
}

interface ListedParts<T> {
  readonly name: string;
  readonly of: Pick<MutantList, 'all' | 'sample'>;
  /** So many inputs; fewer are the first of them. */
  readonly inputs: (count: number) => Iterable<T>;
  /** Whether the input was taken; throws where it breaks the rule. */
  readonly rule: (input: T) => boolean | Promise<boolean>;
}

/** More say nothing new. */
const mostWrong = 5;

/** A target whose inputs are listed. */
export function listed<T>({ name, of: { all, sample }, inputs, rule }: ListedParts<T>): Listed {
  const check = async (most: number) => {
    const wrong: string[] = [];
    let taken = 0;
    for (const input of inputs(most)) {
      try {
        if (await rule(input)) taken += 1;
      } catch (thrown) {
        wrong.push(told(thrown));
        if (wrong.length === mostWrong) break;
      }
    }
    return { wrong, taken };
  };
  return {
    name,
    all,
    sample,
    check,
    run: async ({ maxInputs }) => {
      const count = Math.min(all, maxInputs);
      const { wrong } = await check(count);
      return { inputs: count, blocks: null, finding: wrong.length === 0 ? null : wrong.join('\n') };
    },
  };
}

/** Where an error was thrown, and what caused it. */
export function told(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const cause = thrown.cause === undefined ? '' : `\n${told(thrown.cause)}`;
  return `${thrown.stack ?? thrown.message}${cause}`;
}
