import type { englishCatalogue } from './en/catalogue.ts';
import type { ParametersOf, SameIds } from './message.ts';

/** The English texts, which say what texts there are. */
export type English = typeof englishCatalogue;

/** The id of a text: its area, a dot, and what it says. */
export type TextId = keyof English;

/** Every text of one language; English says which there are. */
export type Catalogue = SameIds<English>;

/** The parameters of a text. */
export type Values<Id extends TextId> = ParametersOf<English[Id]>;
/** The parameters of a text, where it has some. */
export type ArgumentsOf<Id extends TextId> = keyof Values<Id> extends never ? [] : [values: Values<Id>];
