import { type KeyboardEvent, type PointerEvent, type ReactNode, useState } from 'react';
import { keptInBrowser } from '../../stores/kept.ts';
import { useWords } from '../../stores/stores.ts';
import styles from './splitter.module.css';

const storageKey = 'slipstream.detail-width';
const defaultWidthPx = 640;
const minWidthPx = 420;
/** The list keeps room for its most important columns. */
const minListPx = 500;
const stepPx = 32;

/** The pane's width in a container of this width, and the most it can have there. */
function paneWidths(wishedPx: number, containerPx: number | null) {
  const maxPx = Math.max(minWidthPx, (containerPx ?? Number.POSITIVE_INFINITY) - minListPx);
  return { widthPx: Math.round(Math.min(maxPx, Math.max(minWidthPx, wishedPx))), maxPx };
}

interface PaneWidth {
  readonly widthPx: number;
  readonly maxPx: number;
  readonly wish: (widthPx: number) => void;
}

/** Width of the detail pane: what the user wished for, kept for the next visit, as far as its container has room. */
export function usePaneWidth(containerPx: number | null): PaneWidth {
  const [wished, setWished] = useState(() => Number(keptInBrowser.getItem(storageKey)) || defaultWidthPx);
  return {
    ...paneWidths(wished, containerPx),
    wish: (widthPx) => {
      const next = paneWidths(widthPx, containerPx).widthPx;
      setWished(next);
      keptInBrowser.setItem(storageKey, String(next));
    },
  };
}

/** The line between list and detail; dragged, or moved with the arrow keys. */
export function Splitter({ widthPx, maxPx, wish }: PaneWidth): ReactNode {
  const { t } = useWords();
  const onPointerMove = (event: PointerEvent<HTMLDivElement>): void => {
    const end = event.currentTarget.parentElement?.getBoundingClientRect().right;
    if (end !== undefined && event.currentTarget.hasPointerCapture(event.pointerId)) wish(end - event.clientX);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: stepPx, ArrowRight: -stepPx }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    wish(widthPx + step);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule cannot be moved
    <div
      className={styles.splitter}
      role="separator"
      aria-orientation="vertical"
      aria-label={t('requests.splitter')}
      aria-valuenow={widthPx}
      aria-valuemin={minWidthPx}
      aria-valuemax={Math.round(maxPx)}
      tabIndex={0}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onPointerMove}
      onKeyDown={onKeyDown}
    />
  );
}
