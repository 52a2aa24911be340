import type { ReactNode } from 'react';
import type { LatencyAnswer } from '../../../src-main/shared/trace-query.ts';
import { useWords } from '../../stores/stores.ts';
import textStyles from '../../ui/text.module.css';
import { gapsOf, type Line, spanText } from './lines.ts';

const named = 3;

interface GapsProps {
  readonly answer: LatencyAnswer;
  readonly lines: readonly Line[];
  readonly hasBands: boolean;
}

/** What the chart cannot say itself: when no turn began, and what its bands are. */
export function Gaps({ answer, lines, hasBands }: GapsProps): ReactNode {
  const words = useWords();
  const { t, format } = words;
  const gaps = gapsOf(lines, answer.bucketStarts.length);
  const spans = gaps
    .slice(0, named)
    // The longest are named, as they followed each other.
    .toSorted((one, other) => one.first - other.first)
    .map(({ first, end }) => spanText(words, answer.bucketStarts[first] ?? 0, (end - first) * answer.bucketMs));
  const more = gaps.length > named ? [t('latency.gaps.more', { n: gaps.length - named })] : [];
  return (
    <>
      {gaps.length === 0 ? null : (
        <p className={textStyles.faint}>{t('latency.gaps', { spans: format.list([...spans, ...more]) })}</p>
      )}
      {hasBands ? <p className={textStyles.faint}>{t('latency.bands')}</p> : null}
    </>
  );
}
