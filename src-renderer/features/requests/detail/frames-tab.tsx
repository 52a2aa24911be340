import { type ReactNode, useMemo, useState } from 'react';
import type { FrameRecord, TraceDetail } from '../../../../src-main/shared/model.ts';
import { formatBytes, formatCount, formatMs } from '../../../lib/format.ts';
import { Icon } from '../../../ui/icons.tsx';
import { SegmentedControl } from '../../../ui/segmented-control.tsx';
import textStyles from '../../../ui/text.module.css';
import { useVirtualRows, VirtualList } from '../../../ui/virtual-list.tsx';
import styles from './frames-tab.module.css';
import { NotKept } from './not-kept.tsx';

type Side = 'all' | 'upstream' | 'client';

const sides = [
  { value: 'all', label: 'All' },
  { value: 'upstream', label: 'Upstream' },
  { value: 'client', label: 'Client' },
] as const;

const directionNames: Record<FrameRecord['direction'], string> = {
  'client-in': 'client in',
  'upstream-out': 'upstream out',
  'upstream-in': 'upstream in',
  'client-out': 'client out',
};

const rowHeightPx = 26;

/** Each frame and event in order, with the gap to the one before it. */
export function FramesTab({ detail }: { readonly detail: TraceDetail }): ReactNode {
  const [side, setSide] = useState<Side>('all');
  const frames = useMemo(
    () => detail.frames.filter((frame) => side === 'all' || frame.direction.startsWith(side)),
    [detail.frames, side],
  );
  return (
    <div className={styles.frames}>
      <div className={styles.framesBar}>
        <SegmentedControl label="Side" segments={sides} value={side} onChange={setSide} />
        <span className={textStyles.faint}>
          n = {formatCount(frames.length)} · {formatBytes(frames.reduce((sum, frame) => sum + frame.bytes, 0))}
        </span>
      </div>
      {detail.framesDropped > 0 ? (
        <p className={styles.framesDropped}>
          <Icon name="info" isBesideText />
          {formatCount(detail.framesDropped)} {detail.frames.length === 0 ? '' : 'later '}frames went through but are
          not kept.
        </p>
      ) : null}
      {frames.length > 0 ? <FrameList frames={frames} /> : <NoFrames detail={detail} />}
    </div>
  );
}

function NoFrames({ detail }: { readonly detail: TraceDetail }): ReactNode {
  if (detail.frames.length > 0) return <p className={textStyles.faint}>No frame on this side.</p>;
  if (detail.isStored || detail.framesDropped > 0) return <NotKept what="Frames" />;
  return <p className={textStyles.faint}>No frame went through.</p>;
}

function FrameList({ frames }: { readonly frames: readonly FrameRecord[] }): ReactNode {
  const rows = useVirtualRows({ count: frames.length, rowHeightPx, headHeightPx: rowHeightPx });
  return (
    <VirtualList
      rows={rows}
      // What scrolls must be reachable by keyboard.
      scroller={{ className: styles.frameScroller, tabIndex: 0, 'aria-label': 'Frames' }}
      table={{ className: styles.frameList, 'aria-rowcount': frames.length + 1 }}
      head={
        <>
          <th scope="col" className={styles.frameAt}>
            At
          </th>
          <th scope="col" className={styles.frameGap}>
            Gap
          </th>
          <th scope="col" className={styles.frameDirection}>
            Direction
          </th>
          <th scope="col">Type</th>
          <th scope="col" className={styles.frameSize}>
            Size
          </th>
        </>
      }
      row={(index) => <FrameLine key={index} frame={frames[index]} before={frames[index - 1]} rowIndex={index + 2} />}
    />
  );
}

interface FrameLineProps {
  readonly frame: FrameRecord | undefined;
  readonly before: FrameRecord | undefined;
  readonly rowIndex: number;
}

function FrameLine({ frame, before, rowIndex }: FrameLineProps): ReactNode {
  if (frame === undefined) return null;
  return (
    <tr aria-rowindex={rowIndex}>
      <td className={styles.frameAt}>{formatMs(frame.atMs)}</td>
      <td className={styles.frameGap}>{before === undefined ? '' : `+${formatMs(frame.atMs - before.atMs)}`}</td>
      <td className={styles.frameDirection} data-direction={frame.direction}>
        {directionNames[frame.direction]}
      </td>
      <td className={styles.frameType} title={frame.type}>
        {frame.type}
      </td>
      <td className={styles.frameSize}>{formatBytes(frame.bytes)}</td>
    </tr>
  );
}
