import { SlipstreamError } from '../../shared/errors.ts';
import type { Dialect } from '../../shared/model.ts';
import { readVerdict } from '../accounts/verdict-table.ts';
import { isJsonObject, type JsonObject, objectMember, textMember } from '../json.ts';

const aboutModel = /(?:\b|_)model(?:\b|_)/i;

/**
 * Upstream's no to a model that it does not know, or that the account does not have: the vendors' own APIs call it not found, and
 * their clients then ask for another one. Upstream's words stay, and for Responses its form too (PROTOCOL.md, Other dialects).
 */
export function modelNotFound(error: SlipstreamError, dialect: Dialect): SlipstreamError {
  const body = isJsonObject(error.upstreamBody) ? error.upstreamBody : null;
  const told = objectMember(body, 'error');
  if (dialect === 'responses' || error.code !== 'upstream_refused' || !isOfModel(error, told)) return error;
  const { message, headers, retryAfterSeconds, cause } = error;
  return new SlipstreamError(error.code, {
    message,
    status: 404,
    headers,
    cause,
    upstreamBody: { error: { ...told, message, type: 'invalid_request_error', code: 'model_not_found' } },
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

/** Only where code or words name the model: a plan may lack other things, too. */
function isOfModel({ status, message }: SlipstreamError, told: JsonObject | null): boolean {
  const [code, type] = [textMember(told, 'code'), textMember(told, 'type')];
  const verdict = readVerdict({ status, code, type, param: textMember(told, 'param'), message });
  return verdict === 'model' && [code, type, message].some((said) => aboutModel.test(said ?? ''));
}
