import type { LabClaim, LabCondition, LabConditionsFinding, LabResult, LabSearch } from '../../shared/lab.ts';
import { promisedSpeed } from './verdict.ts';
import { countOf, percentText, rangeText } from './verdict-words.ts';

/** What fast depends on, in sentences. Pure. */

/** As what is needed, and as what is left out. */
const names: Readonly<Record<LabCondition, { readonly needed: string; readonly without: string }>> = {
  transport: { needed: 'the websocket', without: 'over HTTP' },
  originator: { needed: 'the official originator', without: 'with another originator' },
  hint: { needed: 'the routing hint', without: 'without the routing hint' },
  metadata: { needed: 'the turn metadata', without: 'without the turn metadata' },
};

function listOf(parts: readonly string[], word: 'and' | 'or'): string {
  const last = parts.at(-1) ?? '';
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} ${word} ${last}`;
}

/** The finding of the stages so far; null while the next one is still to come. */
export function searchFinding(
  { official, without, claims }: Pick<LabSearch, 'official' | 'without' | 'claims'>,
  stillGranted: boolean | null,
): LabConditionsFinding | null {
  if (official.verdict !== 'faster') return official.promiseRuledOut ? 'never' : 'open';
  if (without === null) return null;
  if (without.verdict === 'faster') return 'whatever-else';
  if (claims.length === 0) return null;
  if (stillGranted === false) return 'revoked';
  if (claims.some(({ finding }) => finding === 'needed' || finding === 'partly')) return 'some-needed';
  return claims.every(({ finding }) => finding === 'not-needed') ? 'none-alone' : 'open';
}

const speed = ({ effectPercent }: Pick<LabResult, 'effectPercent'>) =>
  `${(1 / (1 + (effectPercent ?? 0) / 100)).toFixed(1)}×`;

function neededText(claims: readonly LabClaim[]): string {
  const needed = claims.filter(({ finding }) => finding === 'needed');
  if (needed.length === 0) return '';
  const list = listOf(
    needed.map(({ condition }) => names[condition].needed),
    'and',
  );
  const [one] = needed;
  const loss =
    needed.length === 1 && one?.loss != null
      ? ` (a token takes ${percentText(one.loss.effectPercent)} longer, ${rangeText(one.loss.lowPercent, one.loss.highPercent)}, ${countOf(one.rounds, 'round')})`
      : '';
  if (one !== undefined && needed.length === 1)
    return `Fast needs ${list}: ${names[one.condition].without} the gain is gone${loss}.`;
  const both = needed.length === 2 ? 'both ' : '';
  return `Fast needs ${both}${list}: without ${needed.length === 2 ? 'either' : 'any of them'} the gain is gone.`;
}

function otherTexts(claims: readonly LabClaim[]): readonly string[] {
  const of = (finding: LabClaim['finding']) => claims.filter((claim) => claim.finding === finding);
  const kept = of('not-needed').map(({ condition }) => names[condition].without);
  const partly = of('partly').map(({ condition }) => names[condition].without);
  const open = of('open');
  return [
    ...(kept.length === 0 ? [] : [`${upper(listOf(kept, 'and'))} it stays: still faster.`]),
    ...(partly.length === 0 ? [] : [`${upper(listOf(partly, 'and'))} priority is still faster, but less so.`]),
    ...open.map(
      ({ condition, rounds }) => `Not decided after ${countOf(rounds, 'round')}: ${names[condition].needed}.`,
    ),
  ];
}

const upper = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** What was found, in sentences; empty while it runs. */
export function searchSentences(
  { finding, official, without, claims }: Pick<LabSearch, 'finding' | 'official' | 'without' | 'claims'>,
  asked: readonly LabCondition[],
): string[] {
  const pairs = countOf(official.looks.at(-1)?.n ?? official.pairs, 'pair');
  switch (finding) {
    case null:
      return [];
    case 'never':
      return [
        `Fast is not granted here, even as the official client asks for it: any gain is under ${promisedSpeed}× (${pairs}). Nothing was searched further.`,
      ];
    case 'whatever-else': {
      if (without === null) return [];
      const left = listOf(
        asked.map((condition) => names[condition].without),
        'and',
      );
      const { lowPercent, highPercent, pairs: n } = without;
      const range = lowPercent === null || highPercent === null ? '' : `${rangeText(lowPercent, highPercent)} time, `;
      return [`Fast works whatever else is sent: ${speed(without)} ${left} (${range}${countOf(n, 'pair')}).`];
    }
    case 'some-needed':
      return [neededText(claims), ...otherTexts(claims)].filter((text) => text !== '');
    case 'none-alone':
      return [
        'No single condition is needed, but with all of them off the gain is gone: one may stand in for another.',
      ];
    case 'revoked':
      return [
        "Fast was granted in stage 1 and not during stage 3: the account's grant changed; nothing is said of conditions.",
      ];
    case 'open':
      return claims.length === 0
        ? [`Not decided after ${pairs} whether fast is granted here at all. Nothing was searched further.`]
        : [...otherTexts(claims)];
  }
}
