import type { LabArm, LabEvidence, LabExperiment } from './lab.ts';

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

/** What lies beside the verdict and decides nothing, by arm: standard, then the tier. */
export function evidenceText({ echoes, failures, stalls, quota }: LabEvidence): string {
  const echoed = (arm: LabArm) =>
    echoes
      .filter((echo) => echo.arm === arm)
      .map(({ echoed: name, n }) => `${name ?? 'none'} ${n}×`)
      .join(', ') || 'none';
  const steps =
    quota === null
      ? 'not read'
      : `${quota.steps} % in all, ${quota.duringPriority} % of it during fast turns (odds ${quota.lowOdds.toFixed(1)} to ${quota.highOdds?.toFixed(1) ?? 'more'}, 95 %)`;
  return [
    `Tier echoed, standard and fast: ${echoed('standard')}; ${echoed('priority')} (proves nothing).`,
    `Failed turns ${failures.standard} and ${failures.priority}, stalls ${stalls.standard} and ${stalls.priority}. Quota steps: ${steps}.`,
  ].join(' ');
}
