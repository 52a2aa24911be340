import type { LabContinuation, LabExperiment } from '../../shared/lab.ts';
import { lookSizes } from './looks.ts';
import { completePairs } from './pairs.ts';
import { priceOfPairs, priceText } from './price.ts';

/** Whether an ended experiment can go on, and what that takes. Its interval holds at all seven looks together. Pure. */

/** Looks that only a continued experiment has. */
const furtherLooks = lookSizes.slice(-2);

/** What an experiment's turns would be sent with now. */
export interface LabNow {
  readonly version: string;
  readonly profile: string;
  /** Id of the account that its request would run on; null where there is none. */
  readonly accountId: string | null;
}

/** Why it cannot go on; null where it can. */
function obstacle(experiment: LabExperiment, now: LabNow): string | null {
  const { form, request, state, endedAt, result, version, profile, accountId, pairs } = experiment;
  if (form === 'blocks') return 'It is of the earlier form, whose pairs shared sockets: they cannot be added to.';
  if (request.kind !== 'pairs') return 'A search for conditions is not continued; start it anew.';
  if (state === 'running' || state === 'asking') return 'It runs.';
  if (endedAt === null) return 'Slipstream ended while it ran, so that its hours are not known.';
  if (result.verdict !== 'undecided' && result.morePairs === null) return 'It is decided.';
  if (completePairs(pairs) >= (lookSizes.at(-1) ?? 0)) return 'It has as many pairs as an experiment takes.';
  if (version !== now.version)
    return `It ran on Slipstream ${version ?? 'of an earlier version'}, and this is ${now.version}: its pairs would not be alike.`;
  if (profile !== now.profile)
    return `It ran with the profile ${profile ?? 'of an earlier version'}, and turns go with ${now.profile} now: its pairs would not be alike.`;
  if (now.accountId === null) return `Its account, ${experiment.accountLabel}, is not here.`;
  if (accountId !== now.accountId) return 'An earlier version did not keep which account it ran on.';
  return null;
}

/** The sizes that it can go on to, each with the price of what is left; or why it cannot. */
export function continuationOf(experiment: LabExperiment, now: LabNow): LabContinuation {
  const why = obstacle(experiment, now);
  if (why !== null) return { why, steps: [] };
  const before = completePairs(experiment.pairs);
  const steps = furtherLooks
    .filter((size) => size > before)
    .map((pairs) => {
      const price = priceOfPairs(pairs - before, experiment.request);
      return { pairs, price, sentence: `To ${pairs} pairs: at most ${priceText(price)}.` };
    });
  return { why: null, steps };
}
