import { z } from 'zod';
import { AccountView, maxNicknameChars, SignInMethod, SignInView } from './account-model.ts';
import { BrowserView } from './browser-sign-in.ts';
import { ClientPlan, ClientSnippet, ClientUndoPlan, ClientView } from './client-model.ts';
import { ImportPreview } from './import-model.ts';
import { KeyFacts, KeyView } from './key-model.ts';
import { CoinRequest, LabContinuation, LabEstimate, LabExperiment, LabRequest, PassiveAnswer } from './lab.ts';
import { mostLabPairs } from './lab-design.ts';
import { LearnedKey, ProfileComparison, ProfilesView } from './learned-profile.ts';
import { AppInfo, type Delta, RequestRow, Snapshot, TraceDetail } from './model.ts';
import { PayloadPage, PayloadQuery, TextPiece, TextQuery } from './payload-query.ts';
import type { Result } from './result.ts';
import { SessionDetail, SessionPage, SessionQuery, SessionTurnsQuery } from './session-query.ts';
import { AppSettings, FastPolicy, ProxyAddress, SettingsPatch } from './settings.ts';
import { maxNoteChars } from './store-limits.ts';
import {
  FollowedPage,
  FollowedState,
  LatencyAnswer,
  LatencyQuery,
  TraceChoices,
  TraceFilter,
  TraceQuery,
} from './trace-query.ts';
import { HarAnswer, HarRequest, ReplayRequest, TraceComparison } from './trace-tools.ts';
import { UpdateView } from './update-model.ts';
import { UsageAnswer, UsageQuery, WindowForecast } from './usage.ts';
import { plainName } from './visible-text.ts';
import { WayTest, WayTestRequest } from './ways.ts';

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
/** Over which way to sign in: that of an account that is there, or one that the new account is to have. */
const SignInWay = z.object({ accountId: z.string().max(200).optional(), proxyUrl: ProxyAddress.optional() });
const signInId = z.object({ id: z.string().max(200) });
const clientId = z.object({ id: z.string().max(50) });
const clientMode = clientId.extend({ mode: z.string().max(50) });

