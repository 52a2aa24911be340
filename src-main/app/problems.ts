import type { Host } from '../core/ports.ts';
import type { Problem } from '../shared/model.ts';
import type { Told } from '../shared/words/told-text.ts';

/**
 * All that is wrong with the files of a data folder: settings, other files, and the database of turns, whose problem is
 * `traces`.
 */
export function problemsOf(
  { settings, troubles }: Pick<Host, 'settings' | 'troubles'>,
  traces: Told | null,
): Problem[] {
  return [
    ...settings.problems().map((text) => ({ about: 'settings', text }) as const),
    ...troubles.list().map((text) => ({ about: 'files', text }) as const),
    ...(traces === null ? [] : [{ about: 'traces', text: traces } as const]),
  ];
}
