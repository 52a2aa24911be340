/** The languages the page, the tray and notifications speak, by the tag that the platform's formatters take. */
export const languages = ['en', 'zh-CN'] as const;
export type Language = (typeof languages)[number];

/** What the user can set: `system` follows what the system, or the browser, prefers. */
export const languageChoices = ['system', ...languages] as const;
export type LanguageChoice = (typeof languageChoices)[number];

/** Each language in its own words: who is lost in another one finds the way back. */
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', 'zh-CN': '简体中文' };

/** The language to speak, where `preferred` are the tags that the system or browser likes, the best first. */
export function languageFor(choice: LanguageChoice, preferred: readonly string[]): Language {
  if (choice !== 'system') return choice;
  return preferred.map(spokenAs).find((language) => language !== null) ?? 'en';
}

/** By the language alone: whoever likes other English or Chinese best would rather have this than what comes after it. */
function spokenAs(tag: string): Language | null {
  const base = tag.toLowerCase().split(/[-_.]/)[0] ?? '';
  return languages.find((language) => language.split('-')[0] === base) ?? null;
}
