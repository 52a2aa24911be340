import type { Account } from '../core/accounts/account.ts';
import { Accounts } from '../core/accounts/accounts.ts';
import type { IssuerRequest, SendToIssuer } from '../core/accounts/issuer-api.ts';
import { LinkedAccounts } from '../core/accounts/linked-accounts.ts';
import { AccountNotices } from '../core/accounts/notices.ts';
import { OwnProxies } from '../core/accounts/own-proxies.ts';
import { Questions } from '../core/accounts/questions.ts';
import { Refresher } from '../core/accounts/refresh.ts';
import { RefreshSchedule } from '../core/accounts/refresh-schedule.ts';
import { revokeSignIn } from '../core/accounts/revocation.ts';
import { AccountRouting } from '../core/accounts/routing.ts';
import { ServerTime } from '../core/accounts/server-time.ts';
import { defaultSignInPorts } from '../core/accounts/sign-in/callback-listener.ts';
import { SignIns } from '../core/accounts/sign-in/sign-ins.ts';
import { readSignInFiles } from '../core/accounts/sign-in-file.ts';
import { AccountStore } from '../core/accounts/store.ts';
import { UsageReader } from '../core/accounts/usage-reader.ts';
import { verdictText } from '../core/accounts/verdicts.ts';
import { NewestVersion } from '../core/normalise/codex-version.ts';
import {
  type AccountCredentials,
  buildIssuerHeaders,
  buildSideHeaders,
  buildSignInHeaders,
  buildUsageHeaders,
} from '../core/normalise/headers.ts';
import { defaultProfile, defaultProfileAt } from '../core/normalise/profiles/choose.ts';
import { detectPlatform } from '../core/platform.ts';
import type { Host } from '../core/ports.ts';
import type { Redactor } from '../core/traces/redaction.ts';
import { readAccountsCheck, readUsage } from '../core/upstream/account-api.ts';
import { type JsonAnswer, requestJson } from '../core/upstream/json-request.ts';
import { defaultPoolLimits } from '../core/upstream/pool-limits.ts';
import type { ProxyRoutes } from '../core/upstream/proxy.ts';
import { SlipstreamError } from '../shared/errors.ts';
import { proxySecrets } from '../shared/proxy-address.ts';
import { saidInEnglish } from '../shared/words/said.ts';
import { tell } from '../shared/words/told.ts';
import type { Told } from '../shared/words/told-text.ts';

export interface AccountOptions {
  readonly host: Host;
  readonly redactor: Redactor;
  readonly upstreamUrl: string;
  readonly issuerUrl: string;
  /** Whoever signs in is made up. */
  readonly demo: boolean;
  /** Ports the browser may come back to, where they are not the official client's; 0 is a free one. */
  readonly signInPorts?: readonly number[];
}

/** An account's part of a request; side requests carry no routing. */
function credentialsOf(account: Account): AccountCredentials {
  return { accessToken: account.tokens.accessToken, accountId: account.workspaceId, routingOverride: null };
}

