import { type ReactNode, useState } from 'react';
import type { TraceDetail, WaterfallSpan } from '../../../../src-main/shared/model.ts';
import { classNames } from '../../../lib/class-names.ts';
import { useWords } from '../../../stores/stores.ts';
import { SegmentedControl } from '../../../ui/segmented-control.tsx';
import textStyles from '../../../ui/text.module.css';
import { AttemptLine } from './attempt-line.tsx';
import { Axis, Bar, TimeLine } from './time-line.tsx';
import styles from './timing-tab.module.css';
import { firstTokenAt, lengthOf, orderMarks, owners, spanWords, type TimedMark } from './waterfall.ts';

const zooms = ['whole', 'first'] as const;
type Zoom = (typeof zooms)[number];

/** Where the time went: spans end to end, the attempts and the marks on the same scale. */
export function TimingTab({ detail }: { readonly detail: TraceDetail }): ReactNode {
  const { t } = useWords();
  const [zoom, setZoom] = useState<Zoom>('whole');
  const firstMs = firstTokenAt(detail.marks);
  const wholeMs = lengthOf(detail);
  // A little beyond the first token, so that its line is not the edge.
  const scaleMs = zoom === 'first' && firstMs !== null ? Math.max(firstMs, 0.001) * 1.04 : wholeMs;
  return (
    <div>
      <OwnShare detail={detail} />
      <div className={styles.timingBar}>
        <Legend spans={detail.waterfall} />
        {firstMs === null ? null : (
          <SegmentedControl
            label={t('timing.zoom')}
            segments={zooms.map((value) => ({ value, label: t(`timing.zoom.${value}`) }))}
            value={zoom}
            onChange={setZoom}
          />
        )}
      </div>
      <div className={styles.waterfall}>
        <Axis scaleMs={scaleMs} />
        {detail.waterfall.length === 0 ? (
          <p className={classNames(textStyles.faint, styles.waterfallNone)}>{t('timing.none')}</p>
        ) : null}
        {detail.waterfall.map((span) => (
          <SpanLine key={`${span.startMs} ${span.name}`} span={span} scaleMs={scaleMs} detail={detail} />
        ))}
        <Title name={t('timing.attempts')} count={detail.attempts.length} />
        {detail.attempts.length === 0 ? (
          <p className={classNames(textStyles.faint, styles.waterfallNone)}>{t('timing.attempts.none')}</p>
        ) : null}
        {detail.attempts.map((attempt, index) => (
          <AttemptLine
            key={attempt.startedMs}
            number={index + 1}
            attempt={attempt}
            scaleMs={scaleMs}
            wholeMs={wholeMs}
          />
        ))}
        <Title name={t('timing.marks')} count={detail.marks.length} />
        {orderMarks(detail.marks).map((mark) => (
          <MarkLine key={mark.name} mark={mark} scaleMs={scaleMs} />
        ))}
      </div>
    </div>
  );
}

function OwnShare({ detail }: { readonly detail: TraceDetail }): ReactNode {
  const { t, format } = useWords();
  const { ownMs, row } = detail;
  const share = ownMs === null || row.totalMs === null ? null : (ownMs / Math.max(row.totalMs, ownMs, 0.001)) * 100;
  return (
    <div className={styles.ownShare}>
      <div>
        <span className={styles.ownShareName}>{t('timing.own')}</span>
        <span className={styles.ownShareValue}>{format.ms(ownMs)}</span>
      </div>
      <p className={textStyles.faint}>
        {ownMs === null
          ? t('timing.own.unknown')
          : share === null
            ? t('timing.own.soFar')
            : t('timing.own.of', { share: format.percent(share), total: format.ms(row.totalMs) })}
      </p>
    </div>
  );
}

/** Names only those whom some time went to. */
function Legend({ spans }: { readonly spans: readonly WaterfallSpan[] }): ReactNode {
  const { t } = useWords();
  const present = new Set<string>(spans.map((span) => span.who));
  return (
    <ul className={styles.legend}>
      {owners
        .filter((who) => present.has(who))
        .map((who) => (
          <li key={who} data-kind={who}>
            {t(`timing.who.${who}`)}
          </li>
        ))}
    </ul>
  );
}

function Title({ name, count }: { readonly name: string; readonly count: number }): ReactNode {
  const { t, format } = useWords();
  return (
    <h3 className={styles.waterfallTitle}>
      {name} <span className={textStyles.faint}>{t('timing.n', { count: format.count(count) })}</span>
    </h3>
  );
}

interface SpanLineProps {
  readonly span: WaterfallSpan;
  readonly scaleMs: number;
  readonly detail: TraceDetail;
}

function SpanLine({ span, scaleMs, detail }: SpanLineProps): ReactNode {
  const words = useWords();
  const { label, title } = spanWords(words, span, detail.attempts);
  return (
    <TimeLine label={label} title={title} value={words.format.ms(span.endMs - span.startMs)}>
      <Bar startMs={span.startMs} endMs={span.endMs} scaleMs={scaleMs} kind={span.who} />
    </TimeLine>
  );
}

function MarkLine({ mark, scaleMs }: { readonly mark: TimedMark; readonly scaleMs: number }): ReactNode {
  const { t, format } = useWords();
  return (
    <TimeLine
      label={t(`timing.mark.${mark.name}`)}
      title={t('timing.mark.gap', { gap: format.ms(mark.gapMs) })}
      value={format.ms(mark.atMs)}
    >
      {mark.atMs > scaleMs ? null : (
        <span className={styles.markPoint} style={{ left: `${(mark.atMs / scaleMs) * 100}%` }} />
      )}
    </TimeLine>
  );
}
