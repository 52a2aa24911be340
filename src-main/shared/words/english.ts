import { englishCatalogue } from './en/catalogue.ts';
import { createWords } from './words.ts';

/** What is spoken until another language is there, and where English is the contract: commands, logs, answers to clients. */
export const english = createWords('en', englishCatalogue);
