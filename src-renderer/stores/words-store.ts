import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Bridge } from '../../src-main/shared/contract.ts';
import { english } from '../../src-main/shared/words/english.ts';
import { type Language, languageFor } from '../../src-main/shared/words/languages.ts';
import { createWords, type Words } from '../../src-main/shared/words/words.ts';
import type { AppStore } from './app-store.ts';

interface WordsState {
  readonly words: Words;
  /** Before the first language is there; from then on a change shows once it has arrived. */
  readonly isLoading: boolean;
}

export type WordsStore = StoreApi<WordsState>;

/** Every language but English, which is always here, comes when it is wanted. */
const load: Readonly<Record<Language, () => Promise<Words>>> = {
  en: async () => english,
  'zh-CN': async () => {
    const { chineseCatalogue } = await import('../../src-main/shared/words/zh-cn/catalogue.ts');
    return createWords('zh-CN', chineseCatalogue);
  },
};

/** The language of the page: as it is set, where `preferred` are the languages that the browser likes. */
export function createWordsStore(app: AppStore, preferred: readonly string[]): WordsStore {
  const wanted = (): Language => languageFor(app.getState().settings?.language ?? 'system', preferred);
  const store = createStore<WordsState>()(() => ({ words: english, isLoading: wanted() !== 'en' }));
  let asked: Language = 'en';

  async function follow(): Promise<void> {
    const language = wanted();
    if (language === asked) return;
    asked = language;
    // A chunk that cannot be fetched leaves the language that is here.
    const words = await load[language]().catch(() => store.getState().words);
    if (asked === language) store.setState({ words, isLoading: false });
  }

  app.subscribe(() => void follow());
  void follow();
  return store;
}

/** The same calls, whose failures are told in the language of the page. */
export function speaking(bridge: Pick<Bridge, 'invoke'>, words: WordsStore): Pick<Bridge, 'invoke'> {
  return {
    invoke: async (name, input) => {
      const result = await bridge.invoke(name, input);
      if (result.ok) return result;
      const message = words.getState().words.failure(result.error);
      return { ...result, error: { ...result.error, message } };
    },
  };
}
