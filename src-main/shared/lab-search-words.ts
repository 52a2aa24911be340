import type { LabClaim, LabCondition, LabResult, LabSearch } from './lab.ts';
import { promisedSpeed } from './lab-design.ts';
import { rangeText, sizeText } from './lab-words.ts';
import { capital } from './tiers.ts';
import type { Words } from './words/words.ts';

/** What fast depends on, in sentences. Pure. */

const needed = ({ t, format }: Words, claims: readonly Pick<LabClaim, 'condition'>[]) =>
  format.list(claims.map(({ condition }) => t(`search.needed.${condition}`)));

const without = ({ t, format }: Words, conditions: readonly LabCondition[]) =>
  format.list(conditions.map((condition) => t(`search.without.${condition}`)));

function neededText(words: Words, claims: readonly LabClaim[]): readonly string[] {
  const { t } = words;
  const all = needed(words, claims);
  const [one, two, ...more] = claims;
  if (one === undefined) return [];
  if (more.length > 0) return [t('search.needs.several', { needed: all })];
  if (two !== undefined) return [t('search.needs.two', { needed: all })];
  const said = { needed: all, without: without(words, [one.condition]) };
  const { loss, rounds } = one;
  if (loss === null) return [t('search.needs.one', said)];
  const longer = sizeText(words, loss.effectPercent);
  return [t('search.needs.one.loss', { ...said, longer, range: rangeText(words, loss), rounds })];
}

function otherTexts(words: Words, claims: readonly LabClaim[]): readonly string[] {
  const { t } = words;
  const of = (finding: LabClaim['finding']) => claims.filter((claim) => claim.finding === finding);
  const said = (finding: 'not-needed' | 'partly') => {
    const conditions = of(finding).map(({ condition }) => condition);
    return conditions.length === 0 ? [] : [{ without: capital(without(words, conditions)) }];
  };
  return [
    ...said('not-needed').map((values) => t('search.stays', values)),
    ...said('partly').map((values) => t('search.partly', values)),
    ...of('open').map((claim) => t('search.notDecided', { rounds: claim.rounds, needed: needed(words, [claim]) })),
  ];
}

const speedOf = ({ effectPercent }: Pick<LabResult, 'effectPercent'>) =>
  (1 / (1 + (effectPercent ?? 0) / 100)).toFixed(1);

/** What was found, in sentences; empty while it runs. */
export function searchSentences(
  words: Words,
  { finding, official, without: off, claims }: Pick<LabSearch, 'finding' | 'official' | 'without' | 'claims'>,
  asked: readonly LabCondition[],
): readonly string[] {
  const { t } = words;
  const pairs = t('verdict.pairs.turns', { n: official.looks.at(-1)?.n ?? official.pairs });
  switch (finding) {
    case null:
      return [];
    case 'never':
      return [t('search.never', { speed: promisedSpeed, pairs })];
    case 'whatever-else': {
      if (off === null) return [];
      const { lowPercent, highPercent, pairs: n } = off;
      const said = { speed: speedOf(off), left: without(words, asked), pairs: t('verdict.pairs.turns', { n }) };
      return lowPercent === null || highPercent === null
        ? [t('search.whatever-else.plain', said)]
        : [t('search.whatever-else', { ...said, range: rangeText(words, { lowPercent, highPercent }) })];
    }
    case 'some-needed':
      return [
        ...neededText(
          words,
          claims.filter((claim) => claim.finding === 'needed'),
        ),
        ...otherTexts(words, claims),
      ];
    case 'none-alone':
    case 'revoked':
      return [t(`search.${finding}`)];
    case 'open':
      return claims.length === 0 ? [t('search.open', { pairs })] : otherTexts(words, claims);
  }
}
