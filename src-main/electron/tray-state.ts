import type { AccountView } from '../shared/account-model.ts';
import type { AppSettings } from '../shared/settings.ts';
import type { Words } from '../shared/words/words.ts';

/** What the tray shows of an account. */
export type TrayAccount = Pick<
  AccountView,
  'id' | 'nickname' | 'label' | 'enabled' | 'state' | 'cooldownUntil' | 'problem' | 'usage'
>;

/** What the tray shows. */
export interface TrayState {
  readonly baseUrl: string;
  readonly settings: AppSettings;
  readonly words: Words;
  /** Something is wrong with Slipstream's own files; the overview says what. */
  readonly hasProblems: boolean;
  readonly accounts: readonly TrayAccount[];
  /** A coin decides the tier of some sessions. */
  readonly byCoin: boolean;
  /** Turns that run now. */
  readonly running: number;
  /** The median time to the first token since midnight, in milliseconds; null while no turn has one. */
  readonly firstTokenMs: number | null;
  readonly canStartAtLogin: boolean;
  /** Programs that can be pointed here. */
  readonly clients: readonly { readonly id: string; readonly name: string }[];
}
