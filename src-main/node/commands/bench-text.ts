import type { LabArm, LabClaim, LabEvidence, LabExperiment, LabLook, LabResult } from '../../shared/lab.ts';
import { methodLines, quotaSentence } from '../../shared/lab-method.ts';
import { tierWord } from '../../shared/tiers.ts';
import { absent } from '../../shared/turn-words.ts';
import { english } from '../../shared/words/english.ts';
import { tableLines } from './text-table.ts';

/** What `slipstream bench` writes. Pure. */

const barWidth = 30;

/** `[######------------------------]  12/96 turns  -8.1 % (8 pairs)` */
export function progressBar({ turnsDone, turnsTotal, result, search }: LabExperiment): string {
  const filled = Math.min(barWidth, Math.round((turnsDone / Math.max(1, turnsTotal)) * barWidth));
  const bar = `${'#'.repeat(filled)}${'-'.repeat(barWidth - filled)}`;
  const stage = search === null ? '' : `  stage ${search.stage}`;
  const last = result.looks.at(-1);
  const effect = last === undefined ? '' : `  ${signed(last.effectPercent)} (${last.n} pairs)`;
  return `[${bar}]  ${turnsDone}/${turnsTotal} turns${stage}${effect}`;
}

/** The newest pair in words: `14/96 turns: pair 4: standard 16.1 ms, fast 10.2 ms a token, -36.6 %`. */
export function progressLine({ request, pairs, turnsDone, turnsTotal, search }: LabExperiment): string {
  const place = `${turnsDone}/${turnsTotal} turns`;
  if (search !== null && search.stage === 3) return `${place}: round ${search.rounds}`;
  const pair = pairs.at(-1);
  if (pair === undefined) return place;
  const number = `${place}: ${search === null ? '' : `stage ${search.stage}, `}pair ${pair.pair + 1}`;
  const { standard, priority, effectPercent } = pair;
  if (effectPercent === null) return `${number}: failed, ${standard.failure ?? priority.failure ?? 'no output'}`;
  const perToken = [standard, priority].map(({ totalMs, outputTokens }) => (totalMs / outputTokens).toFixed(2));
  const flag = pair.lengthsDiffer ? ', lengths differ' : '';
  return `${number}: standard ${perToken[0]} ms, ${tierWord(request.tier)} ${perToken[1]} ms a token, ${signed(effectPercent)}${flag}`;
}

/** The result for people: both arms' medians, each with its n, every look, and the verdict in sentences. */
export function resultLines(experiment: LabExperiment): readonly string[] {
  const { request, accountLabel, state, problem, result, search, id, run } = experiment;
  const head = `${request.model} on ${accountLabel}, effort ${request.effort}${state === 'stopped' ? ', stopped early' : ''}`;
  const told = [...result.notes, ...flagsOf(result), ...(problem === null ? [] : [`It failed: ${problem}`])];
  const found = search === null ? [] : searchLines(search);
  return [
    head,
    `${hoursOf(experiment)}, run ${run} on this account and model, id ${id}`,
    sentWith(experiment),
    '',
    ...tableLines([
      ['median', absent, tierWord(request.tier)],
      ...figures.map(({ key, name, digits, unit }) => [
        name,
        ...[result.standard[key], result.priority[key]].map(({ median, n }) =>
          median === null ? `- (n = ${n})` : `${median.toFixed(digits)} ${unit} (n = ${n})`,
        ),
      ]),
    ]),
    '',
    ...(experiment.form === 'blocks' ? [] : [...evidenceLines(result.evidence, request.tier), '']),
    ...(result.looks.length === 0 ? [] : [...lookTable(result.looks), '']),
    ...methodLines(english, experiment),
    '',
    result.sentence,
    ...told,
    ...found,
  ];
}

/** `Slipstream 0.1.0, profile 0.169, seed 4711`; of an earlier form what it kept. */
function sentWith({ version, profile, seed }: LabExperiment): string {
  const known = [
    ...(version === null ? [] : [`Slipstream ${version}`]),
    ...(profile === null ? [] : [`profile ${profile}`]),
    ...(seed === null ? [] : [`seed ${seed}`]),
  ];
  return known.length === 0 ? 'version not known' : known.join(', ');
}

