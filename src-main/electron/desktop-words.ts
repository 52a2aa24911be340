import { app } from 'electron';
import { english } from '../shared/words/english.ts';
import { type Language, type LanguageChoice, languageFor } from '../shared/words/languages.ts';
import { createWords, type Words } from '../shared/words/words.ts';
import { chineseCatalogue } from '../shared/words/zh-cn/catalogue.ts';

let chinese: Words | null = null;

const wordsOf: Readonly<Record<Language, () => Words>> = {
  en: () => english,
  'zh-CN': () => {
    chinese ??= createWords('zh-CN', chineseCatalogue);
    return chinese;
  },
};

/** What tray, dialogs and notifications speak: as it is set, else as the system prefers; after the app is ready. */
export function desktopWords(choice: LanguageChoice = 'system'): Words {
  return wordsOf[languageFor(choice, app.getPreferredSystemLanguages())]();
}
