import { errorTable, type SlipstreamError } from '../../shared/errors.ts';
import { isJsonObject, type Json, type JsonObject, textMember } from '../json.ts';
import { ownBuffer } from '../own-memory.ts';
import { type ListedModel, unknownDateMs } from './dialect.ts';

/** A comment: clients of server-sent events read over it. */
export const commentSign = ownBuffer(': keepalive\n\n');

/** What kind of error upstream's refusal is, where upstream does not say. */
export function errorType({ code, status }: SlipstreamError): string {
  if (code !== 'upstream_refused' || status >= 500) return errorTable[code].type;
  return status === 429 ? 'rate_limit_error' : 'invalid_request_error';
}

/** The error's members as OpenAI clients read them; upstream's own words where upstream refused. */
export function openAiMembers(error: SlipstreamError): JsonObject {
  const upstream = isJsonObject(error.upstreamBody) ? error.upstreamBody.error : null;
  // Every client shows a person the message: it is a text, whatever upstream put there.
  if (isJsonObject(upstream)) return { ...upstream, message: textMember(upstream, 'message') ?? error.message };
  return { message: error.message, type: errorType(error), code: error.code, param: null };
}

/** The same for people who read the message alone: with the time at which exhausted accounts can be used again. */
export function membersWithReset(error: SlipstreamError): JsonObject {
  const members = openAiMembers(error);
  const { message, resets_at: resetsAt } = members;
  if (error.code !== 'accounts_exhausted' || typeof message !== 'string' || typeof resetsAt !== 'number')
    return members;
  return { ...members, message: `${message}; it resets at ${new Date(resetsAt * 1000).toISOString()}.` };
}

/** A model as OpenAI tells of it. */
export function openAiModel({ slug }: ListedModel): JsonObject {
  return { id: slug, object: 'model', created: unknownDateMs, owned_by: 'openai' };
}

/** Models as OpenAI lists them. */
export function openAiModels(models: readonly ListedModel[]): Json {
  return {
    object: 'list',
    data: models.map(openAiModel),
  };
}
