import { Readable } from 'node:stream';
import { isOwnFault, SlipstreamError, toSlipstreamError } from '../../shared/errors.ts';
import type { UpstreamWords } from '../../shared/model.ts';
import { said } from '../../shared/words/said.ts';
import { type Account, accountLabel } from '../accounts/account.ts';
import { usageFromHeaders } from '../accounts/usage.ts';
import type { VerdictKind } from '../accounts/verdict-table.ts';
import { headerValue, type RawHeaders } from '../headers.ts';
import { type JsonObject, parseJsonObject } from '../json.ts';
import { buildRelayedHeaders } from '../normalise/headers.ts';
import { timeId } from '../time-id.ts';
import { decodedBody } from '../upstream/content-coding.ts';
import type { RelayedAnswer } from '../upstream/http-relay.ts';
import { limitedBody } from '../upstream/json-request.ts';
import { faultText, networkFault } from '../upstream/network-fault.ts';
import { type AttemptWatch, type ExchangeWatch, noteOwn } from '../watch.ts';
import { AccountChoice } from './account-choice.ts';
import { affinityKey } from './affinity.ts';
import type { TurnContext } from './context.ts';
import { errorForClient } from './error-for-client.ts';
import { isCancellation } from './last-word.ts';
import { unreachableError } from './next-step.ts';
import { type Refusal, refusalFromResponse, signInRefused, verdictError } from './refusal.ts';
import { classifyRefusal, type RefusalClass } from './refusal-class.ts';
import { type Rest, restOf } from './rest.ts';
import { oneOffSession, type Session } from './sessions.ts';
import type { SideRequest, SideSink } from './side-request.ts';
import { decideSide, type SideStep } from './side-step.ts';
import { withoutStrangeState } from './strangers.ts';
import type { AbortReason, Running } from './turn.ts';
import { refusalWords } from './upstream-words.ts';

const maxRefusalBytes = 256 * 1024;

interface Answer {
  readonly status: number;
  readonly headers: RawHeaders;
  readonly body: Readable;
  readonly refusal: Refusal | null;
  readonly meaning: RefusalClass | null;
}

/** Of an answer, what belongs to the connection it came on, to a browser, or to the account. */
const staysHere =
  /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|set-cookie|alt-svc|strict-transport-security|access-control-.*|x-codex-turn-state)$/;

/** One such request under way, over all its attempts. Nothing of it is read but a refusal. */
export class SideRun implements Running {
  readonly id = timeId();
  readonly #request: SideRequest;
  readonly #sink: SideSink;
  readonly #context: TurnContext;
  readonly #session: Session;
  readonly #watch: ExchangeWatch;
  readonly #accounts: AccountChoice;
  readonly #abort = new AbortController();
  readonly #refreshed = new Set<string>();
  #abortedFor: AbortReason | null = null;
  #account: Account | null = null;
  #triesOnAccount = 0;

