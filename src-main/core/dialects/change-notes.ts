import type { Change } from '../../shared/model.ts';
import { tell } from '../../shared/words/told.ts';
import type { Told } from '../../shared/words/told-text.ts';

/** A body may hold any number of things to drop; what is done does not depend on the note. */
const maxNotes = 100;

interface Note {
  readonly path: string;
  readonly action: Change['action'];
  readonly why: Told;
  count: number;
}

/**
 * Collects what a translation does to a client's request, in the client's own paths. Long conversations repeat
 * themselves, so what happens to one member in many places is told once: with the first place, and how often.
 */
export class ChangeNotes {
  readonly #notes = new Map<string, Note>();

  /** Notes one change; `path` is the member's place in the client's body, such as `messages[0].content`. */
  add(path: string, action: Change['action'], why: Told): void {
    const key = `${action} ${path.replaceAll(/\[\d+\]/g, '[]')} ${why}`;
    const known = this.#notes.get(key);
    if (known !== undefined) known.count += 1;
    else if (this.#notes.size < maxNotes) this.#notes.set(key, { path, action, why, count: 1 });
  }

  /** The notes so far, as a trace shows them. */
  get changes(): Change[] {
    return [...this.#notes.values()].map(({ path, action, why, count }) => ({
      step: 'dialect',
      path: `body.${path}`,
      action,
      why: count === 1 ? why : tell('why.times', { why, count }),
    }));
  }
}
