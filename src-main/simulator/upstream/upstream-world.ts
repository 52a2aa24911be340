import type { AccountRegistry, SimulatedAccount } from '../accounts/accounts.ts';
import type { AcceptWorld } from '../faults/accept.ts';
import type { Catalogue } from '../model/catalogue.ts';
import type { Refusal } from '../rules/refusal.ts';
import type { HeaderRules, Strictness } from '../rules/validate-headers.ts';
import type { Timing } from '../turns/timing.ts';
import type { TurnWorld } from '../turns/turn.ts';

/** What the upstream's doors need of a simulator. */
export interface UpstreamWorld extends AcceptWorld, TurnWorld {
  readonly options: TurnWorld['options'] & {
    readonly strictness: Strictness;
    readonly socketLifetimeMs: number;
    readonly compressFromChars: number;
    readonly httpDetailErrors: boolean;
    readonly maxMessageBytes: number | null;
    readonly answersUnknownPaths: boolean;
  };
  readonly accounts: AccountRegistry;
  readonly catalogue: Catalogue;
  readonly headerRules: HeaderRules;
  readonly timing: Timing;
  nextConnection(): number;
  responseHeaders(account: SimulatedAccount, model: string | undefined): Record<string, string>;
  usageLimit(account: SimulatedAccount | undefined, resetsAt?: number): Refusal;
  logRefusal(where: 'upgrade' | 'frame' | 'http', connection: number, refusal: Refusal): void;
}
