import { z } from 'zod';
import { AccountPolicy, AccountView, AppInfo, Delta, FastPolicy, Snapshot, TraceDetail } from './model.ts';
import type { Result } from './result.ts';
import { AppSettings } from './settings.ts';

/** Who may make a call: a `screen` (window or dashboard) or also only a `command` (holder of the control token). */
type Caller = 'screen' | 'command';

interface CallDefinition {
  readonly input: z.ZodType;
  readonly output: z.ZodType;
  readonly callers: readonly Caller[];
}

const call = <I extends z.ZodType, O extends z.ZodType>(
  input: I,
  output: O,
  callers: readonly Caller[] = ['screen', 'command'],
) => ({ input, output, callers }) as const;

const none = z.null();
const accountId = z.object({ id: z.string().max(200) });

/** Every call a screen or a command can make. Adding one is adding a line here and a handler in compose. */
export const contract = {
  'app.snapshot': call(none, Snapshot),
  'app.status': call(
    none,
    z.object({ app: AppInfo, fastPolicy: FastPolicy, accounts: z.number(), running: z.number(), pid: z.number() }),
  ),
  'app.apiKey': call(none, z.object({ apiKey: z.string() })),
  'app.dashboardUrl': call(none, z.object({ url: z.string().nullable() }), ['command']),
  'fast.set': call(z.object({ policy: FastPolicy }), z.object({ policy: FastPolicy })),
  'settings.get': call(none, AppSettings),
  'settings.set': call(AppSettings.partial(), AppSettings),
  'accounts.list': call(none, z.array(AccountView)),
  'accounts.import': call(z.object({ text: z.string().max(1_048_576) }), z.array(AccountView)),
  'accounts.setEnabled': call(accountId.extend({ enabled: z.boolean() }), AccountView),
  'accounts.setWebsockets': call(accountId.extend({ websockets: z.boolean().nullable() }), AccountView),
  'accounts.remove': call(accountId, none),
  'accounts.setPolicy': call(AccountPolicy.partial(), AccountPolicy),
  'accounts.readUsage': call(accountId, AccountView),
  'requests.detail': call(z.object({ id: z.string().max(200) }), TraceDetail),
} as const satisfies Record<string, CallDefinition>;

export type CallName = keyof typeof contract;
export type CallInput<K extends CallName> = z.infer<(typeof contract)[K]['input']>;
export type CallOutput<K extends CallName> = z.infer<(typeof contract)[K]['output']>;

/** Whether a text names a call. */
export function isCallName(text: string): text is CallName {
  return Object.hasOwn(contract, text);
}

/** The one event that main pushes. */
export const deltaEvent = Delta;

/** What main implements: one handler a call. Handlers throw; the transport answers a `Result`. */
export type Handlers = { readonly [K in CallName]: (input: CallInput<K>) => Promise<CallOutput<K>> | CallOutput<K> };

/** What a renderer or a command holds: the same calls over whichever transport. `on` returns its own undo. */
export interface Bridge {
  invoke<K extends CallName>(name: K, input: CallInput<K>): Promise<Result<CallOutput<K>>>;
  on(listener: (delta: Delta) => void): () => void;
}
