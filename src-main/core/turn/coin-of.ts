import type { NormaliseQuestion } from '../normalise/normalise.ts';
import type { CoinQuestion, TurnContext } from './context.ts';
import type { TurnRequest } from './turn.ts';

/** A coin for the turns of clients, where one is thrown; those that Slipstream asks itself name their tier. */
export function coinOf(
  { own }: Pick<TurnRequest, 'own'>,
  { coin }: Pick<TurnContext, 'coin'>,
  asked: Omit<CoinQuestion, 'model'>,
): Pick<NormaliseQuestion, 'coinFor'> {
  return own !== undefined || coin === undefined ? {} : { coinFor: (model) => coin({ ...asked, model }) };
}
