import type { ServerResponse } from 'node:http';
import type { Dialect } from '../../shared/model.ts';
import { dialects } from '../dialects/dialects.ts';

const names = new Set(Object.values(dialects).map(({ requestIdHeader }) => requestIdHeader));

/** Tells a client how its request is called; that of a turn finds it in the traces. An id of upstream's own goes before it. */
export function tellRequestId(response: ServerResponse, dialect: Dialect, id: string): void {
  if (!response.headersSent) response.setHeader(dialects[dialect].requestIdHeader, id);
}

/** The id that an answer tells; null where it tells none. */
export function requestIdOf(response: ServerResponse): string | null {
  const id = [...names].map((name) => response.getHeader(name)).find((value) => value !== undefined);
  return id === undefined ? null : String(id);
}
