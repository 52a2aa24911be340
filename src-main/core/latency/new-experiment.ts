import type { LabEstimate, LabExperiment, LabRequest, LabResult, LabSearch, QuotaDraw } from '../../shared/lab.ts';
import { capOf, stageCap } from '../../shared/lab-design.ts';
import { analyse } from './analyse.ts';
import { turnsOf } from './experiment.ts';
import { priceOfPairs } from './price.ts';
import type { VerdictRules } from './verdict.ts';

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
