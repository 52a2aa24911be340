import { randomUUID } from 'node:crypto';
import type { SignInMethod, SignInView } from '../../../shared/account-model.ts';
import { SlipstreamError, toSlipstreamError } from '../../../shared/errors.ts';
import { Listeners } from '../../../shared/listeners.ts';
import { proxySecrets } from '../../../shared/proxy-address.ts';
import { english } from '../../../shared/words/english.ts';
import { saidInEnglish } from '../../../shared/words/said.ts';
import { tell } from '../../../shared/words/told.ts';
import type { Told } from '../../../shared/words/told-text.ts';
import type { Clock, Logger } from '../../ports.ts';
import type { Account, AccountOrigin } from '../account.ts';
import { readUnverifiedClaims } from '../claims.ts';
import { type CodeGrant, exchangeCode, type SendToIssuer, type TokenResult } from '../issuer-api.ts';
import { newAccount } from '../new-account.ts';
import { startBrowserFlow } from './browser-flow.ts';
import { startDeviceFlow } from './device-flow.ts';
import type { Flow, FlowParts } from './flow.ts';

export interface SignInsParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly origin: AccountOrigin;
  readonly send: SendToIssuer;
  /** Of the listener the browser comes back to. */
  readonly ports: readonly number[];
  readonly openUrl: (url: string) => void;
  /** Keeps values out of logs from now on. */
  readonly hide: (secret: string) => void;
  /** Whether there is such an account. */
  readonly isThere: (accountId: string) => boolean;
  /** Stores the account, and gives it as stored. Rejects with `store_unwritable`. */
  readonly add: (account: Account) => Promise<Account>;
}

/** Over which way to sign in: that of an account that is there, or one that the new account keeps. */
export interface SignInWay {
  readonly accountId?: string | undefined;
  readonly proxyUrl?: string | undefined;
}

interface Running {
  readonly flow: Flow;
  readonly way: SignInWay;
  readonly abort: AbortController;
}

interface Granted {
  readonly id: string;
  readonly method: SignInMethod;
  readonly way: SignInWay;
}

type Ended = Exclude<SignInView['state'], 'waiting'>;

/** Sign-ins, one at a time: starts them, watches them, and stores who signed in. */
export class SignIns {
  readonly #parts: SignInsParts;
  readonly #listeners: Listeners;
  readonly #waiters = new Map<string, ((view: SignInView) => void)[]>();
  #view: SignInView | null = null;
  #running: Running | null = null;
  #starting: Omit<Running, 'flow'> | null = null;

  constructor(parts: SignInsParts) {
    this.#parts = parts;
    this.#listeners = new Listeners(parts.log);
  }

  /** The sign-in that waits, or how the last one ended; null where there was none, or nobody needs to know any more. */
  view(): SignInView | null {
    return this.#view;
  }

