import { settingsWords } from './settings.ts';
import { shellWords } from './shell.ts';
import { unitWords } from './units.ts';
import { waysWords } from './ways.ts';

/** Every text in English, which says what texts there are: a file an area of the program. */
export const englishCatalogue = { ...unitWords, ...shellWords, ...settingsWords, ...waysWords } as const;
