import type { SimulatedAccount } from '../accounts/accounts.ts';
import type { CiphertextSeal } from '../accounts/ciphertext.ts';
import { newSecret } from '../ids.ts';
import type { Catalogue } from '../model/catalogue.ts';

interface HeaderParts {
  readonly seal: CiphertextSeal;
  readonly catalogue: Catalogue;
}

/** Response headers of an upgrade or a post (PROTOCOL.md, Websocket, Usage and limits). */
export function responseHeaders(
  { seal, catalogue }: HeaderParts,
  account: SimulatedAccount,
  model: string | undefined,
): Record<string, string> {
  return {
    'x-request-id': `req_${newSecret(12)}`,
    'x-codex-turn-state': seal.seal(account.id, 1),
    'x-models-etag': catalogue.etag,
    ...(model === undefined ? {} : { 'openai-model': model }),
    ...account.usage.headers(),
  };
}
