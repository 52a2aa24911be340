import type { LabExperiment, LabLook, LabResult } from './lab.ts';
import { capOf, mostLabPairs, promisedSpeed, stageCap } from './lab-design.ts';
import { capital } from './tiers.ts';
import type { Words } from './words/words.ts';

/** A verdict in sentences, each with its numbers, from nothing but the facts that are kept. Pure. */

/** What the sentences are made of. */
export interface VerdictFacts
  extends Pick<LabResult, 'verdict' | 'looks' | 'promiseRuledOut' | 'morePairs' | 'pairs' | 'lostPairs'> {
  readonly tier: string;
  /** Pairs after which the run ends in any case. */
  readonly cap: number;
  readonly regionPercent: number;
  /** A session's first tokens wait for people and tools, too: its outcome is the time after them, where the promise is whole. */
  readonly of: 'turns' | 'sessions';
}

export interface VerdictSentences {
  readonly sentence: string;
  /** What else is to be known of it. */
  readonly notes: readonly string[];
}

const whole = 10;

/** "33 %", "4.2 %": without its sign. */
export function sizeText({ format }: Words, percent: number): string {
  const size = Math.abs(percent);
  return format.percent(size >= whole ? Math.round(size) : Number(size.toFixed(1)));
}

const withSide = (words: Words, percent: number) =>
  words.t(percent <= 0 ? 'verdict.less' : 'verdict.more', { percent: sizeText(words, percent) });

/** "12 to 49 % less", or "4 % less to 3 % more" where it crosses zero; from the end nearer to nothing. */
export function rangeText(words: Words, { lowPercent, highPercent }: Pick<LabLook, 'lowPercent' | 'highPercent'>) {
  if (lowPercent < 0 && highPercent > 0)
    return words.t('verdict.range.across', { low: withSide(words, lowPercent), high: withSide(words, highPercent) });
  const isLess = lowPercent < 0;
  const [near, far] = isLess ? [highPercent, lowPercent] : [lowPercent, highPercent];
  const figure = sizeText(words, near).replace(/ ?%$/, '');
  return words.t(isLess ? 'verdict.range.less' : 'verdict.range.more', { near: figure, far: sizeText(words, far) });
}

/** What a verdict says, and what is to be known of it. */
export function verdictSentences(words: Words, facts: VerdictFacts): VerdictSentences {
  const { verdict, looks, pairs: complete, lostPairs, of, regionPercent } = facts;
  const { t } = words;
  const pairsText = (n: number) => t(`verdict.pairs.${of}`, { n });
  const last = looks.at(-1);
  if (last === undefined) return { sentence: t('verdict.tooFew', { pairs: pairsText(complete) }), notes: [] };
  const pairs = pairsText(last.n);
  const range = rangeText(words, last);
  const outcome = t(`verdict.outcome.${of}`);
  switch (verdict) {
    case 'faster':
    case 'slower':
      return {
        sentence: t(`verdict.${verdict}`, {
          tier: capital(facts.tier),
          middle: withSide(words, last.effectPercent),
          outcome,
          range,
          pairs,
          looks: looks.length,
        }),
        notes: [
          ...(last.n < facts.cap ? [t('verdict.note.early')] : []),
          ...(verdict === 'faster' && facts.promiseRuledOut ? [t('verdict.note.belowPromise')] : []),
        ],
      };
    case 'no-difference':
      return { sentence: t('verdict.no-difference', { range, outcome, pairs, region: regionPercent }), notes: [] };
    case 'undecided':
      return undecided(words, facts, last, { range, pairs });
    case 'not-enough-data':
      return { sentence: t('verdict.lossy', { lost: lostPairs, all: complete + lostPairs }), notes: [] };
  }
}

function undecided(
  words: Words,
  { tier, promiseRuledOut, morePairs: more, of }: VerdictFacts,
  { n, lowPercent }: LabLook,
  said: { readonly range: string; readonly pairs: string },
): VerdictSentences {
  const { t } = words;
  if (promiseRuledOut) {
    const most = sizeText(words, Math.min(lowPercent, 0));
    const note =
      n >= mostLabPairs
        ? t('verdict.note.most')
        : more === null
          ? t('verdict.note.beyond', { most: mostLabPairs })
          : t('verdict.note.left', { more });
    return { sentence: t('verdict.noPromise', { tier, most, ...said }), notes: [note] };
  }
  const promise =
    of === 'sessions' ? t('verdict.promise.sessions') : t('verdict.promise.turns', { speed: promisedSpeed });
  return {
    sentence: t('verdict.undecided', { ...said, promise }),
    notes: n >= mostLabPairs || more === null ? [] : [t('verdict.note.more', { more })],
  };
}

/** The sentences of a kept experiment, or of one stage of it. Those of an earlier form stay as they were told. */
export function experimentSentences(
  words: Words,
  { form, request: { kind, pairs, tier, regionPercent } }: Pick<LabExperiment, 'form' | 'request'>,
  result: LabResult,
): VerdictSentences {
  if (form === 'blocks') return { sentence: result.sentence, notes: [words.t('verdict.note.blocks')] };
  const cap = kind === 'conditions' ? stageCap : capOf(pairs);
  return verdictSentences(words, { ...result, tier, cap, regionPercent, of: kind === 'coin' ? 'sessions' : 'turns' });
}
