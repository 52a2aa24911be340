import type { Change } from '../../shared/model.ts';
import type { Account } from '../accounts/account.ts';
import { isJsonObject, type Json, type JsonObject, textMember } from '../json.ts';
import { editInSlices } from '../normalise/edits.ts';
import { planTier } from '../normalise/normalise.ts';
import { atOnce, type Slices } from '../slices.ts';
import { affinityKey } from './affinity.ts';
import {
  type BodyHashes,
  type Chain,
  type ChainMatch,
  type ChainProbe,
  extendWithOutput,
  hasHistory,
  hashBody,
  type Line,
  mayReplace,
  probeChain,
} from './chains.ts';
import { coinOf } from './coin-of.ts';
import type { TurnContext, TurnSettings } from './context.ts';
import { parentAccount } from './parent-account.ts';
import type { CompletedResponse, Relay } from './relay.ts';
import type { NamelessQuestion, Session } from './sessions.ts';
import { withoutStrangeReasoning } from './strangers.ts';
import type { TurnRequest } from './turn.ts';
import { findSession } from './which-session.ts';

/** Items that hold a history in a form only their account can read. */
const compactionTypes = new Set<unknown>(['compaction', 'compaction_summary']);

/** Whether only its account can read an item, without which there is no going on: not reasoning, which can be left out. */
function isSealed(item: Json): boolean {
  if (!isJsonObject(item)) return false;
  if (item.type !== 'agent_message') return compactionTypes.has(item.type);
  return (
    Array.isArray(item.content) && item.content.some((part) => isJsonObject(part) && part.type === 'encrypted_content')
  );
}

/** A body together with its text. */
interface Body {
  readonly body: JsonObject;
  readonly raw: Buffer;
}

/** A body as one account gets it, and what was taken out for that. */
export interface AccountBody extends Body {
  readonly changes: readonly Change[];
}

/** A turn's place in its conversation: its session, the chain it goes on from, and the body that says so. */
export class Conversation {
  readonly session: Session;
  /** The response that the client itself extends; only the socket that holds it can go on. */
  readonly clientExtends: string | null;
  readonly #request: TurnRequest;
  readonly #context: TurnContext;
  readonly #settings: TurnSettings;
  /** Null where the client itself extends a response, or keeps the history on a websocket of its own. */
  readonly #hashes: BodyHashes | null;
  /** Set where the client names no conversation, but says all of it. */
  readonly #nameless: NamelessQuestion | null;
  /** The one that was asked for last: most accounts would get the same. */
  #lastProbe: { readonly model: string; readonly tier: string | null; readonly probe: ChainProbe } | null = null;

