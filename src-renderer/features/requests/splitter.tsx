import { type KeyboardEvent, type PointerEvent, type ReactNode, useState } from 'react';
import styles from './splitter.module.css';

const storageKey = 'slipstream.detail-width';
const defaultWidthPx = 640;
const minWidthPx = 420;
const stepPx = 32;

function clampWidth(widthPx: number): number {
  // The list keeps enough room for its most important columns.
  return Math.round(Math.max(minWidthPx, Math.min(widthPx, window.innerWidth - 520)));
}

/** Width of the detail pane, kept for the next visit. */
export function usePaneWidth(): readonly [number, (widthPx: number) => void] {
  const [width, setWidth] = useState(() => clampWidth(Number(localStorage.getItem(storageKey)) || defaultWidthPx));
  return [
    width,
    (widthPx) => {
      const clamped = clampWidth(widthPx);
      setWidth(clamped);
      localStorage.setItem(storageKey, String(clamped));
    },
  ];
}

interface SplitterProps {
  readonly width: number;
  readonly onWidth: (widthPx: number) => void;
}

/** The line between list and detail; dragged, or moved with the arrow keys. */
export function Splitter({ width, onWidth }: SplitterProps): ReactNode {
  const onPointerMove = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) onWidth(window.innerWidth - event.clientX);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: stepPx, ArrowRight: -stepPx }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    onWidth(width + step);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule cannot be moved
    <div
      className={styles.splitter}
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the detail"
      aria-valuenow={width}
      aria-valuemin={minWidthPx}
      aria-valuemax={clampWidth(Number.POSITIVE_INFINITY)}
      tabIndex={0}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onPointerMove}
      onKeyDown={onKeyDown}
    />
  );
}