  constructor(request: SideRequest, sink: SideSink, context: TurnContext) {
    this.#request = request;
    this.#sink = sink;
    this.#context = context;
    const key = affinityKey(request.headers, { client_metadata: turnMetadata(request.headers) });
    this.#session = key === null ? oneOffSession() : context.sessions.resolve(key);
    this.#watch = context.watcher.begin({
      id: this.id,
      dialect: 'responses',
      clientTransport: 'http',
      kind: 'other',
      method: request.method,
      path: request.path,
      headers: request.headers,
      ...(request.key && { keyName: request.key.name() }),
      body: Buffer.alloc(0),
      model: '',
      tierAsked: null,
      acceptedMs: request.acceptedMs,
      bodyReadMs: request.acceptedMs,
    });
    this.#watch.session(this.#session.id);
    this.#accounts = new AccountChoice(context, this.#session, this.#watch, null);
  }

  get keyName(): string | null {
    return this.#request.key?.name() ?? null;
  }

  /** Runs attempts until one is passed on. Never rejects. */
  async run(): Promise<void> {
    try {
      this.#request.key?.admitRelay();
      let answer: Answer | null = null;
      while (answer === null) answer = await this.#tryOnce();
      const headers = answer.headers.filter(([name]) => !staysHere.test(name.toLowerCase()));
      this.#watch.committed(answer.status, headers);
      await this.#sink.answer(answer.status, headers, answer.body);
      this.#watch.mark('flushed');
      if (answer.status < 400) this.#watch.ended('completed', null);
      else this.#watch.ended('failed', { code: 'upstream_refused', message: `status ${answer.status}` });
    } catch (thrown) {
      this.#fail(toSlipstreamError(this.#abortedFor === null ? thrown : new SlipstreamError(this.#abortedFor)));
    } finally {
      this.#accounts.close();
    }
  }

  abort(why: AbortReason = 'client_gone'): void {
    this.#abortedFor ??= why;
    this.#abort.abort();
  }

  accountRemoved(accountId: string): void {
    if (accountId === this.#account?.id) this.abort('turn_stopped');
  }

  /** The answer to pass on; null: another attempt is to be made. Throws what the client is told instead. */
  async #tryOnce(): Promise<Answer | null> {
    const account = await this.#readyAccount();
    if (account === null) return null;
    const { attempt, answer } = await this.#ask(account);
    let words: UpstreamWords | null = null;
    try {
      const read = answer.kind === 'answered' ? await this.#read(answer) : null;
      if (read?.refusal != null) words = { ...refusalWords(read.refusal), closeCode: null, closeReason: null };
      const { accounts, clock } = this.#context;
      if (read !== null) accounts.noteUsage(account.id, usageFromHeaders(read.headers, clock.epochMs()));
      return await this.#decide(account, answer, read);
    } finally {
      const error =
        answer.kind === 'answered' ? null : { code: 'upstream_unreachable', message: faultText(answer.cause) };
      attempt.ended({ status: answer.kind === 'answered' ? answer.status : null, closeCode: null, error, said: words });
    }
  }

  async #readyAccount(): Promise<Account | null> {
    const chosen = await this.#accounts.choose();
    if (chosen.id !== this.#account?.id) this.#triesOnAccount = 0;
    this.#account = chosen;
    try {
      const account = await this.#context.refresher.ready(chosen);
      if (this.#session.accountId === null) this.#session.moveTo(account.id);
      return account;
    } catch (thrown) {
      if (isOwnFault(thrown)) throw thrown;
      this.#accounts.leave(chosen, toSlipstreamError(thrown), null);
      return null;
    }
  }

  async #ask(account: Account): Promise<{ readonly attempt: AttemptWatch; readonly answer: RelayedAnswer }> {
    const { upstreamUrl, http, routingOverride } = this.#context;
    const { method, upstreamPath, body } = this.#request;
    const known = withoutStrangeState(this.#request.headers, this.#context.issuers, account.id);
    const { headers, changes } = buildRelayedHeaders(known.kept, {
      accessToken: account.tokens.accessToken,
      accountId: account.workspaceId,
      routingOverride: await routingOverride(account),
    });
    const url = `${upstreamUrl}${upstreamPath}`;
    this.#triesOnAccount += 1;
    this.#watch.normalised({
      profile: '',
      tierSent: null,
      model: '',
      changes: [...changes, ...known.changes],
      fields: [],
      modelHasTier: null,
    });
    const attempt = this.#watch.attempt({
      transport: 'http',
      account: { id: account.id, label: accountLabel(account) },
      url,
      headers,
      body: Buffer.alloc(0),
      isIncrement: false,
    });
    const sent: Parameters<typeof http.relay>[0]['sent'] = (connection) => {
      attempt.connected(connection);
      this.#watch.mark('upstreamReady');
      attempt.sent();
      this.#watch.mark('requestSent');
    };
    const signal = this.#abort.signal;
    const answer = await http.relay({
      method,
      url,
      accountId: account.id,
      headers,
      body: body?.read() ?? null,
      signal,
      sent,
    });
    if (answer.kind === 'answered') attempt.ready({ reused: false, status: answer.status, headers: answer.headers });
    return { attempt, answer };
  }

  /** A refusal is read whole, to know what it means and to take secrets out of it; anything else stays a stream. */
  async #read({ status, headers, body }: Extract<RelayedAnswer, { kind: 'answered' }>): Promise<Answer> {
    if (status < 400) return { status, headers, body, refusal: null, meaning: null };
    const told = await limitedBody(decodedBody(body, headers), maxRefusalBytes).catch(() => Buffer.alloc(0));
    const words = told.toString('utf8');
    const json = parseJsonObject(words);
    const clean = json === null ? String(this.#context.scrub(words)) : JSON.stringify(this.#context.scrub(json));
    const kept = headers.filter(([name]) => !/^content-(encoding|length)$/i.test(name));
    const bytes = Buffer.from(clean);
    const refusal = refusalFromResponse(status, headers, words);
    return {
      status,
      headers: [...kept, ['content-length', String(bytes.length)]],
      body: Readable.from([bytes]),
      refusal,
      meaning: classifyRefusal(refusal, this.#context.clock.epochMs()),
    };
  }

  /** Takes the next step; answers as `#tryOnce` does. */
  async #decide(account: Account, answer: RelayedAnswer, read: Answer | null): Promise<Answer | null> {
    const step = this.#abortedFor === null ? this.#nextStep(account, answer, read) : 'unanswered';
    if (step === 'again') return null;
    if (step === 'unanswered') throw this.#unanswered(answer);
    const nowMs = this.#context.clock.epochMs();
    const rest: Rest | null =
      read === null ? { why: 'way', words: faultText(causeOf(answer)) } : restAfter(read, nowMs);
    this.#accounts.rest(account, rest);
    const accountError = read === null ? null : errorOfAccount(read);
    switch (step) {
      case 'refresh':
        await this.#refresh(account, rest);
        return null;
      case 'refresh-for-next':
        await this.#context.refresher.refresh(account, 'unauthorized_recovery');
        throw new SlipstreamError('upstream_refused', said('failures.turn.renewed'));
      case 'other-account': {
        const refused =
          read === null ? this.#unanswered(answer) : new SlipstreamError('upstream_refused', { status: read.status });
        this.#accounts.leave(account, accountError ?? refused, rest);
        return null;
      }
      case 'redirected':
        read?.body.destroy();
        throw new SlipstreamError('upstream_invalid', said('failures.turn.redirect'));
      case 'pass-on':
        if (accountError !== null) throw accountError;
        return read;
    }
  }

  #nextStep(account: Account, answer: RelayedAnswer, read: Answer | null): SideStep {
    const { method, body } = this.#request;
    return decideSide({
      status: read?.status ?? null,
      meaning: read?.meaning ?? null,
      method,
      canReplay: body?.canReplay ?? true,
      wasSent: answer.kind === 'answered' || answer.wasSent,
      wasRefreshed: this.#refreshed.has(account.id) || this.#context.accounts.verdicts.isSignInRefused(account.id),
      triesOnAccount: this.#triesOnAccount,
      hasOtherAccount: this.#accounts.hasOther(account),
      hasOtherWay: read === null && this.#accounts.hasOtherWay(account),
    });
  }

  /** Renews the token once; where that fails, another account takes over. */
  async #refresh(account: Account, rest: Rest | null): Promise<void> {
    this.#refreshed.add(account.id);
    try {
      await this.#context.refresher.refresh(account, 'unauthorized_recovery');
    } catch (thrown) {
      if (isOwnFault(thrown)) throw thrown;
      this.#accounts.leave(account, toSlipstreamError(thrown), rest);
    }
  }

  #unanswered(answer: RelayedAnswer): SlipstreamError {
    const cause = causeOf(answer);
    // What the client did wrong with its body.
    if (cause instanceof SlipstreamError) return cause;
    const host = new URL(this.#context.upstreamUrl).host;
    const wasSent = answer.kind === 'answered' || answer.wasSent;
    return wasSent
      ? new SlipstreamError('upstream_closed', said('failures.turn.noAnswer', { host, why: faultText(cause) }))
      : unreachableError(host, networkFault(cause), faultText(cause));
  }

  #fail(error: SlipstreamError): void {
    const isGone = error.code === 'client_gone';
    if (error.code === 'internal')
      this.#context.log.error('A request failed inside Slipstream.', { error: error.cause ?? error });
    this.#abort.abort();
    if (!isGone) {
      const { headers, frames } = this.#sink.fail(errorForClient(error, this.#context.scrub, []));
      noteOwn(this.#watch, frames);
      this.#watch.committed(error.status, headers);
    }
    this.#watch.mark('flushed');
    this.#watch.ended(isCancellation(error) ? 'cancelled' : 'failed', { code: error.code, message: error.message });
  }
}

