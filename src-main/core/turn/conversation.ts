import type { Change } from '../../shared/model.ts';
import type { Account } from '../accounts/account.ts';
import { isJsonObject, type JsonObject, textMember } from '../json.ts';
import { applyEdits } from '../normalise/edits.ts';
import { planTier } from '../normalise/normalise.ts';
import { affinityKey } from './affinity.ts';
import { type Chain, type ChainMatch, type ChainProbe, extendWithOutput, probeChain } from './chains.ts';
import type { TurnContext, TurnSettings } from './context.ts';
import type { CompletedResponse, Relay } from './relay.ts';
import { oneOffSession, type Session } from './sessions.ts';
import { withoutStrangeReasoning } from './strangers.ts';
import type { TurnRequest } from './turn.ts';

/** Items that hold a history in a form only their account can read. */
const compactionTypes = new Set<unknown>(['compaction', 'compaction_summary']);

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
  /** Only clients that resend everything can be spared it. */
  readonly #probe: ChainProbe | null;

  constructor(request: TurnRequest, context: TurnContext, settings: TurnSettings) {
    this.#request = request;
    this.#context = context;
    this.clientExtends = textMember(request.body, 'previous_response_id');
    this.#probe = this.#makeProbe(settings);
    this.session = this.#findSession();
    const { input } = request.body;
    if (Array.isArray(input) && input.some((item) => isJsonObject(item) && compactionTypes.has(item.type)))
      this.session.noteCompaction();
  }

  /** The chain on this account that the turn goes on from, while a socket holds it. */
  findIncrement(account: Account): ChainMatch | null {
    if (this.#probe === null) return null;
    const { chains, pool } = this.#context;
    return chains.find(
      this.#probe,
      (chain) =>
        chain.accountId === account.id &&
        chain.sessionId === this.session.id &&
        pool.holdsChain(chain.socketKey, chain.responseId),
    );
  }

  /** The client's body, or only its new items; without reasoning that the account cannot read. */
  bodyFor(match: ChainMatch | null, withoutReasoning: boolean, accountId: string): AccountBody {
    const { body, raw } = this.#request;
    const sent = Array.isArray(body.input) ? body.input.slice(match?.nextIndex ?? 0) : [];
    const { issuers } = this.#context;
    const { kept, changes } = withoutStrangeReasoning(sent, issuers, accountId, withoutReasoning);
    if (match !== null)
      return { ...edited({ body, raw }, { previous_response_id: match.chain.responseId, input: kept }), changes };
    return changes.length === 0 ? { body, raw, changes } : { ...edited({ body, raw }, { input: kept }), changes };
  }

  /** The turn has completed on a websocket; a next turn may go on from it. */
  remember(relay: Relay, account: Account, socketKey: string): void {
    const completed = relay.completedResponse();
    const hashes = completed === null ? null : this.#hashesAfter(completed);
    if (completed === null || hashes === null) return;
    this.#context.chains.remember({
      responseId: completed.id,
      isOneOff: this.session.isOneOff,
      sessionId: this.session.id,
      accountId: account.id,
      socketKey,
      ...hashes,
    });
  }

  /** What a next turn that resends everything will look like; a client that itself extends responses is known by their ids alone. */
  #hashesAfter({ id, output }: CompletedResponse): Pick<Chain, 'fieldsHash' | 'itemsHash'> | null {
    if (this.#probe === null) {
      const isNeeded = this.clientExtends !== null && this.session.isOneOff;
      return isNeeded ? { fieldsHash: '', itemsHash: id } : null;
    }
    const itemsHash = extendWithOutput(this.#probe, output);
    return itemsHash === null ? null : { fieldsHash: this.#probe.fieldsHash, itemsHash };
  }

  #makeProbe(settings: TurnSettings): ChainProbe | null {
    const { clientTransport, kind, body, headers, translated } = this.#request;
    if (clientTransport !== 'http' || kind !== 'turn' || this.clientExtends !== null) return null;
    const { catalogue } = this.#context;
    const plan = planTier({
      body,
      headers,
      isTranslated: translated !== undefined,
      policy: settings.fastPolicy,
      tiersOf: (slug) => catalogue.tiersOf(slug),
    });
    return probeChain(body, plan.model, plan.tier.sent);
  }

  /** The client's own conversation, or the one that its request goes on from, or a new one. */
  #findSession(): Session {
    const { sessions } = this.#context;
    const key = affinityKey(this.#request.headers, this.#request.body) ?? this.#request.connectionId;
    if (key !== null) return sessions.resolve(key);
    const chain = this.#namelessChain();
    if (chain === null) return oneOffSession();
    const session = oneOffSession(chain.sessionId);
    session.moveTo(chain.accountId);
    return session;
  }

  #namelessChain(): Chain | null {
    const { chains, pool } = this.#context;
    if (this.clientExtends !== null) return chains.endingIn(this.clientExtends);
    if (this.#probe === null) return null;
    const isFree = (chain: Chain) => chain.isOneOff && pool.holdsChain(chain.socketKey, chain.responseId);
    return chains.find(this.#probe, isFree)?.chain ?? null;
  }
}

function edited({ body, raw }: Body, members: JsonObject): Body {
  return { body: { ...body, ...members }, raw: applyEdits(raw, new Map(Object.entries(members))) };
}
