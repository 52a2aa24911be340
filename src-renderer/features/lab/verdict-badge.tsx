import type { ReactNode } from 'react';
import type { LabConditionsFinding, LabExperiment, LabVerdict } from '../../../src-main/shared/lab.ts';
import type { TextId } from '../../../src-main/shared/words/texts.ts';
import { useWords } from '../../stores/stores.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';

const verdictTones: Record<LabVerdict, Tone> = {
  faster: 'good',
  slower: 'bad',
  'no-difference': 'quiet',
  undecided: 'quiet',
  'not-enough-data': 'warn',
};

const findingTones: Record<LabConditionsFinding, Tone> = {
  never: 'bad',
  'whatever-else': 'good',
  'some-needed': 'good',
  'none-alone': 'quiet',
  revoked: 'warn',
  open: 'quiet',
};

type VerdictBadgeProps = Pick<LabExperiment, 'state' | 'result' | 'search'>;

function badgeOf({ state, result, search }: VerdictBadgeProps): readonly [Tone, TextId & `lab.${string}`] {
  const { verdict, promiseRuledOut } = result;
  if (state === 'running') return ['accent', 'lab.verdict.running'];
  if (state === 'asking') return ['accent', 'lab.verdict.asking'];
  if (state === 'failed' && verdict === 'not-enough-data') return ['bad', 'lab.verdict.failed'];
  if (search?.finding != null) return [findingTones[search.finding], `lab.finding.${search.finding}`];
  if (verdict === 'undecided' && promiseRuledOut) return [verdictTones[verdict], 'lab.verdict.noPromise'];
  return [verdictTones[verdict], `lab.verdict.${verdict}`];
}

/** That it runs or has failed, or else its verdict. */
export function VerdictBadge(props: VerdictBadgeProps): ReactNode {
  const { t } = useWords();
  const [tone, id] = badgeOf(props);
  return <Badge tone={tone}>{t(id as 'lab.verdict.running')}</Badge>;
}
