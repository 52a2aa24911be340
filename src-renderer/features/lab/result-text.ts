import type { LabExperiment, LabLook } from '../../../src-main/shared/lab.ts';
import { formatChange, formatInstant } from '../../lib/format.ts';

/** An experiment as plain text, with everything a sceptic asks for. Pure. */

const lookLine = ({ n, effectPercent, lowPercent, highPercent }: LabLook): string =>
  `  n = ${n}: ${formatChange(effectPercent)} (${formatChange(lowPercent)} to ${formatChange(highPercent)})`;

/** How it was measured, in three lines. */
export function methodLines({ request, form }: Pick<LabExperiment, 'request' | 'form'>): readonly string[] {
  if (form === 'blocks')
    return ['Earlier form: blocks of three pairs on shared sockets, one 95 % interval at the end.'];
  if (request.kind === 'coin')
    return [
      'Ordinary sessions in pairs, the tier of each by a balanced coin; each counts as its coin fell, whatever its turns were sent with.',
      'Outcome: time after the first token for each output token, over whole sessions. Looks at 6, 8, 12, 18, 24 (36, 48) pairs, each a 99 % Student interval: together they hold in 95 % or more.',
      `Faster or slower: the interval leaves out zero. No difference that matters: it lies within ±${request.regionPercent} %, from 12 pairs on.`,
    ];
  return [
    'Pairs of the same turn with and without priority, in random order; each turn on a fresh socket and session after a discarded warm-up.',
    'Outcome: total time per output token. Looks at 6, 8, 12, 18, 24 (36, 48) pairs, each a 99 % Student interval: together they hold in 95 % or more, whoever stops when.',
    `Faster or slower: the interval leaves out zero. No difference that matters: it lies within ±${request.regionPercent} %, from 12 pairs on.`,
  ];
}

/** `2026-11-23 09:08` */
const minuteOf = (at: number): string => formatInstant(at).slice(0, 16);

/** When it ran, with what. */
export function provenance(experiment: LabExperiment): string {
  const { startedAt, endedAt, pauses, version, profile, seed, run, request, accountLabel } = experiment;
  const parts = [
    `${request.model}${request.kind === 'coin' ? '' : `, effort ${request.effort},`} on ${accountLabel}`,
    [startedAt, ...pauses.flatMap(({ fromMs, toMs }) => [fromMs, toMs]), ...(endedAt === null ? [] : [endedAt])]
      .map((at, index) => `${index === 0 ? '' : index % 2 === 1 ? ' to ' : ', and '}${minuteOf(at)}`)
      .join(''),
    ...(version === null ? [] : [`Slipstream ${version}`]),
    ...(profile === null ? [] : [`profile ${profile}`]),
    ...(seed === null ? [] : [`seed ${seed}`]),
    `run ${run} on this account and model`,
  ];
  return parts.join(' · ');
}

/** The whole card as text. */
export function resultText(experiment: LabExperiment): string {
  const { result, search } = experiment;
  const claims = (search?.claims ?? []).map(
    ({ condition, finding, rounds, without }) =>
      `  ${condition}: ${finding} after ${rounds} rounds${without === null ? '' : `, without it ${lookLine(without).trim()}`}`,
  );
  return [
    ...(search?.sentences ?? []),
    result.sentence,
    ...result.notes,
    '',
    'Time per token with priority:',
    ...result.looks.map(lookLine),
    ...(claims.length === 0 ? [] : ['', 'Conditions:', ...claims]),
    '',
    provenance(experiment),
    ...methodLines(experiment),
  ].join('\n');
}
