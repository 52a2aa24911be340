import { englishCatalogue } from './en/catalogue.ts';
import type { TextId } from './texts.ts';
import { tellAll } from './told.ts';
import { othersWords } from './told-text.ts';

/** What is kept in English, since clients and commands are told it too: errors, what is known of a turn's, how a sign-in ended. */
const kept = /^(errors|failures\.(turn|signIn))\.|^lab\.(strayed|cutOff)$/;
/** What stands in such a text one after another: why each account serves no turn. */
const keptSentences = /^failures\.unused\./;
/** What upstream says of an account, which stands in those. */
const keptVerdicts = /^troubles\.said/;
/** What stands in those in turn. */
const keptPhrases = /^troubles\.(?!said|link|renew|quota|http)/;
/** Longer texts are none of ours. */
const maxChars = 6_000;

interface KeptText {
  readonly id: TextId;
  readonly names: readonly string[];
  /** What stands before, between and behind its parameters. */
  readonly between: readonly string[];
}

interface ReadText {
  readonly id: TextId;
  readonly values: Readonly<Record<string, string>>;
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

const known = new Map<RegExp, readonly KeptText[]>();

function textsOf(which: RegExp): readonly KeptText[] {
  const found = known.get(which);
  if (found !== undefined) return found;
  const ids = (Object.keys(englishCatalogue) as TextId[]).filter((id) => which.test(id));
  // Longer texts come first, being the more precise.
  const byLength = ids.toSorted((one, other) => englishCatalogue[other].length - englishCatalogue[one].length);
  const texts = byLength.map((id) => {
    const text = englishCatalogue[id];
    const names = [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
    return { id, names, between: text.split(/\{\w+\}/) };
  });
  known.set(which, texts);
  return texts;
}

/** The text of those that it is, with what stands in it as `inner` reads that; null where it is none. */
function readAs(which: RegExp, text: string, inner: (name: string, value: string) => string | null): ReadText | null {
  for (const { id, names, between } of textsOf(which)) {
    const values = valuesIn(text, between)?.map((value, index) => [names[index] ?? '', value] as const);
    const read = values?.map(([name, value]) => [name, inner(name, value)] as const);
    if (read?.every((entry): entry is [string, string] => entry[1] !== null) === true)
      return { id, values: Object.fromEntries(read) };
  }
  return null;
}

const toldAgain = (read: ReadText | null): string | null =>
  read === null ? null : `#${read.id}${JSON.stringify(read.values)}`;

function verdict(text: string): string | null {
  const phrase = (words: string) => toldAgain(readAs(keptPhrases, words, () => null));
  return toldAgain(
    readAs(keptVerdicts, text, (name, value) => {
      if (name === 'said') return verdict(value);
      return name === 'what' || name === 'mend' ? phrase(value) : value;
    }),
  );
}

/** With what a sentence goes on that could end before. */
const [, goesOn = ''] = englishCatalogue['troubles.said.words'].split(/\{\w+\}/);

/** Sentences of which each is known, as a list of told texts: what is not known stays as it is. */
function sentences(text: string): string {
  const read: string[] = [];
  let start = 0;
  for (let stop = text.indexOf('.'); stop >= 0; stop = text.indexOf('.', stop + 1)) {
    const isEnd = stop + 1 === text.length || (text[stop + 1] === ' ' && !text.startsWith(goesOn, stop + 1));
    const sentence = isEnd
      ? readAs(keptSentences, text.slice(start, stop + 1), (name, value) => (name === 'why' ? verdict(value) : value))
      : null;
    if (sentence === null) continue;
    read.push(toldAgain(sentence) ?? '');
    start = stop + 2;
  }
  const rest = text.slice(start);
  return tellAll([...read, ...(rest === '' ? [] : [rest])].map(othersWords));
}

/** Which text a kept English one is, and with which parameters; null where it is another's words. */
export function readEnglish(text: string): ReadText | null {
  if (text.length > maxChars) return null;
  return readAs(kept, text, (name, value) => (name === 'accounts' ? sentences(value) : value));
}