/** Every call a screen or a command can make. Adding one is adding a line here and a handler in app/, or in the face. */
export const contract = {
  'app.snapshot': call(none, Snapshot),
  'app.status': call(
    none,
    z.object({ app: AppInfo, fastPolicy: FastPolicy, accounts: z.number(), running: z.number(), pid: z.number() }),
  ),
  'app.apiKey': call(none, z.object({ apiKey: z.string() })),
  /** Makes a new key; what still sends the old one is refused from now on. */
  'app.rotateKey': call(none, z.object({ apiKey: z.string() }), ['command']),
  'app.dashboardUrl': call(none, z.object({ url: z.string().nullable() }), ['command']),
  /** A text for a bug report: versions, settings, masked accounts, last warnings; no secret, no e-mail. */
  'app.diagnostics': call(none, z.object({ text: z.string() })),
  /** Browsers that stay signed in to the dashboard, the last used first; none on the desktop face. */
  'browsers.list': call(none, z.array(BrowserView)),
  /** Signs a browser out: its key opens nothing any more, and its tabs are closed out at once. */
  'browsers.revoke': call(z.object({ id: z.string().max(200) }), z.array(BrowserView)),
  /** What is set now; asks the system anew for what it keeps. */
  'settings.get': call(none, AppSettings),
  /**
   * Changes what it names. Throws `account_unknown` for a pin on an account that is not there, `ca_file_invalid`,
   * `autostart_unsupported`, `store_unwritable`.
   */
  'settings.set': call(SettingsPatch, AppSettings),
  /** API keys beside the first one. */
  'keys.list': call(none, z.array(KeyView)),
  /** Answers the key itself, which nothing can show again. Throws `key_name_taken`, `key_too_many`. */
  'keys.create': call(KeyFacts, z.object({ key: z.string(), keys: z.array(KeyView) })),
  /** Throws `key_unknown`, `key_name_taken`. */
  'keys.update': call(z.object({ id: z.string().max(200), facts: KeyFacts }), z.array(KeyView)),
  /** Takes a key away and ends what runs for it. Throws `key_unknown`. */
  'keys.revoke': call(z.object({ id: z.string().max(200) }), z.array(KeyView)),
  /** Where metrics are, and the token that opens them alone, made if there is none yet or another is wanted. */
  'metrics.access': call(z.object({ renew: z.boolean() }), z.object({ url: z.string(), token: z.string() })),
  /** What is known of a newer version of the desktop app. */
  'updates.get': call(none, UpdateView),
  'updates.check': call(none, UpdateView),
  'updates.download': call(none, UpdateView),
  /** Installs what was downloaded and starts it again, once no turn runs. */
  'updates.install': call(none, UpdateView, ['screen']),
  'updates.postpone': call(none, UpdateView, ['screen']),
  'accounts.list': call(none, z.array(AccountView)),
  /** What an import of a text would take and what not; nothing is changed. Throws `account_file_invalid`. */
  'accounts.preview': call(z.object({ text: z.string().max(1_048_576) }), ImportPreview),
  /** Takes sign-ins, or settings out of another proxy's configuration. Throws `account_file_invalid`, `store_unwritable`. */
  'accounts.import': call(z.object({ text: z.string().max(1_048_576) }), z.array(AccountView)),
  'accounts.setEnabled': call(accountId.extend({ enabled: z.boolean() }), AccountView),
  /** The account's own way out; null for the way of all. */
  'accounts.setProxy': call(accountId.extend({ proxyUrl: ProxyAddress.nullable() }), AccountView),
  /** Tries a way out, as it would be taken were this address set. */
  'ways.test': call(WayTestRequest, WayTest),
  'accounts.setWebsockets': call(accountId.extend({ websockets: z.boolean().nullable() }), AccountView),
  /** Forgets what upstream refused it, websockets too: the next turn may go to it. A usage limit stays. */
  'accounts.tryAgain': call(accountId, AccountView),
  'accounts.remove': call(accountId, none),
  'accounts.readUsage': call(accountId, AccountView),
  /** Reads the usage of every account that was not read for 5 min: what an open screen may call as often as it likes. */
  'accounts.freshenUsage': call(none, z.array(AccountView)),
  /** Shares an official auth.json with the Codex command; null means the one in its usual place. */
  'accounts.link': call(z.object({ path: z.string().min(1).max(4096).nullable() }), z.array(AccountView)),
  /** Higher goes first, before the strategy. */
  'accounts.setPriority': call(accountId.extend({ priority: z.int().min(-100).max(100) }), AccountView),
  /** What screens call it; null takes it away. Exports and logs never have it. */
  'accounts.setNickname': call(
    accountId.extend({
      nickname: z
        .string()
        .overwrite(plainName)
        .min(1)
        .max(maxNicknameChars)
        .regex(/^\P{Cc}*$/u)
        .nullable(),
    }),
    AccountView,
  ),
  /** Takes the account away, and tells the issuer first if asked. A linked file is left as it is and never revoked. */
  'accounts.signOut': call(accountId.extend({ revoke: z.boolean() }), z.object({ revoked: z.boolean() })),
  'signIn.start': call(z.object({ method: SignInMethod, ...SignInWay.shape }), SignInView),
  'signIn.cancel': call(signInId, SignInView),
  /** Takes the address that the browser ended on, where it could not reach this machine. */
  'signIn.paste': call(signInId.extend({ url: z.string().max(8192) }), SignInView),
  /** Answers when the sign-in has ended. */
  'signIn.wait': call(signInId, SignInView),
  /** Forgets how a sign-in ended; one that waits goes on. */
  'signIn.dismiss': call(signInId, z.null()),
  'requests.detail': call(z.object({ id: z.string().max(200) }), TraceDetail),
  /** A piece of a body, or of a frame's payload, redacted. */
  'requests.text': call(TextQuery, TextPiece),
  /** What upstream sent, frame by frame, redacted; goes on where the last page ended, also while the turn runs. */
  'requests.payloads': call(PayloadQuery, PayloadPage),
  /** Turns of the past, filtered, page by page. Rows that change meanwhile come as deltas. */
  'requests.query': call(TraceQuery, FollowedPage),
  /** What filters can be set to. */
  'requests.choices': call(none, TraceChoices),
  /** Turns grouped by the conversation they belong to, the last active first. */
  'sessions.query': call(SessionQuery, SessionPage),
  /** One session and a page of its turns, newest first. */
  'sessions.get': call(SessionTurnsQuery, SessionDetail),
  'requests.compare': call(z.object({ a: z.string().max(200), b: z.string().max(200) }), TraceComparison),
  /** The client's request as a curl command; the key is `$SLIPSTREAM_KEY`. */
  'requests.curl': call(z.object({ id: z.string().max(200) }), z.object({ text: z.string() })),
  /** Sends a turn again, to the same upstream. Answers at once with the id of the new exchange. */
  'requests.replay': call(ReplayRequest, z.object({ id: z.string() })),
  /** Sends a short turn to see that turns arrive. Answers at once with the id of its exchange. */
  'requests.test': call(z.object({ model: z.string().min(1).max(200) }), z.object({ id: z.string() })),
  /** Ends a turn that runs, upstream too; its client is told so. Throws `exchange_unknown` where none of that id runs. */
  'requests.stop': call(z.object({ id: z.string().max(200) }), none),
  /** Stars an ended turn, so that it stays whatever the limits are, and writes a note beside it; both as they shall be. */
  'requests.mark': call(
    z.object({ id: z.string().max(200), starred: z.boolean(), note: z.string().max(maxNoteChars).nullable() }),
    RequestRow,
  ),
  /** Forgets every turn that has ended, and the daily sums of what turns used; experiments stay. */
  'requests.clear': call(none, none),
  'requests.storeState': call(none, FollowedState),
  'export.har': call(HarRequest, HarAnswer),
  /** Has the desktop's window drag these turns out as a HAR file, without bodies. Throws `drag_unsupported` elsewhere. */
  'requests.dragHar': call(z.object({ ids: z.array(z.string().max(200)).min(1).max(100) }), none, ['screen']),
  'latency.query': call(LatencyQuery, LatencyAnswer),
  /** What ordinary traffic shows of fast: matched on model and effort, without a verdict. */
  'latency.passive': call(z.object({ filter: TraceFilter.default({}) }), PassiveAnswer),
  /** What turns used, summed by local day and other keys: it outlives the turns themselves. */
  'usage.sums': call(UsageQuery, UsageAnswer),
  /** How each account's windows are being used up, and when they will be empty. */
  'usage.windows': call(none, z.array(WindowForecast)),
  'lab.estimate': call(LabRequest, LabEstimate),
  'lab.start': call(LabRequest, LabExperiment),
  /** Goes on with the third stage of a search, whose price was told. */
  'lab.confirm': call(z.object({ id: z.string().max(200) }), LabExperiment),
  /** What going on with an ended one would take, or why it cannot. */
  'lab.continuation': call(z.object({ id: z.string().max(200) }), LabContinuation),
  /** Goes on with an ended one up to so many pairs. */
  'lab.continue': call(z.object({ id: z.string().max(200), pairs: z.int().min(1).max(mostLabPairs) }), LabExperiment),
  /** Null where none runs. */
  'lab.stop': call(none, LabExperiment.nullable()),
  /** Lets a coin decide for sessions that begin from now on. Throws `request_invalid` where it could not decide, or does already. */
  'coin.start': call(CoinRequest, LabExperiment),
  /** New sessions go without it; those that have begun keep their tier. */
  'coin.stop': call(z.object({ id: z.string().max(200) }), LabExperiment),
  /** Experiments and coins, newest first. */
  'lab.list': call(none, z.array(LabExperiment)),
  'lab.get': call(z.object({ id: z.string().max(200) }), LabExperiment),
  'profiles.get': call(none, ProfilesView),
  /** One learned profile beside the built-in one of its version and what goes up for other clients now. Throws `profile_unknown`. */
  'profiles.compare': call(LearnedKey, ProfileComparison),
  /** Runs the installed Codex command against a recorder, without account or network, and keeps what it shows. */
  'profiles.learn': call(none, ProfileComparison),
  /** The same with a program that the caller has found: for commands alone, since it is run. */
  'profiles.learnFrom': call(z.object({ path: z.string().min(1).max(4096) }), ProfileComparison, ['command']),
  /** Ends a run that is under way. */
  'profiles.stop': call(none, none),
  /** Puts the news of a version away. */
  'profiles.dismiss': call(z.object({ version: z.string().max(40) }), ProfilesView),
  'clients.list': call(none, z.array(ClientView)),
  'clients.plan': call(clientMode, ClientPlan),
  'clients.snippet': call(clientMode, ClientSnippet),
  /** Writes what the plan with this hash showed; refuses if the file, or what would be written, is another by now. */
  'clients.apply': call(
    clientMode.extend({ hash: z.string().max(100), mayWriteOutside: z.boolean().optional() }),
    ClientView,
  ),
  'clients.undoPlan': call(clientId, ClientUndoPlan),
  /** Puts the file back as it was. Where somebody changed it since, it takes the hash of a plan, and does what that showed. */
  'clients.undo': call(
    clientId.extend({ hash: z.string().max(100).optional(), mayWriteOutside: z.boolean().optional() }),
    ClientView,
  ),
} as const satisfies Record<string, CallDefinition>;

