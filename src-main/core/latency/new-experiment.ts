import { SlipstreamError } from '../../shared/errors.ts';
import type { LabEstimate, LabExperiment, LabRequest, LabResult, LabSearch, QuotaDraw } from '../../shared/lab.ts';
import { capOf, stageCap } from '../../shared/lab-design.ts';
import { saidInEnglish } from '../../shared/words/said.ts';
import { tell } from '../../shared/words/told.ts';
import { analyse } from './analyse.ts';
import { turnsOf } from './experiment.ts';
import { priceOfPairs } from './price.ts';
import type { VerdictRules } from './verdict.ts';

/** The rules that an experiment of at most `cap` pairs is judged by. */
export function rulesOf({ regionPercent }: Pick<LabRequest, 'regionPercent'>, cap: number): VerdictRules {
  return { cap, regionPercent };
}

type Given = Pick<
  LabExperiment,
  'id' | 'startedAt' | 'request' | 'accountId' | 'accountLabel' | 'version' | 'profile' | 'seed'
>;

/** Readings below which the quota drawn for a token would be chance. */
const leastQuotaReadings = 5;

/** What a new one takes at the most, with its share of the quota where ordinary traffic shows what standard turns draw. Pure. */
export function estimateOf(
  request: LabRequest,
  standard: QuotaDraw | undefined,
  modelHasTier: boolean | null,
): LabEstimate {
  const pairs = request.kind === 'pairs' ? capOf(request.pairs) : 2 * stageCap;
  const price = priceOfPairs(pairs, request);
  const quotaReadings = standard?.n ?? 0;
  const draw = quotaReadings < leastQuotaReadings ? null : (standard?.percentPerThousandTokens ?? null);
  return {
    ...price,
    model: request.model,
    tier: request.tier,
    pairs,
    quotaPercent: draw === null ? null : (draw * price.standardEquivalentTokens) / 1_000,
    quotaReadings,
    modelHasTier,
  };
}

/** Throws `request_invalid` where the model lacks the tier: it would be left out, and both arms be the same. */
export function checkTier(
  { model, tier }: Pick<LabRequest, 'model' | 'tier'>,
  { modelHasTier }: { readonly modelHasTier: (model: string, tier: string) => boolean | null },
): void {
  if (modelHasTier(model, tier) === false)
    throw new SlipstreamError('request_invalid', saidInEnglish(tell('failures.coin.tier', { tier, model })));
}

/** An experiment before its first turn. Pure. */
export function newExperiment(given: Given): LabExperiment {
  const { request } = given;
  const isSearch = request.kind === 'conditions';
  const cap = isSearch ? stageCap : capOf(request.pairs);
  const { result } = analyse([], rulesOf(request, cap), request.tier);
  return {
    ...given,
    form: 'sequential',
    endedAt: null,
    pauses: [],
    state: 'running',
    problem: null,
    unkept: null,
    keptAt: null,
    run: 1,
    turnsDone: 0,
    turnsTotal: turnsOf(cap) * (isSearch ? 2 : 1),
    pairs: [],
    result,
    search: isSearch ? firstSearch(result) : null,
    coin: null,
  };
}

function firstSearch(official: LabResult): LabSearch {
  return {
    stage: 1,
    official,
    without: null,
    price: null,
    isConfirmed: false,
    rounds: 0,
    claims: [],
    firstTokenOverHttp: null,
    finding: null,
    sentences: [],
  };
}
