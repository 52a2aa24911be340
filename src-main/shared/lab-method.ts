import type { LabEstimate, LabEvidence, LabExperiment, LabPrice } from './lab.ts';
import type { Words } from './words/words.ts';

/** What is said of an experiment beside its verdict. Pure. */

/** Of claims on conditions, in per cent: four of them take more than three to be false together as seldom. */
export function claimLevelPercent(conditions: readonly unknown[]): number {
  return conditions.length > 3 ? 99.6 : 99.5;
}

/** How it was measured, in three lines, and one more for a search. */
export function methodLines(
  { t }: Pick<Words, 't'>,
  { request, form, search }: Pick<LabExperiment, 'request' | 'form' | 'search'>,
): readonly string[] {
  if (form === 'blocks') return [t('lab.method.blocks')];
  const rules = t('lab.method.rules', { region: request.regionPercent });
  if (request.kind === 'coin') return [t('lab.method.coin'), t('lab.method.coin.outcome'), rules];
  const lines = [t('lab.method.pairs'), t('lab.method.outcome'), rules];
  return search === null ? lines : [...lines, t('lab.method.search', { level: claimLevelPercent(request.conditions) })];
}

/** How the quota rose meanwhile, and during which turns. */
export function quotaSentence({ t }: Pick<Words, 't'>, quota: LabEvidence['quota']): string {
  if (quota === null) return t('lab.evidence.quota.none');
  const { steps, duringPriority, lowOdds, highOdds } = quota;
  if (steps === 0) return t('lab.evidence.quota.flat');
  const said = { steps, fast: duringPriority, low: lowOdds.toFixed(1) };
  return highOdds === null
    ? t('lab.evidence.quota.open', said)
    : t('lab.evidence.quota', { ...said, high: highOdds.toFixed(1) });
}

/** "96 turns, about 30,720 output tokens, …; about 12 min", without its full stop. */
function priceText({ t }: Pick<Words, 't'>, { turns, outputTokens, standardEquivalentTokens, durationMs }: LabPrice) {
  const minutes = Math.max(1, Math.round(durationMs / 60_000));
  return t('lab.price', { turns, tokens: outputTokens, standard: standardEquivalentTokens, minutes });
}

/** What it takes at the most, before it begins. */
export function estimateSentence(
  words: Pick<Words, 't'>,
  estimate: LabEstimate,
  kind: LabExperiment['request']['kind'],
): string {
  const price = priceText(words, estimate);
  return words.t(kind === 'conditions' ? 'lab.price.stages' : 'lab.price.most', { price });
}

/** What going on to so many pairs takes. */
export function stepSentence(words: Pick<Words, 't'>, pairs: number, price: LabPrice): string {
  return words.t('lab.price.step', { pairs, price: priceText(words, price) });
}