function causeOf(answer: RelayedAnswer): unknown {
  return answer.kind === 'answered' ? undefined : answer.cause;
}

/** All that says which conversation a tool's request belongs to. */
function turnMetadata(headers: RawHeaders): JsonObject | null {
  return parseJsonObject(headerValue(headers, 'x-codex-turn-metadata') ?? '');
}

/** What the client is told in place of a 401, which is about the account and not about its own sign-in; null for any other answer. */
function errorOfAccount({ status, meaning, refusal }: Answer): SlipstreamError | null {
  if (status !== 401) return null;
  const isSaid = meaning?.kind === 'forbidden' && refusal !== null;
  return isSaid ? verdictError(refusal, meaning.verdict) : signInRefused(null);
}

/** What such a request teaches of the account; a refusal that may be of this path alone teaches nothing. */
function restAfter({ meaning, refusal }: Pick<Answer, 'meaning' | 'refusal'>, nowMs: number): Rest | null {
  if (meaning === null || refusal === null || meaning.kind === 'bucket-limit') return null;
  const isOfPath = meaning.kind === 'forbidden' && !wholeAccount.has(meaning.verdict);
  return isOfPath ? null : restOf(meaning, refusal, nowMs);
}

const wholeAccount: ReadonlySet<VerdictKind> = new Set(['deactivated', 'region']);
