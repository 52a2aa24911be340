import { aliasParts } from '../../shared/tiers.ts';
import type { Catalogue } from './catalogue.ts';
import { offeredModels } from './offered-models.ts';

/** The catalogue as translations ask it; efforts also of a tier's alias, null for a model that is not known. */
export function modelFacts(catalogue: Catalogue) {
  return {
    efforts: (model: string): readonly string[] | null =>
      catalogue.effortsOf(model) ?? catalogue.effortsOf(aliasParts(model)?.model ?? ''),
    offered: (): readonly string[] => offeredModels(catalogue.models()).map(({ slug }) => slug),
  };
}
