import { IntlMessageFormat } from 'intl-messageformat';
import { type ErrorCode, errorTable } from '../errors.ts';
import { noValue } from '../no-value.ts';
import { createFormats, type Formats } from './formats.ts';
import type { Language } from './languages.ts';
import type { TagsOf } from './message.ts';
import { readEnglish } from './read-english.ts';
import type { ArgumentsOf, Catalogue, English, TextId, Values } from './texts.ts';
import { formatTold, readTold, toldList } from './told.ts';

/** A text whose parameters and tags may be anything, such as elements of the page; every one must be given. */
export type RichValues<Id extends TextId, T> = {
  readonly [Name in keyof Values<Id>]: Values<Id>[Name] | T;
} & { readonly [Name in TagsOf<English[Id]>]: (children: readonly (string | T)[]) => T };

/** One language: its texts, and how figures and times read in it. */
export interface Words {
  readonly language: Language;
  readonly format: Formats;
  /** A text in this language. */
  t<Id extends TextId>(id: Id, ...values: ArgumentsOf<Id>): string;
  /**
   * A text that was stored or sent as its code (told.ts), whose parameters may be such codes too, or that was kept in English
   * (read-english.ts); any other as it is.
   */
  told(text: string): string;
  /** A failure: the default text of its code in this language; what is known beyond that as it came. */
  failure(failed: { readonly code: string; readonly message: string }): string;
  /** The same in pieces, where something other than text stands in it. */
  parts<Id extends TextId, T>(id: Id, values: RichValues<Id, T>): readonly (string | T)[];
}

/** How a text is looked up; what pure functions take that have something to say. */
export type Translate = Words['t'];

/** No date reaches further. */
const latestInstantMs = 8.64e15;

/** Whether a text of that id is in the catalogue: ids that are made of what upstream or a file said may not be. */
function isTextId(catalogue: Catalogue, id: string): id is TextId {
  return Object.hasOwn(catalogue, id);
}

/** What others said may look like a told figure, and be none. */
function isFigure(figure: ReturnType<typeof formatTold>, value: unknown): value is number {
  if (typeof value !== 'number' || !Number.isFinite(value)) return false;
  return figure !== 'shortInstant' || Math.abs(value) <= latestInstantMs;
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorTable, code);
}

/** The words of a language out of its catalogue. A message is read when it is first wanted, and kept. */
export function createWords(language: Language, catalogue: Catalogue): Words {
  const plain = new Map<TextId, IntlMessageFormat>();
  const rich = new Map<TextId, IntlMessageFormat>();

  function messageOf(known: Map<TextId, IntlMessageFormat>, id: TextId, ignoreTag: boolean): IntlMessageFormat {
    const message = known.get(id) ?? new IntlMessageFormat(catalogue[id], language, undefined, { ignoreTag });
    known.set(id, message);
    return message;
  }

  const t: Translate = (id, ...[values]) => {
    const text = catalogue[id];
    if (values === undefined && !text.includes('{')) return text;
    return String(messageOf(plain, id, true).format(values as Record<string, string | number>));
  };
  const format = createFormats(language, {
    unknown: noValue,
    now: t('units.now'),
    in: (span) => t('units.in', { span }),
    ago: (span) => t('units.ago', { span }),
    until: (instant) => t('units.until', { instant }),
  });

  function told(text: string): string {
    const read = readTold(text) ?? (language === 'en' ? null : readEnglish(text));
    if (read === null) return text;
    const list = toldList(read);
    if (list !== null)
      return list
        .map(told)
        .reduce((first, second) => (first === '' ? second : t('troubles.both', { first, second })), '');
    const figure = formatTold(read.id);
    if (figure !== null) return isFigure(figure, read.values.value) ? format[figure](read.values.value) : text;
    if (!isTextId(catalogue, read.id)) return text;
    const values = Object.entries(read.values).map(([name, value]) => [
      name,
      typeof value === 'string' ? told(value) : value,
    ]);
    try {
      return String(messageOf(plain, read.id, true).format(Object.fromEntries(values)));
    } catch {
      // Of another version, or cut: its parameters are not those of the text.
      return text;
    }
  }

  return {
    language,
    t,
    told,
    failure: ({ code, message }) => {
      const isPlain = isErrorCode(code) && errorTable[code].text === message;
      return isPlain ? catalogue[`errors.${code}`] : told(message);
    },
    parts: <Id extends TextId, T>(id: Id, values: RichValues<Id, T>) => {
      const parts = messageOf(rich, id, false).format<T>(values as never);
      return Array.isArray(parts) ? parts : [parts];
    },
    format,
  };
}
