import { isDrawn, readSample } from './draw.ts';

/**
 * Stryker knows no sample. What has a say before a mutant is run is a checker: this one turns down each that is not drawn, which
 * Stryker then reports as one that does not compile.
 */
function drawChecker() {
  const sample = readSample(process.env.MUTATE_SAMPLE);
  return {
    init: async () => {},
    group: async (mutants: readonly { readonly id: string }[]) => [mutants.map(({ id }) => id)],
    check: async (mutants: readonly { readonly id: string }[]) => {
      const status = (id: string) => (sample === null || isDrawn(sample, id) ? 'passed' : 'compileError');
      return Object.fromEntries(mutants.map(({ id }) => [id, { status: status(id), reason: 'not drawn' }]));
    },
  };
}

/** Read by Stryker. */
export const strykerPlugins = [{ kind: 'Checker', name: 'draw', factory: drawChecker }];