  /**
   * Starts a sign-in. Throws `sign_in_running`, `sign_in_ports_taken`, `issuer_unreachable` or `sign_in_refused`, and
   * `account_unknown` where the account that is to sign in again is gone.
   */
  async start(method: SignInMethod, way: SignInWay = {}): Promise<SignInView> {
    if (this.#starting !== null || this.#view?.state === 'waiting') throw new SlipstreamError('sign_in_running');
    if (way.accountId !== undefined && !this.#parts.isThere(way.accountId))
      throw new SlipstreamError('account_unknown');
    const id = randomUUID();
    const abort = new AbortController();
    this.#starting = { way, abort };
    try {
      if (way.proxyUrl !== undefined) proxySecrets(way.proxyUrl).forEach(this.#parts.hide);
      const flow = await this.#startFlow(id, method, way, abort);
      if (abort.signal.aborted) {
        flow.close('now');
        throw new SlipstreamError('account_unknown');
      }
      const { url, userCode, expiresAt } = flow;
      this.#running = { flow, way, abort };
      const view = { id, method, state: 'waiting', url, userCode, expiresAt, message: null, accountId: null } as const;
      this.#show(view);
      if (method === 'browser') this.#parts.openUrl(url);
      return view;
    } finally {
      this.#starting = null;
    }
  }

  /** Ends a sign-in that waits. Throws `sign_in_unknown`. */
  cancel(id: string): SignInView {
    this.#waiting(id);
    return this.#end(id, 'cancelled', tell('failures.signIn.cancelled'));
  }

  /** The account is being removed: its own sign-in would bring it back. One that is being stored is there before it is removed. */
  accountLeaves(accountId: string): void {
    if (this.#starting?.way.accountId === accountId) this.#starting.abort.abort();
    if (this.#running?.way.accountId !== accountId || this.#view === null) return;
    this.#end(this.#view.id, 'cancelled', tell('failures.signIn.removed'));
  }

  /** Forgets how a sign-in ended; one that waits, or is not the last one, is left alone. */
  dismiss(id: string): void {
    if (this.#view?.id === id && this.#view.state !== 'waiting') this.#show(null);
  }

  /** Takes the address the browser ended on. Throws `sign_in_unknown`, `sign_in_address_invalid`. */
  async paste(id: string, address: string): Promise<SignInView> {
    await this.#waiting(id).flow.paste(address);
    return this.#known(id);
  }

  /** Resolves when the sign-in has ended. Throws `sign_in_unknown`. */
  async wait(id: string): Promise<SignInView> {
    const view = this.#known(id);
    if (view.state !== 'waiting') return view;
    const { promise, resolve } = Promise.withResolvers<SignInView>();
    this.#waiters.set(id, [...(this.#waiters.get(id) ?? []), resolve]);
    return promise;
  }

  /** Calls back when the view has changed; returns its undo. */
  onChange(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  /** The program stops: a sign-in that waits is cancelled. */
  stop(): void {
    if (this.#view?.state === 'waiting') this.#end(this.#view.id, 'cancelled', tell('failures.signIn.stopped'));
  }

  #startFlow(id: string, method: SignInMethod, way: SignInWay, abort: AbortController): Promise<Flow> {
    const { clock, origin, ports } = this.#parts;
    const parts: FlowParts = {
      clock,
      issuerUrl: origin.issuer,
      send: this.#sendBy(way),
      grant: (grant) => this.#grant({ id, method, way }, grant, abort.signal),
      end: (state, message) => {
        if (this.#view?.id === id) this.#end(id, state, message);
      },
    };
    return method === 'browser' ? startBrowserFlow(parts, ports) : startDeviceFlow(parts);
  }

  /** Swaps the code for tokens and stores who signed in. */
  async #grant({ id, method, way }: Granted, grant: CodeGrant, signal: AbortSignal): Promise<boolean> {
    const { clock, log, hide, origin, add } = this.#parts;
    hide(grant.code);
    hide(grant.verifier);
    const result = await exchangeCode(this.#sendBy(way), grant, signal);
    if (this.#view?.id !== id || this.#view.state !== 'waiting') return false;
    // From here on it cannot be cancelled or run out: whoever is stored has signed in.
    this.#running?.flow.close('soon');
    this.#running = null;
    try {
      const made = readAccount(result, { source: method, origin, nowMs: clock.epochMs() }, hide);
      const account = await add({ ...made, proxyUrl: way.proxyUrl ?? null });
      this.#end(
        id,
        'done',
        tell('failures.signIn.done', { email: account.email, plan: account.plan === null ? '' : ` (${account.plan})` }),
        account,
      );
      return true;
    } catch (thrown) {
      const error = toSlipstreamError(thrown);
      log.warn('A sign-in failed.', { code: error.code, message: error.message });
      this.#end(id, 'failed', error.told);
      return false;
    }
  }

  #sendBy({ accountId, proxyUrl }: SignInWay): SendToIssuer {
    const by = { ...(accountId === undefined ? {} : { accountId }), ...(proxyUrl === undefined ? {} : { proxyUrl }) };
    return (request) => this.#parts.send({ ...request, ...by });
  }

  #waiting(id: string): Running {
    if (this.#view?.id !== id || this.#view.state !== 'waiting' || this.#running === null) {
      throw new SlipstreamError('sign_in_unknown');
    }
    return this.#running;
  }

  #known(id: string): SignInView {
    if (this.#view?.id !== id) throw new SlipstreamError('sign_in_unknown');
    return this.#view;
  }

  #end(id: string, state: Ended, told: string, account: Account | null = null): SignInView {
    const before = this.#known(id);
    if (before.state !== 'waiting') return before;
    const message = english.told(told);
    const view = { ...before, state, message, url: null, userCode: null, accountId: account?.id ?? null };
    // A browser that brought the code still has to fetch the page that says so.
    this.#running?.flow.close(state === 'cancelled' ? 'now' : 'soon');
    if (state === 'cancelled') this.#running?.abort.abort();
    this.#running = null;
    this.#show(view);
    for (const resolve of this.#waiters.get(id) ?? []) resolve(view);
    this.#waiters.delete(id);
    return view;
  }

  #show(view: SignInView | null): void {
    this.#view = view;
    this.#listeners.tell();
  }
}

/** The account that a token answer is for; throws what people are told where there is none. */
function readAccount(
  result: TokenResult,
  facts: { readonly source: SignInMethod; readonly origin: AccountOrigin; readonly nowMs: number },
  hide: (secret: string) => void,
): Account {
  const refuse = (told: Told) => new SlipstreamError('sign_in_refused', saidInEnglish(told));
  if (result.kind === 'unreachable') throw new SlipstreamError('issuer_unreachable');
  if (result.kind === 'refused') {
    const why = result.code === null ? `status ${result.status}` : result.code;
    if (result.page !== undefined) throw refuse(tell('failures.signIn.page', { page: result.page }));
    throw refuse(tell('failures.signIn.refused', { why }));
  }
  const { accessToken, idToken, refreshToken = null } = result.tokens;
  for (const token of [accessToken, idToken, refreshToken]) if (typeof token === 'string') hide(token);
  if (accessToken === undefined || idToken === undefined) throw refuse(tell('failures.signIn.tokens'));
  if (readUnverifiedClaims(idToken) === null || readUnverifiedClaims(accessToken) === null) {
    throw refuse(tell('failures.signIn.form'));
  }
  const made = newAccount({ ...facts, tokens: { accessToken, idToken, refreshToken } });
  if (made.ok) return made.account;
  if (made.lacks === 'sendable') throw refuse(tell('failures.signIn.header'));
  throw refuse(tell(made.lacks === 'e-mail' ? 'failures.signIn.email' : 'failures.signIn.workspace'));
}
