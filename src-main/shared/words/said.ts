import { english } from './english.ts';
import type { ArgumentsOf, TextId } from './texts.ts';
import { tell } from './told.ts';
import type { Told } from './told-text.ts';

/** What an error carries that is told: in English to clients, commands and logs, as its code to screens. */
export function saidInEnglish(told: Told): { readonly message: string; readonly told: Told } {
  return { message: english.told(told), told };
}

/** The same of a text of the catalogue. */
export function said<Id extends TextId>(id: Id, ...values: ArgumentsOf<Id>): ReturnType<typeof saidInEnglish> {
  return saidInEnglish(tell(id, ...values));
}