/** What lies beside the verdict and decides nothing. */
function evidenceLines({ echoes, failures, stalls, quota }: LabEvidence, tier: string): readonly string[] {
  const echoed = (arm: LabArm) => {
    const own = echoes.filter((echo) => echo.arm === arm);
    return own.length === 0 ? '-' : own.map(({ echoed: name, n }) => `${name ?? 'none'} ${n}x`).join(', ');
  };
  return [
    ...tableLines([
      ['beside the verdict', absent, tierWord(tier)],
      ['tier echoed', echoed('standard'), echoed('priority')],
      ['failed turns', String(failures.standard), String(failures.priority)],
      ['stalls', String(stalls.standard), String(stalls.priority)],
    ]),
    `An echo proves nothing. ${quotaSentence(english, quota)}`,
  ];
}

/** When it ran, in UTC: `2026-11-28 10:02 to 10:14 UTC`, and when it was continued; `from 2026-11-28 10:02 UTC` without an end. */
export function hoursOf({
  startedAt,
  endedAt,
  pauses,
}: Pick<LabExperiment, 'startedAt' | 'endedAt' | 'pauses'>): string {
  const instants = [
    startedAt,
    ...pauses.flatMap(({ fromMs, toMs }) => [fromMs, toMs]),
    ...(endedAt === null ? [] : [endedAt]),
  ];
  const days = instants.map((at) => new Date(at).toISOString().slice(0, 10));
  const text = instants.map((at, index) => {
    const begins = index === 0 ? '' : ', then ';
    // The last one that began goes on.
    const open = endedAt === null && index === instants.length - 1 ? 'from ' : '';
    const word = index % 2 === 1 ? ' to ' : `${begins}${open}`;
    const day = days[index] === days[index - 1] ? '' : `${days[index]} `;
    return `${word}${day}${new Date(at).toISOString().slice(11, 16)}`;
  });
  return `${text.join('')} UTC`;
}

/** Every look with its interval. */
export function lookTable(looks: readonly LabLook[]): readonly string[] {
  return tableLines([['look at', 'time per token with fast'], ...looks.map(lookRow)]);
}

const lookRow = (look: LabLook) => [`${look.n} pairs`, lookText(look)];

function lookText({ effectPercent, lowPercent, highPercent }: LabLook): string {
  return `${signed(effectPercent)} (${signed(lowPercent)} to ${signed(highPercent)})`;
}

const findings: Readonly<Record<LabClaim['finding'], string>> = {
  needed: 'needed',
  'not-needed': 'not needed',
  partly: 'partly',
  open: 'open',
};

function searchLines({ claims, sentences }: NonNullable<LabExperiment['search']>): readonly string[] {
  const table =
    claims.length === 0
      ? []
      : [
          '',
          ...tableLines([
            ['condition', 'for fast', 'rounds', 'time per token with fast, without it'],
            ...claims.map(({ condition, finding, rounds, without }) => [
              condition,
              findings[finding],
              String(rounds),
              without === null ? '-' : lookText(without),
            ]),
          ]),
        ];
  return [...table, '', ...sentences];
}

const figures = [
  { key: 'msPerToken', name: 'time per token', digits: 2, unit: 'ms' },
  { key: 'firstTokenMs', name: 'first token', digits: 0, unit: 'ms' },
  { key: 'totalMs', name: 'total', digits: 0, unit: 'ms' },
  { key: 'tokensPerSecond', name: 'tokens a second', digits: 1, unit: 't/s' },
] as const;

function flagsOf({ flaggedPairs, failedTurns }: LabResult): readonly string[] {
  const pairs = `${flaggedPairs} ${flaggedPairs === 1 ? 'pair' : 'pairs'} with outputs more than 10 % apart (kept).`;
  const turns = `${failedTurns} failed ${failedTurns === 1 ? 'turn' : 'turns'} (measured again).`;
  return [...(flaggedPairs === 0 ? [] : [pairs]), ...(failedTurns === 0 ? [] : [turns])];
}

function signed(percent: number): string {
  return `${percent < 0 ? '-' : '+'}${Math.abs(percent).toFixed(1)} %`;
}
