import { type ReactNode, useRef } from 'react';
import type { RequestRow } from '../../src-main/shared/model.ts';
import { useNow } from '../hooks/use-now.ts';
import { useUnavailable } from '../hooks/use-unavailable.ts';
import { lastEventText } from '../lib/silence.ts';
import { useActions, useWords } from '../stores/stores.ts';
import { Button } from './button.tsx';
import { Icon } from './icons.tsx';
import styles from './running-part.module.css';

/** Of a turn that runs, in a line of a list: how long upstream has been silent, and a way to stop it. */
export function RunningPart({ row }: { readonly row: RequestRow }): ReactNode {
  const words = useWords();
  const { t } = words;
  const actions = useActions();
  const { short, long, isStalled } = lastEventText(words, row, useNow(1_000));
  /** The mouse was moved onto it: lines that move under a mouse at rest bring other turns there. */
  const isAimedAt = useRef(false);
  const { isHeld, props } = useUnavailable({ makesCall: true });
  return (
    <span className={styles.running}>
      <span className={styles.silence} data-stalled={isStalled} title={long}>
        {short}
      </span>
      <button
        {...props}
        type="button"
        // The list is one stop for Tab; with the keyboard a turn is stopped in its detail.
        tabIndex={-1}
        className={styles.stop}
        aria-label={t('turn.stop')}
        title={t('turn.stop')}
        onPointerMove={() => {
          isAimedAt.current = true;
        }}
        onPointerLeave={() => {
          isAimedAt.current = false;
        }}
        onClick={({ nativeEvent }) => {
          const isByMouse = 'pointerType' in nativeEvent && nativeEvent.pointerType === 'mouse';
          if (!isHeld && (isAimedAt.current || !isByMouse)) void actions.stopTurn(row.id);
        }}
      >
        <Icon name="stop" size="small" />
      </button>
    </span>
  );
}

/** The same in the detail, in whole sentences. */
export function RunningNote({ row }: { readonly row: RequestRow }): ReactNode {
  const words = useWords();
  const { t } = words;
  const actions = useActions();
  const { long, isStalled } = lastEventText(words, row, useNow(1_000));
  return (
    <div className={styles.note} data-stalled={isStalled}>
      <p>{long}</p>
      <Button icon="stop" makesCall onClick={() => void actions.stopTurn(row.id)}>
        {t('turn.stop.short')}
      </Button>
    </div>
  );
}
