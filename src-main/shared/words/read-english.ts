import { englishCatalogue } from './en/catalogue.ts';
import type { TextId } from './texts.ts';

/** What is kept in English, since clients and commands are told it too: errors, what is known of a turn's, how a sign-in ended. */
const kept = /^(errors|failures\.(turn|signIn))\.|^lab\.(strayed|cutOff)$/;
/** Longer texts are none of ours. */
const maxChars = 1_000;

interface KeptText {
  readonly id: TextId;
  readonly names: readonly string[];
  /** What stands before, between and behind its parameters. */
  readonly between: readonly string[];
}

/** The parameters of a text that reads so; null where it does not. Each is as short as can be, so that one pass is enough. */
function valuesIn(text: string, between: readonly string[]): readonly string[] | null {
  const [before = '', ...pieces] = between;
  const behind = pieces.pop();
  if (behind === undefined) return text === before ? [] : null;
  if (!text.startsWith(before) || !text.endsWith(behind)) return null;
  const values: string[] = [];
  let start = before.length;
  for (const piece of pieces) {
    const end = text.indexOf(piece, start + 1);
    if (end < 0) return null;
    values.push(text.slice(start, end));
    start = end + piece.length;
  }
  const end = text.length - behind.length;
  return end > start ? [...values, text.slice(start, end)] : null;
}

let known: readonly KeptText[] | null = null;

function keptTexts(): readonly KeptText[] {
  const ids = (Object.keys(englishCatalogue) as TextId[]).filter((id) => kept.test(id));
  // Longer texts come first, being the more precise.
  const byLength = ids.toSorted((one, other) => englishCatalogue[other].length - englishCatalogue[one].length);
  return byLength.map((id) => {
    const text = englishCatalogue[id];
    const names = [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
    return { id, names, between: text.split(/\{\w+\}/) };
  });
}

/** Which text a kept English one is, and with which parameters; null where it is another's words. */
export function readEnglish(
  text: string,
): { readonly id: TextId; readonly values: Readonly<Record<string, string>> } | null {
  if (text.length > maxChars) return null;
  known ??= keptTexts();
  for (const { id, names, between } of known) {
    const values = valuesIn(text, between);
    if (values !== null)
      return { id, values: Object.fromEntries(names.map((name, index) => [name, values[index] ?? ''])) };
  }
  return null;
}
