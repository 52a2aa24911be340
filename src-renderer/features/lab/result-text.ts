import type { LabExperiment, LabLook } from '../../../src-main/shared/lab.ts';
import { evidenceText, methodLines } from '../../../src-main/shared/lab-method.ts';
import { formatChange, formatInstant } from '../../lib/format.ts';

/** An experiment as plain text, with everything a sceptic asks for. Pure. */

const lookLine = ({ n, effectPercent, lowPercent, highPercent }: LabLook): string =>
  `  n = ${n}: ${formatChange(effectPercent)} (${formatChange(lowPercent)} to ${formatChange(highPercent)})`;

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
    ...(experiment.form === 'blocks' || experiment.coin !== null ? [] : ['', evidenceText(result.evidence)]),
    '',
    provenance(experiment),
    ...methodLines(experiment),
  ].join('\n');
}
