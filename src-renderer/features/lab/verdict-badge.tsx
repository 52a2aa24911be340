import type { ReactNode } from 'react';
import type { LabConditionsFinding, LabExperiment, LabVerdict } from '../../../src-main/shared/lab.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';

const verdicts: Record<LabVerdict, readonly [Tone, string]> = {
  faster: ['good', 'faster'],
  slower: ['bad', 'slower'],
  'no-difference': ['quiet', 'no difference that matters'],
  undecided: ['quiet', 'undecided'],
  'not-enough-data': ['warn', 'not enough data'],
};

const findings: Record<LabConditionsFinding, readonly [Tone, string]> = {
  never: ['bad', 'not granted'],
  'whatever-else': ['good', 'whatever else is sent'],
  'some-needed': ['good', 'depends on conditions'],
  'none-alone': ['quiet', 'no single condition'],
  revoked: ['warn', 'the grant changed'],
  open: ['quiet', 'not decided'],
};

type VerdictBadgeProps = Pick<LabExperiment, 'state' | 'result' | 'search'>;

function badgeOf({ state, result, search }: VerdictBadgeProps): readonly [Tone, string] {
  if (state === 'running') return ['accent', 'running'];
  if (state === 'asking') return ['accent', 'waits for you'];
  if (state === 'failed' && result.verdict === 'not-enough-data') return ['bad', 'failed'];
  if (search?.finding != null) return findings[search.finding];
  const [tone, word] = verdicts[result.verdict];
  return [tone, result.verdict === 'undecided' && result.promiseRuledOut ? 'not the promised speed' : word];
}

/** That it runs or has failed, or else its verdict. */
export function VerdictBadge(props: VerdictBadgeProps): ReactNode {
  const [tone, word] = badgeOf(props);
  return <Badge tone={tone}>{word}</Badge>;
}
