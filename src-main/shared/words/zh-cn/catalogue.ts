import type { Catalogue } from '../words.ts';
import { settingsWords } from './settings.ts';
import { shellWords } from './shell.ts';
import { unitWords } from './units.ts';
import { waysWords } from './ways.ts';

/** Every text in simplified Chinese. What a thing is called is laid down in glossary.md. */
export const chineseCatalogue: Catalogue = { ...unitWords, ...shellWords, ...settingsWords, ...waysWords };
