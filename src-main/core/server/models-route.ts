import { SlipstreamError } from '../../shared/errors.ts';
import { aliasParts, fastTiers, type Tier } from '../../shared/tiers.ts';
import type { ModelFacts } from '../dialects/translation.ts';
import { headerValue, type RawHeaders } from '../headers.ts';
import { type Json, type JsonObject, textMember } from '../json.ts';
import { type Catalogue, listedTiers } from '../models/catalogue.ts';

/** Upstream does not say when a model was made; clients only want a number. */
const unknownDate = 0;

function listed(models: readonly JsonObject[]): JsonObject[] {
  return models.filter((model) => model.visibility !== 'hide');
}

/** A model as it is offered to clients. */
export interface OfferedModel {
  readonly slug: string;
  readonly name: string;
  /** Its context window in tokens; null where the catalogue does not say. */
  readonly contextTokens: number | null;
  /** The catalogue's order of preference, 1 first; null where it has none. */
  readonly rank: number | null;
}

/** Slugs that a client may ask for, the aliases of each fast tier included. */
export function offeredModels(models: readonly JsonObject[], tiers: readonly Tier[] = fastTiers): OfferedModel[] {
  return listed(models).flatMap((model) => {
    const slug = textMember(model, 'slug') ?? '';
    const name = textMember(model, 'display_name') ?? slug;
    const plain = {
      slug,
      name,
      contextTokens: countMember(model, 'context_window'),
      rank: countMember(model, 'priority'),
    };
    const aliases = tiers
      .filter(({ id }) => listedTiers(model).includes(id))
      .map(({ aliasSuffix, word }) => ({ ...plain, slug: `${slug}${aliasSuffix}`, name: `${name} (${word})` }));
    return [plain, ...aliases];
  });
}

function countMember(model: JsonObject, name: string): number | null {
  const value = model[name];
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : null;
}

/** What a translation may ask of the catalogue. */
export function modelFacts(catalogue: Catalogue): ModelFacts {
  return {
    efforts: (model) => catalogue.effortsOf(model) ?? catalogue.effortsOf(aliasParts(model)?.model ?? ''),
    offered: () => offeredModels(catalogue.models()).map(({ slug }) => slug),
  };
}

/** `GET /v1/models` in the shape the caller reads: Codex's catalogue, Anthropic's list or OpenAI's (DESIGN §5.2). */
export async function answerModels(
  query: URLSearchParams,
  headers: RawHeaders,
  catalogue: Catalogue,
): Promise<Json | Buffer> {
  if (query.has('client_version')) {
    const answer = await catalogue.upstreamAnswer();
    // A 404 makes the Codex client fall back to its own list (reference/codex-official.md §8).
    if (answer === null)
      throw new SlipstreamError('upstream_unreachable', {
        status: 404,
        message: 'The model catalogue could not be read.',
      });
    return answer;
  }
  const models = offeredModels(catalogue.models());
  if (headerValue(headers, 'anthropic-version') !== null) {
    return {
      data: models.map(({ slug, name }) => ({
        type: 'model',
        id: slug,
        display_name: name,
        created_at: new Date(unknownDate).toISOString(),
      })),
      has_more: false,
      first_id: models[0]?.slug ?? null,
      last_id: models.at(-1)?.slug ?? null,
    };
  }
  return {
    object: 'list',
    data: models.map(({ slug }) => ({ id: slug, object: 'model', created: unknownDate, owned_by: 'openai' })),
  };
}
