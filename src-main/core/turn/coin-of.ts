import { fastTiers } from '../../shared/tiers.ts';
import type { NormaliseQuestion } from '../normalise/normalise.ts';
import type { CoinQuestion, TurnContext } from './context.ts';
import type { TurnRequest } from './turn.ts';

/** A key that may not use each tier a coin can fall on takes no part: it was let in by what its client asked. */
const mayBeThrownFor = ({ own, key }: Pick<TurnRequest, 'own' | 'key'>) =>
  own === undefined && (key === undefined || fastTiers.every(({ id }) => key.mayUse(id)));

/** A coin for the turns of clients, where one is thrown; those that Slipstream asks itself name their tier. */
export function coinOf(
  request: Pick<TurnRequest, 'own' | 'key'>,
  { coin }: Pick<TurnContext, 'coin'>,
  asked: Omit<CoinQuestion, 'model'>,
): Pick<NormaliseQuestion, 'coinFor'> {
  return coin === undefined || !mayBeThrownFor(request) ? {} : { coinFor: (model) => coin({ ...asked, model }) };
}
