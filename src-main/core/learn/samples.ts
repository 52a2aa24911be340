import type { Transport } from '../../shared/model.ts';
import { headerValue, type RawHeaders } from '../headers.ts';
import { type Json, type JsonObject, objectMember, parseJsonObject, textMember } from '../json.ts';

/** One turn as the client sent it, in the parts that a profile knows. */
export interface Sample {
  readonly transport: Transport;
  readonly headers: ReadonlyMap<string, string>;
  readonly fields: ReadonlyMap<string, Json>;
  readonly clientMetadata: ReadonlyMap<string, Json>;
  readonly turnMetadata: ReadonlyMap<string, Json>;
  readonly acceptEncoding: string | null;
  readonly contentEncoding: string | null;
  /** What values can be told by. */
  readonly facts: Readonly<
    Record<'session' | 'window' | 'turn' | 'model' | 'version' | 'originator' | 'installation', string | null>
  >;
}

/** Carries the bytes, or belongs to whoever is called: no part of the client's shape. */
const carrying =
  /^(host|connection|upgrade|keep-alive|te|expect|sec-.*|content-length|content-encoding|transfer-encoding|accept-encoding)$/;
/** Written by programs between a client and us, or by the user for them. */
const foreign =
  /^(cookie|origin|referer|via|forwarded|x-forwarded-.*|x-real-ip|x-api-key|proxy-.*|cf-.*|traceparent|tracestate|baggage|cache-control|pragma|priority|dnt|accept-language)$/;

/** Whether a header says something of the client, and not of the way it came. */
export function isOfClient(name: string): boolean {
  return !carrying.test(name) && !foreign.test(name);
}

/** A name that a profile can keep; others are not of the official client's making. */
function isName(name: string): boolean {
  return /^[A-Za-z0-9][\w.-]{0,63}$/.test(name);
}

const maxNames = 200;
const maxMetadataChars = 16_384;

/** The turn metadata's text as its object; null for one that is too long to be looked at. */
const metadataIn = (text: string | null) =>
  text === null || text.length > maxMetadataChars ? null : parseJsonObject(text);

function mapOf(object: JsonObject | null): Map<string, Json> {
  const map = new Map<string, Json>();
  for (const name in object) {
    if (map.size >= maxNames) break;
    const value = Object.hasOwn(object, name) ? object[name] : undefined;
    if (value !== undefined && isName(name)) map.set(name, value);
  }
  return map;
}

/** One turn's parts; `body` is the frame of a websocket, or the one body of a POST. */
export function sampleOf(transport: Transport, rawHeaders: RawHeaders, body: JsonObject): Sample {
  const headers = new Map<string, string>();
  for (const [rawName, value] of rawHeaders) {
    const name = rawName.toLowerCase();
    if (isName(name) && isOfClient(name)) headers.set(name, value);
  }
  const metadata = objectMember(body, 'client_metadata');
  const inHeader = headerValue(rawHeaders, 'x-codex-turn-metadata');
  const turn = {
    ...metadataIn(inHeader),
    ...metadataIn(textMember(metadata, 'x-codex-turn-metadata')),
  };
  const session =
    textMember(body, 'prompt_cache_key') ??
    headers.get('thread-id') ??
    headers.get('session-id') ??
    headers.get('session_id') ??
    null;
  return {
    transport,
    headers,
    fields: mapOf(body),
    clientMetadata: mapOf(metadata),
    turnMetadata: mapOf(turn),
    acceptEncoding: headerValue(rawHeaders, 'accept-encoding'),
    contentEncoding: headerValue(rawHeaders, 'content-encoding'),
    facts: {
      session,
      window: session === null ? null : `${session}:0`,
      turn: textMember(turn, 'turn_id'),
      model: textMember(body, 'model'),
      version: headers.get('version') ?? headers.get('user-agent')?.match(/\/(\d+\.\d+\.\d+)/)?.[1] ?? null,
      originator: headers.get('originator') ?? null,
      installation: textMember(turn, 'installation_id') ?? textMember(metadata, 'x-codex-installation-id'),
    },
  };
}

/** The three numbers of a version as a client writes it; null for anything else. */
export function threeNumbers(text: string | null): string | null {
  return text?.match(/^(\d{1,3}\.\d{1,4}\.\d{1,4})(?:[-+]|$)/)?.[1] ?? null;
}
