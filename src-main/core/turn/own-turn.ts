import type { RawHeaders } from '../headers.ts';
import type { OwnTurn, TurnRequest } from './turn.ts';

/** A turn that Slipstream itself asks for. */
export interface OwnQuestion
  extends Pick<TurnRequest, 'dialect' | 'body' | 'raw' | 'translated'>,
    Omit<OwnTurn, 'fastPolicy'> {
  readonly path: string;
  readonly headers: RawHeaders;
}

/** A turn of Slipstream's own as one that a client asked over HTTP; its tier is the one it names. `nowMs` is monotonic. */
export function ownTurn({ transport, accountId, leftOut, ...asked }: OwnQuestion, nowMs: number): TurnRequest {
  return {
    ...asked,
    clientTransport: 'http',
    kind: 'turn',
    method: 'POST',
    connectionId: null,
    acceptedMs: nowMs,
    bodyReadMs: nowMs,
    own: { fastPolicy: 'auto', transport, accountId, ...(leftOut === undefined ? {} : { leftOut }) },
  };
}