export type CallName = keyof typeof contract;
export type CallInput<K extends CallName> = z.infer<(typeof contract)[K]['input']>;
export type CallOutput<K extends CallName> = z.infer<(typeof contract)[K]['output']>;

/** Whether a text names a call. */
export function isCallName(text: string): text is CallName {
  return Object.hasOwn(contract, text);
}

/** What main implements: one handler a call. Handlers throw; the transport answers a `Result`. */
export type Handlers = { readonly [K in CallName]: (input: CallInput<K>) => Promise<CallOutput<K>> | CallOutput<K> };

type ClientCall = Extract<CallName, `clients.${string}`>;
/** The calls that a face answers, since they touch files of other programs. */
export type ClientHandlers = Pick<Handlers, ClientCall>;
/** What a face answers, since only it knows its log, its browsers and its window. */
type FaceCall =
  | 'app.diagnostics'
  | Extract<CallName, `updates.${string}`>
  | 'requests.dragHar'
  | 'browsers.list'
  | 'browsers.revoke';
export type FaceHandlers = Pick<Handlers, FaceCall>;
/** What the core answers. */
export type CoreHandlers = Omit<Handlers, ClientCall | FaceCall>;

/** What a renderer or a command holds: the same calls over whichever transport. `on` returns its own undo. */
export interface Bridge {
  invoke<K extends CallName>(name: K, input: CallInput<K>): Promise<Result<CallOutput<K>>>;
  on(listener: (delta: Delta) => void): () => void;
}
