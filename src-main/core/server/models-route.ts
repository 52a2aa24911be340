import { SlipstreamError } from '../../shared/errors.ts';
import { fastTiers } from '../../shared/tiers.ts';
import { dialectOfHeaders, dialects } from '../dialects/dialects.ts';
import type { RawHeaders } from '../headers.ts';
import { isJsonObject, type Json, parseJsonObject, textMember } from '../json.ts';
import type { KeyPass } from '../key-pass.ts';
import type { Catalogue } from '../models/catalogue.ts';
import { type OfferedModel, offeredModels } from '../models/offered-models.ts';
import { clientKind } from '../normalise/client-kind.ts';

/** Who asks, and with which key; null for the first, which may use all. */
interface Asker {
  readonly headers: RawHeaders;
  readonly key: KeyPass | null;
}

/** `GET /v1/models/{id}` in the caller's shape. Throws `model_unknown`. */
export function answerModel(id: string, asker: Asker, catalogue: Catalogue): Json {
  const { headers, key } = asker;
  const offered = offeredTo(asker, catalogue);
  const model = offered.find(({ slug }) => slug === id);
  if (model !== undefined) return dialects[dialectOfHeaders(headers)].model(model);
  const known = offered.map(({ slug }) => slug).join(', ');
  const whose = key === null ? 'Upstream has no such model; it has' : 'There is no such model for this API key; it has';
  throw new SlipstreamError('model_unknown', { message: `${whose} ${known}.` });
}

/** Longest version, in characters, that is asked for and kept. */
const versionLimit = 40;

/** `GET /v1/models` in the shape the caller reads: Codex's catalogue, or its dialect's list; of what its key may use. */
export async function answerModels(query: URLSearchParams, asker: Asker, catalogue: Catalogue): Promise<Json | Buffer> {
  const { headers, key } = asker;
  const version = query.get('client_version');
  if (version !== null) {
    const answer = await catalogue.upstreamAnswer(version.slice(0, versionLimit));
    // A 404 makes the Codex client fall back to its own list (PROTOCOL.md, Side endpoints).
    if (answer === null)
      throw new SlipstreamError('upstream_unreachable', {
        status: 404,
        message: 'The model catalogue could not be read.',
      });
    return key === null ? answer : catalogueFor(key, answer);
  }
  return dialects[dialectOfHeaders(headers)].models(offeredTo(asker, catalogue));
}

/** Of a tier's aliases Codex hears nothing: it has a control of its own for that. */
function offeredTo({ headers, key }: Asker, catalogue: Catalogue): OfferedModel[] {
  return offeredModels(catalogue.models(), {
    tiers: clientKind(headers).isCodex ? [] : fastTiers.filter(({ id }) => key?.mayUse(id) ?? true),
    mayAsk: (slug) => key?.mayAsk(slug) ?? true,
  });
}

/** Upstream's own answer without the models that are not for a key; byte for byte where all are. */
function catalogueFor(key: KeyPass, answer: Buffer): Json | Buffer {
  const read = parseJsonObject(answer.toString());
  const models = read?.models;
  if (read === null || !Array.isArray(models)) return answer;
  const left = models.filter((model) => isJsonObject(model) && key.mayAsk(textMember(model, 'slug') ?? ''));
  return left.length === models.length ? answer : { ...read, models: left };
}
