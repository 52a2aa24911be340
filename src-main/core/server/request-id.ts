import type { ServerResponse } from 'node:http';
import type { Dialect, RawHeader } from '../../shared/model.ts';
import { dialects } from '../dialects/dialects.ts';
import { flatHeaders, headerValue, type RawHeaders } from '../headers.ts';

/** The headers that name the requests of answers. Set on an answer one by one, each other header would be, too. */
const ids = new WeakMap<ServerResponse, RawHeader>();

/** Has an answer tell how its request is called; that of a turn finds it in the traces. An id of upstream's own goes before it. */
export function tellRequestId(response: ServerResponse, dialect: Dialect, id: string): void {
  ids.set(response, [dialects[dialect].requestIdHeader, id]);
}

/** The id that an answer tells; null where it tells none. */
export function requestIdOf(response: ServerResponse): string | null {
  return ids.get(response)?.[1] ?? null;
}

/** Writes an answer's head, with the name of its request. */
export function writeHead(response: ServerResponse, status: number, headers: RawHeaders): ServerResponse {
  const id = ids.get(response);
  const isNamed = id === undefined || headerValue(headers, id[0]) !== null;
  return response.writeHead(status, flatHeaders(isNamed ? headers : [id, ...headers]));
}
