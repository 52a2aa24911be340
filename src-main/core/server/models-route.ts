import { SlipstreamError } from '../../shared/errors.ts';
import { dialectOfHeaders, dialects } from '../dialects/dialects.ts';
import type { RawHeaders } from '../headers.ts';
import type { Json } from '../json.ts';
import type { Catalogue } from '../models/catalogue.ts';
import { offeredModels } from '../models/offered-models.ts';

/** `GET /v1/models/{id}` in the caller's shape. Throws `model_unknown`. */
export function answerModel(id: string, headers: RawHeaders, catalogue: Catalogue): Json {
  const offered = offeredModels(catalogue.models());
  const model = offered.find(({ slug }) => slug === id);
  if (model !== undefined) return dialects[dialectOfHeaders(headers)].model(model);
  const known = offered.map(({ slug }) => slug).join(', ');
  throw new SlipstreamError('model_unknown', { message: `Upstream has no such model; it has ${known}.` });
}

/** Longest version, in characters, that is asked for and kept. */
const versionLimit = 40;

/** `GET /v1/models` in the shape the caller reads: Codex's catalogue, or its dialect's list. */
export async function answerModels(
  query: URLSearchParams,
  headers: RawHeaders,
  catalogue: Catalogue,
): Promise<Json | Buffer> {
  const version = query.get('client_version');
  if (version !== null) {
    const answer = await catalogue.upstreamAnswer(version.slice(0, versionLimit));
    // A 404 makes the Codex client fall back to its own list (PROTOCOL.md, Side endpoints).
    if (answer === null)
      throw new SlipstreamError('upstream_unreachable', {
        status: 404,
        message: 'The model catalogue could not be read.',
      });
    return answer;
  }
  return dialects[dialectOfHeaders(headers)].models(offeredModels(catalogue.models()));
}