  constructor(request: TurnRequest, context: TurnContext, settings: TurnSettings) {
    this.#request = request;
    this.#context = context;
    this.clientExtends = textMember(request.body, 'previous_response_id');
    this.#settings = settings;
    this.#hashes = this.#mayProbe() ? hashesOf(request, context) : null;
    const { session, nameless } = findSession({ ...request, probe: this.#hashes }, context.sessions, context.chains);
    this.session = session;
    this.#nameless = nameless;
    const { headers, body, own } = request;
    if (session.accountId === null && own === undefined) session.moveTo(parentAccount(headers, body, context.sessions));
    if (Array.isArray(body.input) && body.input.some(isSealed)) this.session.noteSealed();
  }

  /** Nothing was said in it before this request. */
  get begins(): boolean {
    return this.clientExtends === null && !(this.#hashes?.hasHistory ?? hasHistory(this.#request.body));
  }

  /** The chain on this account that the turn goes on from, while a socket holds it. */
  findIncrement(account: Account): ChainMatch | null {
    const probe = this.#probeOn(account.id);
    if (probe === null || !this.#resends) return null;
    const { chains, pool } = this.#context;
    return chains.find(
      this.session,
      probe,
      (chain) =>
        chain.accountId === account.id &&
        chain.connectionId === null &&
        pool.holdsChain(chain.socketKey, chain.responseId),
    );
  }

  /** Whether the whole request may run on the socket that ends in a response: not where another line of the session goes on from it. */
  mayReplace(responseId: string): boolean {
    const chain = this.#context.chains.endingIn(responseId);
    if (chain === null || chain.session.id !== this.session.id) return true;
    const { connectionId } = this.#request;
    if (chain.connectionId !== null && chain.connectionId !== connectionId)
      return !this.#context.sessions.isConnected(chain.connectionId);
    const probe = this.#probeOn(chain.accountId);
    return probe === null || chain.line === null || mayReplace(probe, chain.line);
  }

  /** The client's body, or only its new items; without reasoning that the account cannot read. */
  *bodyFor(match: ChainMatch | null, withoutReasoning: boolean, accountId: string): Slices<AccountBody> {
    const { body, raw } = this.#request;
    const sent = Array.isArray(body.input) ? body.input.slice(match?.nextIndex ?? 0) : [];
    const { issuers } = this.#context;
    const { kept, changes } = withoutStrangeReasoning(sent, issuers, accountId, withoutReasoning);
    if (match !== null)
      return {
        ...(yield* edited({ body, raw }, { previous_response_id: match.chain.responseId, input: kept })),
        changes,
      };
    return changes.length === 0
      ? { body, raw, changes }
      : { ...(yield* edited({ body, raw }, { input: kept })), changes };
  }

  /** The turn has completed on a websocket; a next turn may go on from it. */
  remember(relay: Relay, account: Account, socketKey: string): void {
    const completed = relay.completedResponse();
    if (completed === null) return;
    const { chains, sessions } = this.#context;
    const probe = this.#probeOn(account.id);
    const hashes = hashesAfter(probe, completed);
    if (this.#nameless !== null && hashes !== null) sessions.note(this.session, this.#nameless, hashes.itemsHash);
    const extended = this.clientExtends === null ? null : chains.endingIn(this.clientExtends);
    chains.remember({
      responseId: completed.id,
      session: this.session,
      accountId: account.id,
      socketKey,
      line: probe === null ? afterTurn(extended) : lineOf(probe),
      connectionId: this.#request.connectionId,
      // Known by its id alone.
      ...(hashes ?? { fieldsHash: '', itemsHash: completed.id }),
    });
  }

  /** Clients on HTTP resend everything, and can be spared it. */
  get #resends(): boolean {
    return this.#request.clientTransport === 'http' && this.#request.kind === 'turn';
  }

  /** A websocket client that names its conversation keeps its own history. */
  #mayProbe(): boolean {
    const { headers, body, kind } = this.#request;
    if (this.clientExtends !== null || kind === 'prewarm') return false;
    return this.#resends || affinityKey(headers, body) === null;
  }

  /** What was said so far as an account would get it: a coin may give each its own tier, once it is thrown. */
  #probeOn(accountId: string): ChainProbe | null {
    if (this.#hashes === null) return null;
    const { body, headers, translated } = this.#request;
    const { catalogue } = this.#context;
    const plan = planTier({
      body,
      headers,
      isTranslated: translated !== undefined,
      policy: this.#settings.fastPolicy,
      tiersOf: (slug) => catalogue.tiersOf(slug),
      ...coinOf(this.#request, this.#context, { sessionId: this.session.id, accountId, begins: 'no' }),
    });
    const { model, tier } = plan;
    const last = this.#lastProbe;
    if (last?.model === model && last.tier === tier.sent) return last.probe;
    const probe = probeChain(this.#hashes, model, tier.sent);
    this.#lastProbe = { model, tier: tier.sent, probe };
    return probe;
  }
}

/** Those of the request where they are there; hashed at once where it is short. */
function hashesOf({ hashes, body, raw }: TurnRequest, { knownBodies }: TurnContext): BodyHashes {
  return hashes ?? atOnce(hashBody(body, { known: { bodies: knownBodies, raw } }));
}

/** What a next turn that resends everything will look like. */
function hashesAfter(
  probe: ChainProbe | null,
  { output }: CompletedResponse,
): Pick<Chain, 'fieldsHash' | 'itemsHash'> | null {
  const itemsHash = probe === null ? null : extendWithOutput(probe, output);
  return probe === null || itemsHash === null ? null : { fieldsHash: probe.fieldsHash, itemsHash };
}

/** Of a probe what tells lines apart: the marks of all its items would be kept with each chain. */
function lineOf({ fieldsHash, headHash, openingHash, hasHistory }: ChainProbe): Line {
  return { fieldsHash, headHash, openingHash, hasHistory };
}

/** A client that extends a response by its id goes on in its line. */
function afterTurn(chain: Chain | null): Line | null {
  return chain === null || chain.line === null ? null : { ...chain.line, hasHistory: true };
}

function* edited({ body, raw }: Body, members: JsonObject): Slices<Body> {
  return { body: { ...body, ...members }, raw: yield* editInSlices(raw, new Map(Object.entries(members))) };
}
