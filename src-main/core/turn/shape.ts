import type { Transport } from '../../shared/model.ts';
import type { Account } from '../accounts/account.ts';
import { type Normalised, normaliseInSlices } from '../normalise/normalise.ts';
import type { Slices } from '../slices.ts';
import { timeId } from '../time-id.ts';
import { coinOf } from './coin-of.ts';
import type { CoinQuestion, TurnContext, TurnSettings } from './context.ts';
import type { AccountBody } from './conversation.ts';
import type { Session } from './sessions.ts';
import { withoutStrangeState } from './strangers.ts';
import type { TurnRequest } from './turn.ts';

/** What differs from one attempt to the next. */
export interface ShapeQuestion extends AccountBody {
  readonly account: Account;
  readonly transport: Transport;
  readonly routingOverride: string | null;
}

/** What of a request its shape depends on, beside its body. */
type ShapedRequest = Pick<TurnRequest, 'headers' | 'query' | 'kind' | 'translated' | 'mended' | 'own' | 'key'>;

/** Shapes one turn for whichever account and transport tries it; its turn id and settings stay the same. */
export class TurnShaper {
  readonly #request: ShapedRequest;
  readonly #session: Session;
  readonly #context: TurnContext;
  readonly #settings: TurnSettings;
  readonly #begins: CoinQuestion['begins'];
  readonly #turnId = timeId();

  /** `begins`: whether its session does so with it. */
  constructor(
    request: ShapedRequest,
    session: Session,
    context: TurnContext,
    settings: TurnSettings,
    begins: CoinQuestion['begins'],
  ) {
    this.#request = request;
    this.#session = session;
    this.#context = context;
    this.#settings = settings;
    this.#begins = begins;
  }

  /** Rests now and then where the body is long. */
  *shape({ body, raw, changes, account, transport, routingOverride }: ShapeQuestion): Slices<Normalised> {
    const { catalogue, platform, clock, profiles, transports } = this.#context;
    const { fastPolicy, originator, installationId } = this.#settings;
    const headers = withoutStrangeState(this.#request.headers, this.#context.issuers, account.id);
    const shaped = yield* normaliseInSlices({
      body,
      raw,
      headers: headers.kept,
      query: this.#request.query ?? '',
      isTranslated: this.#request.translated !== undefined,
      endpoint: this.#request.kind === 'compact' ? 'compact' : 'responses',
      transport,
      policy: fastPolicy,
      sessionId: this.#session.id,
      account: { accessToken: account.tokens.accessToken, accountId: account.workspaceId, routingOverride },
      tiersOf: (slug) => catalogue.tiersOf(slug),
      levelsOf: (slug) => catalogue.levelsOf(slug),
      originator,
      installationId,
      turnId: this.#turnId,
      turnStartedAtMs: Math.round(clock.epochMs()),
      platform,
      profiles,
      encodesBody: transports.takesEncoded,
      ...coinOf(this.#request, this.#context, {
        sessionId: this.#session.id,
        accountId: account.id,
        begins: this.#begins,
      }),
      ...(this.#request.own?.leftOut === undefined ? {} : { leftOut: this.#request.own.leftOut }),
    });
    const before = this.#request.translated ?? this.#request.mended;
    return {
      ...shaped,
      changes: [...(before?.changes ?? []), ...changes, ...shaped.changes, ...headers.changes],
    };
  }
}
