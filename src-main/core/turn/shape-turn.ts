import { SlipstreamError } from '../../shared/errors.ts';
import type { Transport } from '../../shared/model.ts';
import type { Account } from '../accounts/account.ts';
import type { Normalised } from '../normalise/normalise.ts';
import type { Slices } from '../slices.ts';
import type { ChainMatch } from './chains.ts';
import type { Conversation } from './conversation.ts';
import type { Plan } from './plan.ts';
import type { TurnShaper } from './shape.ts';

/** A turn as one account and transport get it. */
export interface ShapedTurn {
  readonly transport: Transport;
  readonly shaped: Normalised;
  /** The chain that stands for the items left out; null when everything is sent. */
  readonly increment: ChainMatch | null;
}

/** An account that can be asked now, and what upstream wants its turns to say. */
export interface ReadyAccount {
  readonly account: Account;
  readonly routingOverride: string | null;
}

interface ShapeWork extends ReadyAccount {
  readonly wanted: Transport;
  readonly plan: Plan;
  /** Of the whole request. */
  readonly rawBytes: number;
  /** Of a frame. */
  readonly limitBytes: number;
  readonly conversation: Conversation;
  readonly shaper: TurnShaper;
}

/**
 * Shapes a turn for an account: its new items alone where a socket holds the rest, over HTTP (far too big: at once) where a frame
 * would be too big. Throws `previous_response_not_found` where HTTP cannot go on.
 */
export function* shapeTurn(work: ShapeWork): Slices<ShapedTurn> {
  const { account, conversation, limitBytes, plan, rawBytes, wanted } = work;
  const mayShorten = wanted === 'ws' && !plan.sendsAll && !plan.withoutReasoning;
  const increment = mayShorten ? conversation.findIncrement(account) : null;
  const shaped = increment === null && rawBytes > 2 * limitBytes ? null : yield* shapeOver(wanted, increment, work);
  if (shaped !== null && (wanted === 'http' || shaped.body.length < limitBytes))
    return { transport: wanted, shaped, increment };
  if (conversation.clientExtends !== null) throw new SlipstreamError('previous_response_not_found');
  return { transport: 'http', shaped: yield* shapeOver('http', null, work), increment: null };
}

function* shapeOver(transport: Transport, match: ChainMatch | null, work: ShapeWork): Slices<Normalised> {
  const { account, conversation, plan, routingOverride, shaper } = work;
  const body = yield* conversation.bodyFor(match, plan.withoutReasoning, account.id);
  return yield* shaper.shape({ ...body, account, routingOverride, transport });
}
