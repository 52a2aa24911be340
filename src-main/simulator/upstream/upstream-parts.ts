import type { AccountRegistry } from '../accounts/accounts.ts';
import type { Catalogue } from '../model/catalogue.ts';
import type { HeaderRules, Strictness } from '../rules/validate-headers.ts';
import type { TurnParts } from '../turns/turn.ts';
import type { ConnectionNumbers } from './connection-numbers.ts';

interface UpstreamOptions {
  readonly strictness: Strictness;
  /** A socket older than this gets `websocket_connection_limit_reached` (upstream: 60 min). */
  readonly socketLifetimeMs: number;
  /** Websocket messages of at least this many characters are deflated, if the client offered it. */
  readonly compressFromChars: number;
  /** 400s over HTTP as `{"detail":"…"}`, the other shape seen from chatgpt.com. */
  readonly httpDetailErrors: boolean;
  /** The largest websocket message, where upgrades announce it; null: 16 MiB, unannounced. */
  readonly maxMessageBytes: number | null;
  /** More headers of the answers to upgrades. */
  readonly upgradeHeaders: Readonly<Record<string, string>>;
  /** Paths below the base that nothing is known of are answered, with what came. */
  readonly answersUnknownPaths: boolean;
  /** Bodies may come encoded; false: 415 for them. */
  readonly encodedBodies: boolean;
  /** How streams are encoded for those who take it; null: not at all. */
  readonly answerEncoding: 'zstd' | 'gzip' | null;
}

/** What the upstream's doors need of a simulator. */
export interface UpstreamParts extends TurnParts {
  readonly options: UpstreamOptions & TurnParts['options'];
  readonly accounts: AccountRegistry;
  readonly catalogue: Catalogue;
  readonly headerRules: HeaderRules;
  readonly connections: ConnectionNumbers;
}