/** The part that knows accounts: their files, health, sign-in, refresh and usage. Throws `store_unwritable`. */
export async function composeAccounts(options: AccountOptions, proxies: ProxyRoutes) {
  const { host, redactor, upstreamUrl, issuerUrl } = options;
  const { clock, log, settings, secrets } = host;
  const platform = detectPlatform(process.env);
  const newestVersion = new NewestVersion(defaultProfile.version, {
    read: () => settings.read().newestCodexVersion,
    write: (version) => {
      try {
        settings.write({ newestCodexVersion: version });
      } catch (error) {
        // It is known until the next start all the same.
        log.warn(`The newest Codex version could not be kept: ${error}`);
      }
    },
  });
  const identity = (version = newestVersion.version) => ({
    profile: defaultProfileAt(version),
    originator: settings.read().originator,
    platform,
  });
  const origin = { upstream: upstreamUrl, issuer: issuerUrl };
  const store = new AccountStore(host);
  for (const problem of await store.load()) host.notify(tell('notices.notLoaded'), problem, 'account');
  const ownProxies = new OwnProxies(store);
  proxies.followAccounts((id) => ownProxies.of(id));
  const notices = new AccountNotices(
    (title, body, kind) => host.notify(title, body, kind),
    (account) => accounts.label(account),
  );
  const accounts = new Accounts({
    store,
    clock,
    log,
    origin,
    encrypted: () => secrets.encrypts,
    importedAs: options.demo ? 'demo' : 'import',
    policy: () => settings.read(),
    watchUsage: (account, usage) => notices.usage(account, usage),
    watchRest: (account, untilMs) => {
      notices.rests(account, untilMs);
      usage.watchResting();
    },
    watchSignedOut: (account) => notices.signedOut(account),
    watchVerdict: (account, verdict) => notices.refused(account, verdictText(verdict)),
    turnsPerAccount: defaultPoolLimits.socketsPerAccount,
  });
  const hide = (secret: string) => redactor.addSecret(secret);
  const learnSecrets = () => {
    for (const { tokens, proxyUrl } of store.list()) {
      proxySecrets(proxyUrl).forEach(hide);
      for (const token of [tokens.accessToken, tokens.refreshToken, tokens.idToken]) redactor.addSecret(token);
    }
    for (const { email, workspaceId } of [...store.list(), ...store.locked()]) {
      redactor.addPersonal(email, '<e-mail>');
      redactor.addPersonal(workspaceId, '<account id>');
    }
  };
  learnSecrets();
  store.onChange(learnSecrets);
  settings.onChange(() => accounts.ways.doubtAll());
  const tellLocked = () => {
    const labels = store.locked().map((account) => accounts.label(account));
    if (labels.length === 0) return;
    const text = tell('notices.locked.body', { accounts: labels.join(', ') });
    host.notify(tell('notices.locked'), text, 'account');
  };
  if (secrets.keyring === undefined) tellLocked();

  const time = new ServerTime(clock);
  const noteTime = (answer: JsonAnswer): JsonAnswer => {
    if (answer.kind === 'answered') time.note(answer.headers);
    return answer;
  };
  const send: SendToIssuer = async ({ path, body, isIdentified, accountId, proxyUrl, ...rest }: IssuerRequest) => {
    const isForm = body instanceof URLSearchParams;
    const contentType = isForm ? 'application/x-www-form-urlencoded' : 'application/json';
    const request = {
      method: 'POST',
      url: `${issuerUrl}${path}`,
      accountId: accountId ?? null,
      headers: isIdentified ? buildIssuerHeaders(identity()) : buildSignInHeaders(contentType),
      body: Buffer.from(isForm ? body.toString() : JSON.stringify(body)),
      ...(proxyUrl === undefined ? {} : { proxyUrl }),
      ...rest,
    } as const;
    return noteTime(await requestJson(request, proxies));
  };
  const linked = new LinkedAccounts({
    store,
    clock,
    log,
    origin,
    noteState: (id, state, isRenewed) => accounts.noteLink(id, state, isRenewed),
  });
  const refresher = new Refresher({
    store,
    clock,
    log,
    send,
    linked,
    hide,
    nowMs: () => time.nowMs(),
    signedOut: (id) => accounts.signedOut(id, 'token'),
    noteTrouble: (id, trouble) => accounts.note(id, { trouble }),
  });
  const schedule = new RefreshSchedule({
    clock,
    refresher,
    accounts: () => accounts.renewable(),
    look: () => {
      for (const account of accounts.endRests()) readUsageQuietly(account);
      usage.lookAtRefused();
      usage.tryWays();
      return linked.checkAll();
    },
  });

  const questions = new Questions({ store, accounts, refresher, origin });
  /** A GET under `/wham`. Rejects as `Questions` does. */
  const side = (account: Account, read: typeof readUsage) =>
    questions.ask(account, async (signedIn) => {
      const headers = buildUsageHeaders(identity(), credentialsOf(signedIn));
      return noteTime(await read({ upstreamUrl, accountId: signedIn.id, headers }, proxies));
    });
  const bodyOf = (answer: JsonAnswer) => (answer.kind === 'answered' && answer.status === 200 ? answer.body : null);
  const usageAnswer = (account: Account) => side(account, readUsage);
  const usage = new UsageReader(accounts, clock, async (account) => usageBody(await usageAnswer(account)));
  const readUsageQuietly = (account: Account) => void usage.read(account).catch(() => {});
  const routing = new AccountRouting({
    clock,
    log,
    upstreamOrigin: new URL(upstreamUrl).origin,
    noteName: (id, workspace) => accounts.note(id, { workspace }),
    read: async (account) => bodyOf(await side(account, readAccountsCheck)),
  });
  const signIns = new SignIns({
    clock,
    log,
    origin,
    send,
    hide,
    // A demo's issuer takes any: the registered ones are left to whoever really signs in.
    ports: options.signInPorts ?? (options.demo ? [0] : defaultSignInPorts),
    openUrl: (url) => host.openUrl(url),
    isThere: (id) => store.has(id),
    add: (account) => accounts.add(account),
  });
  /** The keyring has answered: whatever it opens takes part from now on. */
  secrets.keyring?.onAnswer(() => {
    store
      .unlock()
      .then(() => {
        tellLocked();
        schedule.replan();
        for (const account of accounts.renewable()) void routing.overrideFor(account);
      })
      .catch((error: unknown) => log.error('Accounts could not be read again.', { error }));
  });
  /** Asks the keyring again for what is locked. */
  const unlock = async () => {
    await secrets.keyring?.retry();
    await store.unlock();
  };
  /** By whom the catalogue is asked for; null where nobody can be used. */
  const catalogueAccess = (version: string) => {
    const account = accounts.forQuestions();
    if (account === null) return null;
    const headers = buildSideHeaders(identity(version), credentialsOf(account));
    return { baseUrl: upstreamUrl, accountId: account.id, headers };
  };
  return {
    catalogueAccess,
    store,
    accounts,
    /** The sign-ins of a file. Throws `account_file_invalid`. */
    readSignIns: (text: string) => readSignInFiles(text, origin, clock.epochMs()),
    linked,
    refresher,
    schedule,
    usage,
    usageAnswer,
    readUsageQuietly,
    routing,
    signIns,
    revokeSignIn: (id: string) => revokeSignIn({ store, refresher, send, clock, origin }, id),
    unlock,
    identity,
    newestVersion,
    platform,
  };
}

/** The answer's body; throws what people are told who asked for the quota. */
function usageBody(answer: JsonAnswer): Buffer {
  if (answer.kind === 'answered' && answer.status === 200) return answer.body;
  throw new SlipstreamError('upstream_unreachable', saidInEnglish(quotaTrouble(answer)));
}

function quotaTrouble(answer: JsonAnswer): Told {
  if (answer.kind === 'unreachable') return tell('troubles.quota.unreachable');
  const isRefused = answer.status === 401 || answer.status === 403;
  return tell(isRefused ? 'troubles.quota.refused' : 'troubles.quota.untold', { status: String(answer.status) });
}

export type AccountParts = Awaited<ReturnType<typeof composeAccounts>>;
