import type { ArgumentsOf, TextId } from './texts.ts';
import type { Told } from './told-text.ts';

/**
 * A text as it is stored and sent: the code of the catalogue with its parameters, such as `#why.tier.alias{"tier":"priority"}`.
 * Whoever shows it says it in the language of the moment, with `Words.told`. What does not begin like that is shown as it is:
 * upstream's own words, and texts that an older version stored.
 */
export function tell<Id extends TextId>(id: Id, ...[values]: ArgumentsOf<Id>): Told {
  return values === undefined ? plain(id) : (`#${id}${JSON.stringify(values)}` as Told);
}

/** Those without parameters are told many times a turn. */
const plainTexts = new Map<TextId, Told>();

function plain(id: TextId): Told {
  const known = plainTexts.get(id);
  if (known !== undefined) return known;
  const told = `#${id}` as Told;
  plainTexts.set(id, told);
  return told;
}

/** Several told texts, one after another. */
export function tellAll(texts: readonly Told[]): Told {
  return `#list.sentences${JSON.stringify({ texts })}` as Told;
}

/** What such a text is made of; null where it is none. */
export function readTold(
  text: string,
): { readonly id: string; readonly values: Record<string, string | number> } | null {
  const [, id, values] = /^#([a-z][\w-]*(?:\.[\w-]+)+)(\{.*\})?$/s.exec(text) ?? [];
  if (id === undefined) return null;
  try {
    return { id, values: JSON.parse(values ?? '{}') };
  } catch {
    return null;
  }
}

/** Figures that a text can be told with, each by the format that writes it in the language of the moment. */
type ToldFormat = 'percent' | 'shortInstant' | 'window' | 'bytes' | 'ms';

/** A figure as a parameter of a told text. */
export function toldFormat(format: ToldFormat, value: number): Told {
  return `#format.${format}${JSON.stringify({ value })}` as Told;
}

/** The texts that a list of them holds; null where it is none. */
export function toldList({ id, values }: NonNullable<ReturnType<typeof readTold>>): readonly string[] | null {
  const { texts }: { readonly texts?: unknown } = values;
  return id === 'list.sentences' && Array.isArray(texts) ? texts.map(String) : null;
}

/** Which format writes a told figure; null where it is none. */
export function formatTold(id: string): ToldFormat | null {
  const name = id.replace(/^format\./, '');
  return id.startsWith('format.') && /^(percent|shortInstant|window|bytes|ms)$/.test(name)
    ? (name as ToldFormat)
    : null;
}
