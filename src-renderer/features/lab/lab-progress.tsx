import type { ReactNode } from 'react';
import type { LabCoin, LabExperiment } from '../../../src-main/shared/lab.ts';
import { capOf, labSizes } from '../../../src-main/shared/lab-design.ts';
import type { Words } from '../../../src-main/shared/words/words.ts';
import { useNow } from '../../hooks/use-now.ts';
import { useWords } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import styles from './experiment-card.module.css';

interface LabProgressProps {
  readonly experiment: LabExperiment;
  readonly onStop: () => void;
}

/** When it is looked at next; null where its last look is over, or a try-out ends before the first. */
function nextLook({ t }: Words, { result, request }: LabExperiment): string | null {
  const next = labSizes.find((size) => size > result.pairs);
  return next === undefined || next > capOf(request.pairs) ? null : t('lab.progress.next', { n: next });
}

/** How many turns have ended, how long the rest takes at most, and when it is looked at next. */
export function LabProgress({ experiment, onStop }: LabProgressProps): ReactNode {
  const words = useWords();
  const { t, format } = words;
  const { startedAt, pauses, turnsDone, turnsTotal, state, search } = experiment;
  const now = useNow(1_000);
  const pausedMs = pauses.reduce((total, { fromMs, toMs }) => total + toMs - fromMs, 0);
  const elapsedMs = Math.max(0, now - startedAt - pausedMs);
  const leftMs = turnsDone < 4 || state === 'asking' ? null : (elapsedMs / turnsDone) * (turnsTotal - turnsDone);
  const progress = t('lab.progress.turns', { done: turnsDone, total: turnsTotal });
  const left = leftMs === null ? progress : t('lab.progress.left', { progress, left: format.ms(leftMs) });
  const next = search === null ? nextLook(words, experiment) : null;
  return (
    <div className={styles.labProgress}>
      <progress aria-label={t('lab.progress')} value={turnsDone} max={Math.max(1, turnsTotal)} />
      <span>{next === null ? left : `${left} · ${next}`}</span>
      <Button variant="danger" makesCall onClick={onStop} title={t('lab.stop.title')}>
        {t('lab.stop')}
      </Button>
    </div>
  );
}

/** How many sessions of a coin are over, and when it is looked at next. */
export function CoinProgress({ experiment, coin, onStop }: LabProgressProps & { readonly coin: LabCoin }): ReactNode {
  const words = useWords();
  const { t } = words;
  const { result, request } = experiment;
  const so = t('lab.coin.progress', { pairs: result.pairs, most: request.pairs, open: coin.open });
  const next = nextLook(words, experiment);
  return (
    <div className={styles.labProgress}>
      <progress aria-label={t('lab.coin.pairs')} value={result.pairs} max={request.pairs} />
      <span title={t('lab.coin.idle')}>{next === null ? so : `${so} · ${next}`}</span>
      <Button variant="danger" makesCall onClick={onStop}>
        {t('lab.coin.leave')}
      </Button>
    </div>
  );
}
