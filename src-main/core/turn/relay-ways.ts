import { clientKind } from '../normalise/client-kind.ts';
import type { RelayParts } from './relay.ts';
import type { ToldItems } from './told-items.ts';
import type { TurnRequest } from './turn.ts';

/** How a request's client is told of its turn: Codex as upstream tells it, others as the vendor's public API does. */
export function relayWays(
  { body, clientTransport, dialect, headers }: Pick<TurnRequest, 'body' | 'clientTransport' | 'dialect' | 'headers'>,
  toldItems: ToldItems,
): Pick<RelayParts, 'renamesDone' | 'failuresAsErrors' | 'completesOutput' | 'toldItems'> {
  const { isCodex } = clientKind(headers);
  const isResponses = dialect === 'responses';
  return {
    renamesDone: clientTransport === 'http' || isCodex,
    failuresAsErrors: !isResponses,
    completesOutput: isResponses && !(isCodex && body.stream === true),
    toldItems: isResponses && !isCodex && body.store !== false ? toldItems : null,
  };
}
