import type { ServerResponse } from 'node:http';
import type { Dialect } from '../../shared/model.ts';

/** Which header Anthropic's clients read and show; the others read `x-request-id`. */
const names = { responses: 'x-request-id', chat: 'x-request-id', messages: 'request-id' } as const satisfies Record<
  Dialect,
  string
>;

/** Tells a client how its request is called; that of a turn finds it in the traces. An id of upstream's own goes before it. */
export function tellRequestId(response: ServerResponse, dialect: Dialect, id: string): void {
  if (!response.headersSent) response.setHeader(names[dialect], id);
}

/** The id that an answer tells; null where it tells none. */
export function requestIdOf(response: ServerResponse): string | null {
  const id = Object.values(names)
    .map((name) => response.getHeader(name))
    .find((value) => value !== undefined);
  return id === undefined ? null : String(id);
}
