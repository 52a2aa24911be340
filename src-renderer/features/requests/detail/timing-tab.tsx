import { type ReactNode, useState } from 'react';
import type { TraceDetail, WaterfallSpan } from '../../../../src-main/shared/model.ts';
import { classNames } from '../../../lib/class-names.ts';
import { formatMs, formatPercent } from '../../../lib/format.ts';
import { SegmentedControl } from '../../../ui/segmented-control.tsx';
import textStyles from '../../../ui/text.module.css';
import { AttemptLine } from './attempt-line.tsx';
import { Axis, Bar, TimeLine } from './time-line.tsx';
import styles from './timing-tab.module.css';
import { firstTokenAt, lengthOf, markLabels, orderMarks, ownerNames, spanLabels, type TimedMark } from './waterfall.ts';

type Zoom = 'whole' | 'first';

const zooms = [
  { value: 'whole', label: 'Whole turn' },
  { value: 'first', label: 'To first token' },
] as const;

/** Where the time went: spans end to end, the attempts and the marks on the same scale. */
export function TimingTab({ detail }: { readonly detail: TraceDetail }): ReactNode {
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
        {firstMs === null ? null : <SegmentedControl label="Scale" segments={zooms} value={zoom} onChange={setZoom} />}
      </div>
      <div className={styles.waterfall}>
        <Axis scaleMs={scaleMs} />
        {detail.waterfall.length === 0 ? (
          <p className={classNames(textStyles.faint, styles.waterfallNone)}>No time recorded yet.</p>
        ) : null}
        {detail.waterfall.map((span) => (
          <SpanLine key={`${span.startMs} ${span.name}`} span={span} scaleMs={scaleMs} detail={detail} />
        ))}
        <Title name="Attempts" count={detail.attempts.length} />
        {detail.attempts.length === 0 ? (
          <p className={classNames(textStyles.faint, styles.waterfallNone)}>Nothing was sent upstream.</p>
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
        <Title name="Marks" count={detail.marks.length} />
        {orderMarks(detail.marks).map((mark) => (
          <MarkLine key={mark.name} mark={mark} scaleMs={scaleMs} />
        ))}
      </div>
    </div>
  );
}

function OwnShare({ detail }: { readonly detail: TraceDetail }): ReactNode {
  const { ownMs, row } = detail;
  const share = ownMs === null || row.totalMs === null || row.totalMs <= 0 ? null : (ownMs / row.totalMs) * 100;
  return (
    <div className={styles.ownShare}>
      <div>
        <span className={styles.ownShareName}>Slipstream's own share</span>
        <span className={styles.ownShareValue}>{formatMs(ownMs)}</span>
      </div>
      <p className={textStyles.faint}>
        {ownMs === null
          ? 'Not known: nothing was sent upstream.'
          : share === null
            ? 'so far; the turn is still running'
            : `${formatPercent(share)} of the ${formatMs(row.totalMs)} in all`}
      </p>
    </div>
  );
}

/** Names only those whom some time went to. */
function Legend({ spans }: { readonly spans: readonly WaterfallSpan[] }): ReactNode {
  const present = new Set<string>(spans.map((span) => span.who));
  return (
    <ul className={styles.legend}>
      {Object.entries(ownerNames)
        .filter(([who]) => present.has(who))
        .map(([who, name]) => (
          <li key={who} data-kind={who}>
            {name}
          </li>
        ))}
    </ul>
  );
}

function Title({ name, count }: { readonly name: string; readonly count: number }): ReactNode {
  return (
    <h3 className={styles.waterfallTitle}>
      {name} <span className={textStyles.faint}>n = {count}</span>
    </h3>
  );
}

interface SpanLineProps {
  readonly span: WaterfallSpan;
  readonly scaleMs: number;
  readonly detail: TraceDetail;
}

function SpanLine({ span, scaleMs, detail }: SpanLineProps): ReactNode {
  const isReused = span.name === 'connect' && span.attempt !== null && detail.attempts[span.attempt]?.reused === true;
  const isWarm = span.name === 'upgrade' && span.why !== undefined;
  const number = span.attempt !== null && detail.attempts.length > 1 ? ` · ${span.attempt + 1}` : '';
  return (
    <TimeLine
      label={`${isReused ? 'Take the open socket' : spanLabels[span.name]}${isWarm ? ', connection warm' : ''}${number}`}
      title={[`${ownerNames[span.who]}, ${formatMs(span.startMs)} to ${formatMs(span.endMs)}`, span.why ?? []]
        .flat()
        .join(': ')}
      value={formatMs(span.endMs - span.startMs)}
    >
      <Bar startMs={span.startMs} endMs={span.endMs} scaleMs={scaleMs} kind={span.who} />
    </TimeLine>
  );
}

function MarkLine({ mark, scaleMs }: { readonly mark: TimedMark; readonly scaleMs: number }): ReactNode {
  return (
    <TimeLine
      label={markLabels[mark.name]}
      title={`${formatMs(mark.gapMs)} after the one before`}
      value={formatMs(mark.atMs)}
    >
      {mark.atMs > scaleMs ? null : (
        <span className={styles.markPoint} style={{ left: `${(mark.atMs / scaleMs) * 100}%` }} />
      )}
    </TimeLine>
  );
}
