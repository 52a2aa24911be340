import type { Change } from '../../shared/model.ts';
import { othersWords } from '../../shared/words/told-text.ts';
import type { Redactor } from './redaction.ts';

/** A change without secrets: names of members and values of clients stand in it. */
export function cleanChange(change: Change, redactor: Pick<Redactor, 'text'>): Change {
  return { ...change, path: redactor.text(change.path), why: othersWords(redactor.text(change.why)) };
}
