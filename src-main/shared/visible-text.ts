/**
 * Text from files, clients and upstream as a terminal or a log may show it: control characters, and those that turn the
 * direction of what follows, are written out, so that none of them can move a cursor or hide a word.
 */

const hidden = /[[\p{Cc}--[\t\n]]\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gv;

/** Beside those: what has no width. Joiners stay, for scripts and emoji are written with them. */
const unseen = /[\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
const seen = /[^\s\p{C}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** A name as somebody gave it, without what turns the direction of its neighbours; empty where nothing of it can be seen. */
export function plainName(text: string): string {
  const name = text.replace(unseen, '').trim();
  return seen.test(name) ? name : '';
}

/** The text with `\u001b` and its like written out; tabs and line breaks stay. */
export function visibleText(text: string): string {
  return text.replace(hidden, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
