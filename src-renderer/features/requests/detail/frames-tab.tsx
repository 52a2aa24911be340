import { lazy, type ReactNode, Suspense, useEffect, useMemo, useState } from 'react';
import type { FrameRecord, TraceDetail } from '../../../../src-main/shared/model.ts';
import { classNames } from '../../../lib/class-names.ts';
import { useWords } from '../../../stores/stores.ts';
import { Icon } from '../../../ui/icons.tsx';
import { useListCursor } from '../../../ui/list-cursor.ts';
import { SegmentedControl } from '../../../ui/segmented-control.tsx';
import textStyles from '../../../ui/text.module.css';
import { useVirtualRows, VirtualList } from '../../../ui/virtual-list.tsx';
import styles from './frames-tab.module.css';
import { NotKept } from './not-kept.tsx';

const FramePayload = lazy(async () => ({ default: (await import('./frame-payload.tsx')).FramePayload }));

/** A frame and its place among all frames of the request. */
interface PlacedFrame {
  readonly frame: FrameRecord;
  readonly index: number;
}

type Side = 'all' | 'upstream' | 'client';

const sides: readonly Side[] = ['all', 'upstream', 'client'];

const rowHeightPx = 26;

/** Each frame and event in order, with the gap to the one before it. */
export function FramesTab({ detail }: { readonly detail: TraceDetail }): ReactNode {
  const { t, format } = useWords();
  const [side, setSide] = useState<Side>('all');
  const frames = useMemo(
    () =>
      detail.frames
        .map((frame, index) => ({ frame, index }))
        .filter(({ frame }) => side === 'all' || frame.direction.startsWith(side)),
    [detail.frames, side],
  );
  const [openIndex, setOpenIndex] = useState<number | null>(null);
  const openFrame = openIndex === null ? undefined : detail.frames[openIndex];
  return (
    <div className={styles.frames}>
      <div className={styles.framesBar}>
        <SegmentedControl
          label={t('frames.side')}
          segments={sides.map((value) => ({ value, label: t(`frames.side.${value}`) }))}
          value={side}
          onChange={setSide}
        />
        <span className={textStyles.faint}>
          n = {format.count(frames.length)} · {format.bytes(frames.reduce((sum, { frame }) => sum + frame.bytes, 0))}
        </span>
      </div>
      {detail.framesDropped > 0 ? (
        <p className={styles.framesDropped}>
          <Icon name="info" isBesideText />
          {t(detail.frames.length === 0 ? 'frames.dropped' : 'frames.dropped.more', {
            count: detail.framesDropped,
            shown: format.count(detail.framesDropped),
          })}
        </p>
      ) : null}
      {side === 'client' && detail.frames.length > 0 ? (
        <p className={textStyles.faint}>{t('frames.side.client.note')}</p>
      ) : null}
      {frames.length > 0 ? (
        <FrameList frames={frames} openIndex={openIndex} onOpen={setOpenIndex} />
      ) : (
        <NoFrames detail={detail} />
      )}
      {openIndex === null || openFrame === undefined ? null : (
        <Suspense fallback={<p role="status">{t('talk.loading')}</p>}>
          <FramePayload
            key={openIndex}
            id={detail.row.id}
            index={openIndex}
            frame={openFrame}
            onClose={() => setOpenIndex(null)}
          />
        </Suspense>
      )}
    </div>
  );
}

function NoFrames({ detail }: { readonly detail: TraceDetail }): ReactNode {
  const { t } = useWords();
  if (detail.frames.length > 0) return <p className={textStyles.faint}>{t('frames.none.side')}</p>;
  if (detail.isStored || detail.framesDropped > 0) return <NotKept what="frames" />;
  return <p className={textStyles.faint}>{t('frames.none')}</p>;
}

interface FrameListProps {
  readonly frames: readonly PlacedFrame[];
  readonly openIndex: number | null;
  readonly onOpen: (index: number | null) => void;
}

/** The frames with a cursor: arrows move it, Enter or a click shows what a frame carried. */
function FrameList({ frames, openIndex, onOpen }: FrameListProps): ReactNode {
  const { t } = useWords();
  const rows = useVirtualRows({ count: frames.length, rowHeightPx, headHeightPx: rowHeightPx });
  const placeOf = (place: number): number | null => frames[place]?.index ?? null;
  const openPlace = openIndex === null ? -1 : frames.findIndex(({ index }) => index === openIndex);
  const { scrollToIndex, sight } = rows;
  useEffect(() => {
    // What a frame carried takes the place of rows, which may be those about it.
    if (openPlace >= 0 && sight.rows > 0) scrollToIndex(openPlace);
  }, [openPlace, sight.rows, scrollToIndex]);
  const cursor = useListCursor({
    count: frames.length,
    rows,
    onOpen: (place) => onOpen(placeOf(place) === openIndex ? null : placeOf(place)),
    // What is open goes along.
    onMove: (place) => openIndex !== null && onOpen(placeOf(place)),
    onClose: () => {
      if (openIndex === null) return false;
      onOpen(null);
      return true;
    },
  });
  return (
    <VirtualList
      rows={rows}
      scroller={{ className: styles.frameScroller }}
      table={{
        className: styles.frameList,
        ...cursor.grid,
        'aria-label': t('frames.label'),
      }}
      head={
        <>
          <th scope="col" className={styles.frameAt}>
            {t('frames.at')}
          </th>
          <th scope="col" className={styles.frameGap}>
            {t('frames.gap')}
          </th>
          <th scope="col" className={styles.frameDirection}>
            {t('frames.direction')}
          </th>
          <th scope="col">{t('frames.type')}</th>
          <th scope="col" className={styles.frameSize}>
            {t('frames.size')}
          </th>
        </>
      }
      row={(index) => (
        <FrameLine
          key={index}
          place={index}
          frame={frames[index]?.frame}
          before={frames[index - 1]?.frame}
          elementId={cursor.elementId(index)}
          isAtCursor={index === cursor.at}
          isOpen={frames[index]?.index === openIndex}
          onOpen={() => {
            cursor.moveTo(index);
            onOpen(placeOf(index));
          }}
        />
      )}
    />
  );
}

interface FrameLineProps {
  readonly frame: FrameRecord | undefined;
  readonly before: FrameRecord | undefined;
  /** Among those on show. */
  readonly place: number;
  readonly elementId: string;
  readonly isAtCursor: boolean;
  readonly isOpen: boolean;
  readonly onOpen: () => void;
}

function FrameLine({ frame, before, place, elementId, isAtCursor, isOpen, onOpen }: FrameLineProps): ReactNode {
  const { t, format } = useWords();
  if (frame === undefined) return null;
  return (
    <tr
      id={elementId}
      aria-rowindex={place + 2}
      aria-selected={isAtCursor}
      className={classNames(styles.frameRow, isOpen && styles.frameOpen)}
      onClick={onOpen}
    >
      <td className={styles.frameAt}>{format.ms(frame.atMs)}</td>
      <td className={styles.frameGap}>{before === undefined ? '' : `+${format.ms(frame.atMs - before.atMs)}`}</td>
      <td className={styles.frameDirection} data-direction={frame.direction}>
        {t(`frames.${frame.direction}`)}
      </td>
      <td className={styles.frameType} title={frame.type}>
        {frame.type}
      </td>
      <td className={styles.frameSize}>{format.bytes(frame.bytes)}</td>
    </tr>
  );
}
