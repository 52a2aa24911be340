import { SlipstreamError } from '../../shared/errors.ts';
import type { LabContinuation, LabExperiment } from '../../shared/lab.ts';
import { capOf } from '../../shared/lab-design.ts';
import { saidInEnglish } from '../../shared/words/said.ts';
import { tell } from '../../shared/words/told.ts';
import { othersWords, type Told } from '../../shared/words/told-text.ts';
import { lookSizes } from './looks.ts';
import { completePairs } from './pairs.ts';
import { priceOfPairs } from './price.ts';
import { usualRules } from './verdict.ts';

/** Whether an ended experiment can go on, and what that takes. Its interval holds at all seven looks together. Pure. */

/** Where a continued experiment can end: at its own size, if it was stopped before, at the usual one, and at the looks that are for it alone. */
function furtherLooks(pairs: number): readonly number[] {
  return [...new Set([capOf(pairs), usualRules.cap, ...lookSizes.slice(-2)])].toSorted((a, b) => a - b);
}

/** What an experiment's turns would be sent with now. */
export interface LabNow {
  readonly version: string;
  readonly profile: string;
  /** Id of the account that its request would run on; null where there is none. */
  readonly accountId: string | null;
}

/** Why it cannot go on, told; null where it can. */
function obstacle(experiment: LabExperiment, now: LabNow): Told | null {
  const { form, request, state, endedAt, result, version, profile, accountId, pairs } = experiment;
  if (form === 'blocks') return tell('lab.no.blocks');
  if (request.kind !== 'pairs') return tell('lab.no.search');
  if (state === 'running' || state === 'asking') return tell('lab.no.runs');
  if (endedAt === null) return tell('lab.no.cutOff');
  if (result.verdict !== 'undecided' && result.verdict !== 'not-enough-data') return tell('lab.no.decided');
  if (completePairs(pairs) >= (lookSizes.at(-1) ?? 0)) return tell('lab.no.full');
  if (version === null || profile === null) return tell('lab.no.earlier');
  if (version !== now.version) return tell('lab.no.version', { was: version, now: now.version });
  if (profile !== now.profile) return tell('lab.no.profile', { was: profile, now: now.profile });
  if (now.accountId === null) return tell('lab.no.account', { account: experiment.accountLabel });
  if (accountId !== now.accountId) return tell('lab.no.accountUnknown');
  return null;
}

/** The sizes that it can go on to, each with the price of what is left; or why it cannot. */
export function continuationOf(experiment: LabExperiment, now: LabNow): LabContinuation {
  const why = obstacle(experiment, now);
  if (why !== null) return { why, steps: [] };
  const before = completePairs(experiment.pairs);
  const steps = furtherLooks(experiment.request.pairs)
    .filter((size) => size > before)
    .map((pairs) => ({ pairs, price: priceOfPairs(pairs - before, experiment.request) }));
  return { why: null, steps };
}

/** Why it cannot go on to a size: not at all, or to others. */
export function noSuchStep(why: string | null, steps: LabContinuation['steps']): SlipstreamError {
  const told =
    why === null
      ? tell('failures.lab.steps', { pairs: eitherOf(steps.map(({ pairs }) => String(pairs))) })
      : othersWords(why);
  return new SlipstreamError('request_invalid', saidInEnglish(told));
}

/** One of several figures, as a told text. */
function eitherOf([first = '', ...others]: readonly string[]): string {
  return others.length === 0 ? first : tell('failures.lab.or', { first, rest: eitherOf(others) });
}
