import { type LabExperiment, pairsPerBlock } from '../../shared/lab.ts';
import { tierWord } from '../../shared/tiers.ts';
import { absent } from '../../shared/turn-words.ts';

/** What `slipstream bench` writes. Pure. */

const barWidth = 30;

/** `[######------------------------]  12/48 turns  -8.1 % (3 blocks)` */
export function progressBar({ turnsDone, turnsTotal, result }: LabExperiment): string {
  const filled = Math.round((turnsDone / Math.max(1, turnsTotal)) * barWidth);
  const bar = `${'#'.repeat(filled)}${'-'.repeat(barWidth - filled)}`;
  const blocks = `${result.blocks} ${result.blocks === 1 ? 'block' : 'blocks'}`;
  const effect = result.effectPercent === null ? '' : `  ${signed(result.effectPercent)} (${blocks})`;
  return `[${bar}]  ${turnsDone}/${turnsTotal} turns${effect}`;
}

/** The newest pair in words: `pair 4 of block 2, 14/48 turns: standard 16.1 ms, fast 10.2 ms a token, -36.6 %`. */
export function progressLine({ request, pairs, turnsDone, turnsTotal }: LabExperiment): string {
  const pair = pairs.at(-1);
  const place = `${turnsDone}/${turnsTotal} turns`;
  if (pair === undefined) return place;
  const number = `${place}: block ${pair.block + 1}, pair ${pair.pair + 1} of ${pairsPerBlock}`;
  const { standard, priority, effectPercent } = pair;
  if (effectPercent === null) return `${number}: failed, ${standard.failure ?? priority.failure ?? 'no output'}`;
  const perToken = [standard, priority].map(({ totalMs, outputTokens }) => (totalMs / outputTokens).toFixed(2));
  const flag = pair.lengthsDiffer ? ', lengths differ' : '';
  return `${number}: standard ${perToken[0]} ms, ${tierWord(request.tier)} ${perToken[1]} ms a token, ${signed(effectPercent)}${flag}`;
}

/** The result for people: both arms' medians, each with its n, and the verdict in a sentence. */
export function resultLines({ request, accountLabel, state, problem, result }: LabExperiment): readonly string[] {
  const rows = [
    ['median', absent, tierWord(request.tier)],
    ...figures.map(({ key, name, digits, unit }) => [
      name,
      ...[result.standard[key], result.priority[key]].map(({ median, n }) =>
        median === null ? `- (n = ${n})` : `${median.toFixed(digits)} ${unit} (n = ${n})`,
      ),
    ]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const told = [result.caution, flagsOf(result), problem === null ? null : `It failed: ${problem}`];
  return [
    `${request.model} on ${accountLabel}, effort ${request.effort}${state === 'stopped' ? ', stopped early' : ''}`,
    '',
    ...rows.map((row) => `  ${row.map((text, column) => text.padEnd(widths[column] ?? 0)).join('   ')}`.trimEnd()),
    '',
    result.sentence,
    ...told.filter((line) => line !== null),
  ];
}

const figures = [
  { key: 'msPerToken', name: 'time per token', digits: 2, unit: 'ms' },
  { key: 'firstTokenMs', name: 'first token', digits: 0, unit: 'ms' },
  { key: 'totalMs', name: 'total', digits: 0, unit: 'ms' },
  { key: 'tokensPerSecond', name: 'tokens a second', digits: 1, unit: 't/s' },
] as const;

function flagsOf({ flaggedPairs, failedTurns }: LabExperiment['result']): string | null {
  const flags = [
    flaggedPairs === 0
      ? null
      : `${flaggedPairs} ${flaggedPairs === 1 ? 'pair' : 'pairs'} with outputs more than 10 % apart (kept)`,
    failedTurns === 0
      ? null
      : failedTurns === 1
        ? '1 failed turn (its block does not count)'
        : `${failedTurns} failed turns (their blocks do not count)`,
  ].filter((flag) => flag !== null);
  return flags.length === 0 ? null : `${flags.join('; ')}.`;
}

function signed(percent: number): string {
  return `${percent < 0 ? '-' : '+'}${Math.abs(percent).toFixed(1)} %`;
}
