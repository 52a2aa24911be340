import { type ErrorCode, errorTable } from '../../../src-main/shared/errors.ts';
import { english } from '../../../src-main/shared/words/english.ts';
import type { TextId } from '../../../src-main/shared/words/texts.ts';
import type { Words } from '../../../src-main/shared/words/words.ts';

const codes = Object.keys(errorTable) as ErrorCode[];
const own = ['lab.strayed', 'lab.cutOff'] as const satisfies readonly TextId[];
const byEnglish = new Map<string, TextId>([
  ...codes.map((code) => [errorTable[code].text, `errors.${code}`] as const),
  ...own.map((id) => [english.t(id), id] as const),
]);

/** Why a kept turn or experiment failed, which is kept in English: in the language of the moment where it is one of ours, else as it came. */
export function failureText(words: Words, text: string): string {
  const id = byEnglish.get(text);
  return id === undefined ? words.told(text) : words.t(id as 'lab.strayed');
}
