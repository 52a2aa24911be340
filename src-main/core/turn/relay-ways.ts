import { clientKind } from '../normalise/client-kind.ts';
import type { RelayParts } from './relay.ts';
import type { ToldItems } from './told-items.ts';
import type { TurnRequest } from './turn.ts';

/** How a request's client is told of its turn: Codex as upstream tells it, others as the vendor's public API does. */
export function relayWays(
  { body, clientTransport, dialect, headers }: Pick<TurnRequest, 'body' | 'clientTransport' | 'dialect' | 'headers'>,
  toldItems: ToldItems,
): Pick<RelayParts, 'renamesDone' | 'keepsNewEnds' | 'failuresAsErrors' | 'completesOutput' | 'toldItems'> {
  const { isCodex } = clientKind(headers);
  const isResponses = dialect === 'responses';
  const isCodexStream = isResponses && isCodex && body.stream === true;
  return {
    renamesDone: clientTransport === 'http' || isCodex,
    keepsNewEnds: isCodexStream,
    failuresAsErrors: !isResponses,
    completesOutput: isResponses && !isCodexStream,
    toldItems: isResponses && !isCodex && body.store !== false ? toldItems : null,
  };
}
