import { readChatTurn } from '../../src-main/core/dialects/chat/request.ts';
import { readMessagesTurn } from '../../src-main/core/dialects/messages/request.ts';
import { parseRequestObject } from '../../src-main/core/dialects/request-json.ts';
import { type ResponsesRequest, readResponsesRequest } from '../../src-main/core/dialects/responses/request.ts';
import type { ReadContext, TranslatedTurn } from '../../src-main/core/dialects/translation.ts';
import type { JsonObject } from '../../src-main/core/json.ts';
import { atOnce } from '../../src-main/core/slices.ts';
import { type ChainProbe, hashBody, probeChain } from '../../src-main/core/turn/chains.ts';

/** Requests from their texts, as the server reads them. */

export function chatFrom(raw: Buffer): TranslatedTurn {
  return readChatTurn(parseRequestObject(raw).body);
}

export function messagesFrom(raw: Buffer, context: ReadContext): TranslatedTurn {
  return readMessagesTurn(parseRequestObject(raw).body, context);
}

export function responsesFrom(raw: Buffer): ResponsesRequest {
  return readResponsesRequest(parseRequestObject(raw), raw);
}

export function probeOf(body: JsonObject, model: string, tier: string | null): ChainProbe {
  return probeChain(atOnce(hashBody(body)), model, tier);
}
