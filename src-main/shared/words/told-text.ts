/**
 * A text that can be said in every language (told.ts). What the program tells screens has this type, so that a sentence of one
 * language does not compile there.
 */
export type Told = string & { readonly [isTold]: true };
declare const isTold: unique symbol;

/** What others said, as a text of no catalogue: it is shown as it is. */
export function othersWords(words: string): Told {
  return words as Told;
}
