import { textMember } from '../json.ts';
import { clientKind } from '../normalise/client-kind.ts';
import type { Normalised } from '../normalise/normalise.ts';
import { coinOf } from './coin-of.ts';
import type { TurnContext, TurnSettings } from './context.ts';
import type { Session } from './sessions.ts';
import { TurnShaper } from './shape.ts';
import type { ReadyAccount } from './shape-turn.ts';
import { upgradeKind } from './spares.ts';
import type { TurnRequest } from './turn.ts';
import { shapeUpgrade } from './upgrade-shape.ts';

/** What one turn has to do with spare sockets: those of clients that leave the session's id to Slipstream. */
export class SpareUse {
  readonly #request: TurnRequest;
  readonly #session: Session;
  readonly #context: TurnContext;
  readonly #settings: TurnSettings;

  constructor(request: TurnRequest, session: Session, context: TurnContext, settings: TurnSettings) {
    this.#request = request;
    this.#session = session;
    this.#context = context;
    this.#settings = settings;
  }

  /** The turn is about to be shaped: a session that upstream has not heard of takes a spare's id, where one fits. */
  settle(ready: ReadyAccount, isWebsocket: boolean): void {
    const { sessions, spares } = this.#context;
    const session = this.#session;
    if (!session.isUnheard) return;
    const { id: accountId } = ready.account;
    const mayTake = isWebsocket && this.#isOurs && spares.hasFor(accountId);
    sessions.heardAs(session, (mayTake ? this.#take(ready) : null) ?? session.id);
  }

  /** The turn was served over a websocket with such an upgrade. */
  served(ready: ReadyAccount, { headers, model, tierSent }: Normalised): void {
    const { account } = ready;
    if (!this.#isOurs || this.#isTossed(account.id, model)) return;
    this.#context.spares.keep({
      account,
      model,
      kind: upgradeKind(headers, this.#session.id),
      upgradeOf: (session) => shapeUpgrade(this.#shaper(session, false), { model, tier: tierSent }, ready),
    });
  }

  get #isOurs(): boolean {
    const { headers, kind, own } = this.#request;
    return this.#session.isMinted && kind === 'turn' && own === undefined && !clientKind(headers).isCodex;
  }

  #take(ready: ReadyAccount): string | null {
    const { body } = this.#request;
    const expected = { model: textMember(body, 'model') ?? '', tier: textMember(body, 'service_tier') };
    const { headers, model } = shapeUpgrade(this.#shaper(this.#session, true), expected, ready);
    if (this.#isTossed(ready.account.id, model)) return null;
    return this.#context.spares.take(ready.account.id, upgradeKind(headers, this.#session.id));
  }

  /** Which tier a session gets, a coin says: of its id, so that it keeps its own. */
  #isTossed(accountId: string, model: string): boolean {
    const asked = { sessionId: this.#session.id, accountId, begins: 'perhaps' } as const;
    const fall = coinOf(this.#request, this.#context, asked).coinFor?.(model);
    return fall !== undefined && fall !== null;
  }

  /** With what the client's headers say, or of a session that is still to come; no coin is thrown for either. */
  #shaper(session: Session, isOfClient: boolean): TurnShaper {
    const { headers, kind, translated } = this.#request;
    const own = { fastPolicy: this.#settings.fastPolicy, transport: 'ws', accountId: null } as const;
    const said = isOfClient ? { headers, ...(translated === undefined ? {} : { translated }) } : { headers: [] };
    return new TurnShaper({ ...said, kind, own }, session, this.#context, this.#settings, 'no');
  }
}
