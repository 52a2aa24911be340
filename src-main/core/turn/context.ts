import type { FastPolicy } from '../../shared/tiers.ts';
import type { Account } from '../accounts/account.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { Refresher } from '../accounts/refresh.ts';
import type { BoundedMap } from '../bounded-map.ts';
import type { Catalogue } from '../models/catalogue.ts';
import type { NewestVersion } from '../normalise/codex-version.ts';
import type { Platform } from '../normalise/identity.ts';
import type { ProfileBook } from '../normalise/profiles/book.ts';
import type { Clock, Logger } from '../ports.ts';
import type { HttpExecutor } from '../upstream/http.ts';
import type { SocketPool } from '../upstream/pool.ts';
import type { TurnWatcher } from '../watch.ts';
import type { Chains } from './chains.ts';
import type { Issuers } from './issuers.ts';
import type { KnownBodies } from './known-bodies.ts';
import type { Sessions } from './sessions.ts';
import type { Spares } from './spares.ts';
import type { ToldItems } from './told-items.ts';
import type { TransportMemory } from './transport-memory.ts';

/** What the user set, as of a turn's start. */
export interface TurnSettings {
  readonly fastPolicy: FastPolicy;
  readonly originator: string;
  readonly installationId: string;
}

/** A session whose tier a coin may decide. */
export interface CoinQuestion {
  readonly sessionId: string;
  readonly accountId: string;
  /** As it goes upstream. */
  readonly model: string;
  /** `yes` throws the coin for a session that has none, `perhaps` says how it would fall next, `no` only looks. */
  readonly begins: 'yes' | 'perhaps' | 'no';
}

export interface RunnerParts {
  readonly accounts: Accounts;
  readonly refresher: Refresher;
  readonly pool: SocketPool;
  readonly http: HttpExecutor;
  readonly catalogue: Catalogue;
  /** What upstream asks of an account's turns as `x-openai-account-routing-override`; null for nothing. Never rejects. */
  readonly routingOverride: (account: Account) => Promise<string | null>;
  readonly watcher: TurnWatcher;
  readonly clock: Clock;
  readonly log: Logger;
  readonly upstreamUrl: string;
  /** A JSON value without secrets; what upstream says of a failure passes it on the way to the client. */
  readonly scrub: (value: unknown) => unknown;
  readonly platform: Platform;
  readonly newestVersion: NewestVersion;
  readonly profiles: ProfileBook;
  readonly settings: () => TurnSettings;
  readonly sessions: Sessions;
  /** The user lets spare connections stand, and takes turns. */
  readonly mayKeepSpares: () => boolean;
  /** A tier or `standard`, the same for all turns of a session; null where no coin is thrown for it. None is where it is absent. */
  readonly coin?: (question: CoinQuestion) => string | null;
  /** Every account rests: looks whether one has been reset early. */
  readonly readResting: () => Promise<void>;
}

/** What turns share beyond the parts: the memory of chains and transports. */
export interface TurnContext extends RunnerParts {
  readonly chains: Chains;
  readonly knownBodies: KnownBodies;
  /** Of turn states and of sealed reasoning. */
  readonly issuers: Issuers;
  readonly transports: TransportMemory;
  readonly spares: Spares;
  readonly toldItems: ToldItems;
  /** The tier that Codex clients on websockets last asked of a model; null for none. */
  readonly lastTiers: BoundedMap<string, string | null>;
}
