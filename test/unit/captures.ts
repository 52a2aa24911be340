import { readFileSync } from 'node:fs';
import type { RawHeaders } from '../../src-main/core/headers.ts';
import type { JsonObject } from '../../src-main/core/json.ts';

/** Recordings of the official client (PROTOCOL.md), copied to test/fixtures/captures. */

export type CaptureName =
  | 'appserver-official'
  | 'bearer-http'
  | 'bearer-ws'
  | 'default-official'
  | 'e-bearer-ws426'
  | 'o-ws426'
  | 'old118-official-fast'
  | 'tier-fast'
  | 'v118-http'
  | 'v171-http'
  | 'v171-http-fast'
  | 'v171-ws'
  | 'v171-ws-fast';

interface CaptureEvent {
  readonly kind: string;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: RawHeaders;
  readonly body?: JsonObject;
}

export interface Capture {
  /** Headers of each websocket upgrade. */
  readonly upgrades: readonly RawHeaders[];
  /** Bodies of `response.create` frames. */
  readonly frames: readonly JsonObject[];
  /** Turns over HTTP. */
  readonly posts: readonly { readonly headers: RawHeaders; readonly body: JsonObject }[];
}

export function captured(name: CaptureName): Capture {
  const text = readFileSync(new URL(`../fixtures/captures/${name}.json`, import.meta.url), 'utf8');
  const { events }: { readonly events: readonly CaptureEvent[] } = JSON.parse(text);
  const isPost = ({ kind, method, path }: CaptureEvent) =>
    kind === 'http' && method === 'POST' && path?.endsWith('/responses') === true;
  return {
    upgrades: events.filter(({ kind }) => kind === 'ws_upgrade').map(({ headers }) => concealed(headers ?? [])),
    frames: events.filter(({ kind }) => kind === 'ws_frame').map(({ body }) => body ?? {}),
    posts: events.filter(isPost).map(({ headers, body }) => ({ headers: concealed(headers ?? []), body: body ?? {} })),
  };
}

/** As the listener hands headers on: the credential that opened the door is blanked. */
function concealed(headers: RawHeaders): RawHeaders {
  return headers.map(([name, value]) => [name, name.toLowerCase() === 'authorization' ? '<redacted>' : value]);
}

/** What the network libraries write themselves, or what only says how the bytes travel. */
const carrying = /^(host|connection|upgrade|sec-websocket-.*|content-length)$/;

/** Names of headers, lower case, sorted, less those that only carry. */
export function headerSet(headers: RawHeaders): string[] {
  return [...new Set(headers.map(([name]) => name.toLowerCase()))].filter((name) => !carrying.test(name)).sort();
}
