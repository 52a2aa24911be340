import { useEffect, useState } from 'react';
import type { RequestRow } from '../../src-main/shared/model.ts';
import { useStores } from '../stores/stores.ts';

/** Differs whenever another turn has ended. */
function endedKey(rows: readonly RequestRow[]): string {
  const ended = rows.filter(({ status }) => status !== 'running');
  const latest = ended.reduce((end, row) => Math.max(end, row.startedAt + (row.totalMs ?? 0)), 0);
  return `${ended.length} ${latest}`;
}

/** A number that rises when turns have ended, at most once in `restMs`: figures of many turns are then asked for again. */
export function useEndedTurns(restMs: number): number {
  const { app } = useStores();
  const [count, setCount] = useState(0);
  useEffect(() => {
    let known = endedKey(app.getState().rows);
    let timer: ReturnType<typeof setTimeout> | null = null;
    const undo = app.subscribe((state, before) => {
      if (state.rows === before.rows || timer !== null) return;
      timer = setTimeout(() => {
        timer = null;
        const key = endedKey(app.getState().rows);
        if (key === known) return;
        known = key;
        setCount((last) => last + 1);
      }, restMs);
    });
    return () => {
      undo();
      if (timer !== null) clearTimeout(timer);
    };
  }, [app, restMs]);
  return count;
}
