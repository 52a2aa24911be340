import type { ReactNode } from 'react';
import type { LabExperiment, LabVerdict } from '../../../src-main/shared/lab.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';

const verdicts: Record<LabVerdict, readonly [Tone, string]> = {
  faster: ['good', 'faster'],
  slower: ['bad', 'slower'],
  'no-difference': ['quiet', 'no measurable difference'],
  'not-enough-data': ['warn', 'not enough data'],
};

/** That it runs or has failed, or else its verdict. */
export function VerdictBadge({ state, result }: Pick<LabExperiment, 'state' | 'result'>): ReactNode {
  if (state === 'running') return <Badge tone="accent">running</Badge>;
  if (state === 'failed' && result.verdict === 'not-enough-data') return <Badge tone="bad">failed</Badge>;
  const [tone, word] = verdicts[result.verdict];
  return <Badge tone={tone}>{word}</Badge>;
}
