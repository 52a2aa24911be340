import { SlipstreamError } from '../../shared/errors.ts';
import { headerValue, type RawHeaders } from '../headers.ts';
import type { Json } from '../json.ts';
import type { Catalogue } from '../models/catalogue.ts';
import { offeredModels } from '../models/offered-models.ts';

/** Upstream does not say when a model was made; clients only want a number. */
const unknownDate = 0;

/** `GET /v1/models` in the shape the caller reads: Codex's catalogue, Anthropic's list or OpenAI's. */
export async function answerModels(
  query: URLSearchParams,
  headers: RawHeaders,
  catalogue: Catalogue,
): Promise<Json | Buffer> {
  if (query.has('client_version')) {
    const answer = await catalogue.upstreamAnswer();
    // A 404 makes the Codex client fall back to its own list (PROTOCOL.md, Side endpoints).
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
