import { englishCatalogue } from './en/catalogue.ts';
import type { TextId } from './texts.ts';

/** What is kept in English, since clients and commands are told it too: errors, what is known of a turn's, how a sign-in ended. */
const kept = /^(errors|failures\.(turn|signIn))\.|^lab\.(strayed|cutOff)$/;
/** Longer texts are none of ours. */
const maxChars = 1_000;

interface KeptText {
  readonly id: TextId;
  readonly form: RegExp;
}

const names = (text: string): readonly string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');

/** What stands between the parameters of a text is matched as it is; longer texts come first, being the more precise. */
function formOf(text: string): RegExp {
  const between = text.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${between.join('(.+?)')}$`, 's');
}

let forms: readonly KeptText[] | null = null;

function keptTexts(): readonly KeptText[] {
  const ids = (Object.keys(englishCatalogue) as TextId[]).filter((id) => kept.test(id));
  const byLength = ids.toSorted((one, other) => englishCatalogue[other].length - englishCatalogue[one].length);
  return byLength.map((id) => ({ id, form: formOf(englishCatalogue[id]) }));
}

/** Which text a kept English one is, and with which parameters; null where it is another's words. */
export function readEnglish(
  text: string,
): { readonly id: TextId; readonly values: Readonly<Record<string, string>> } | null {
  if (text.length > maxChars) return null;
  forms ??= keptTexts();
  for (const { id, form } of forms) {
    const found = form.exec(text);
    if (found === null) continue;
    const entries = names(englishCatalogue[id]).map((name, index) => [name, found[index + 1] ?? '']);
    return { id, values: Object.fromEntries(entries) };
  }
  return null;
}
