import { useEffect, useState } from 'react';
import type { RequestRow } from '../../../../../src-main/shared/model.ts';
import type { PayloadQuery } from '../../../../../src-main/shared/payload-query.ts';
import type { Failure } from '../../../../../src-main/shared/result.ts';
import { useActions, useApp } from '../../../../stores/stores.ts';
import { type Answer, noAnswer, withPayloads } from './answer-items.ts';

interface Said {
  readonly answer: Answer;
  readonly isRead: boolean;
  /** Why the rest could not be read; null where it could. */
  readonly failed: Failure | null;
  /** Goes on from where that was. */
  readonly readAgain: () => void;
}

const nothing: Said = { answer: noAnswer, isRead: false, failed: null, readAgain: () => undefined };
/** While the turn runs, new events are asked for this often. */
const askEveryMs = 700;

/** The answer of a turn; while it runs it fills as it comes. */
export function useSaid(id: string, status: RequestRow['status']): Said {
  const actions = useActions();
  const [said, setSaid] = useState<Said>(nothing);
  const isRunning = status === 'running';
  const isLive = useApp((state) => state.connection === 'live');
  const isComplete = status === 'completed';
  useEffect(() => {
    // Read anew over the next connection: what was under way is lost with the one before.
    if (!isLive) return undefined;
    let isWanted = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let answer = noAnswer;
    // Each item's end tells it whole; where the turn did not get there, the pieces must do.
    let which: PayloadQuery['which'] = isComplete ? 'ends' : 'all';
    const read = async (from: number): Promise<void> => {
      const page = await actions.request('requests.payloads', { id, from, which });
      if (!isWanted) return;
      if (!page.ok) {
        const readAgain = (): void => {
          setSaid({ ...nothing, answer });
          void read(from);
        };
        setSaid({ answer, isRead: true, failed: page.error, readAgain });
        return;
      }
      const { payloads, next, total } = page.value;
      if (payloads.length > 0) answer = withPayloads(answer, payloads);
      const isRead = next >= total;
      if (isRead && which === 'ends' && !answer.isEnded) {
        // The client had all that it asked for before upstream's end.
        which = 'all';
        answer = noAnswer;
        await read(0);
        return;
      }
      // Until all of the old state has come again, the answer on show is the fuller one.
      if (isRead) setSaid({ ...nothing, answer, isRead });
      if (!isRead) timer = setTimeout(() => void read(next), 0);
      else if (isRunning) timer = setTimeout(() => void read(next), askEveryMs);
    };
    void read(0);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [actions, id, isComplete, isRunning, isLive]);
  return said;
}
