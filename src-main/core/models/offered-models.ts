import { cutText } from '../../shared/cut-text.ts';
import { fastTiers, type Tier } from '../../shared/tiers.ts';
import { type JsonObject, numberMember, textMember } from '../json.ts';
import { wholeCount } from '../told-numbers.ts';
import { listedEfforts, listedTiers } from './catalogue.ts';

const longestName = 200;

/** What is offered, and to whom; all to everybody where nothing is said. */
interface Offer {
  readonly tiers?: readonly Tier[];
  readonly mayAsk?: (slug: string) => boolean;
}

/** A model as it is offered to clients. */
export interface OfferedModel {
  readonly slug: string;
  readonly name: string;
  /** Its context window in tokens; null where the catalogue does not say. */
  readonly contextTokens: number | null;
  /** The longest answer in tokens; null where the catalogue does not say, as upstream's does not today. */
  readonly outputTokens: number | null;
  /** What a turn may bring, as `text`, `image`; text alone where the catalogue does not say. */
  readonly inputModalities: readonly string[];
  /** Reasoning levels, least first; none where it does not reason. */
  readonly efforts: readonly string[];
  /** The catalogue's order of preference, 1 first; null where it has none. */
  readonly rank: number | null;
}

/**
 * Slugs that a client may ask for, each once, the aliases of each fast tier included. Of a slug that the catalogue repeats the
 * first entry counts, as it does for turns, and a model's own slug is no alias of another.
 */
export function offeredModels(
  models: readonly JsonObject[],
  { tiers = fastTiers, mayAsk = () => true }: Offer = {},
): OfferedModel[] {
  const bySlug = new Map<string, JsonObject>();
  for (const model of models) {
    const slug = textMember(model, 'slug') ?? '';
    if (!bySlug.has(slug)) bySlug.set(slug, model);
  }
  return [...bySlug].flatMap(([slug, model]) => {
    if (model.visibility === 'hide') return [];
    const name = cutText(textMember(model, 'display_name') ?? slug, longestName);
    const plain = {
      slug,
      name,
      contextTokens: countMember(model, 'context_window'),
      outputTokens: countMember(model, 'max_output_tokens'),
      inputModalities: modalitiesOf(model),
      efforts: listedEfforts(model),
      rank: countMember(model, 'priority'),
    };
    const aliases = tiers
      .filter(({ id, aliasSuffix }) => listedTiers(model).includes(id) && !bySlug.has(`${slug}${aliasSuffix}`))
      .filter(({ aliasSuffix }) => mayAsk(slug) || mayAsk(`${slug}${aliasSuffix}`))
      .map(({ aliasSuffix, word }) => ({ ...plain, slug: `${slug}${aliasSuffix}`, name: `${name} (${word})` }));
    return mayAsk(slug) ? [plain, ...aliases] : aliases;
  });
}

function countMember(model: JsonObject, name: string): number | null {
  return wholeCount(numberMember(model, name));
}

function modalitiesOf({ input_modalities: listed }: JsonObject): readonly string[] {
  const named = Array.isArray(listed) ? listed.filter((modality) => typeof modality === 'string') : [];
  return named.length === 0 ? ['text'] : named;
}
