import { useEffect, useRef, useState } from 'react';
import type { TextPart, TextPiece } from '../../../../../src-main/shared/payload-query.ts';
import type { Failure, Result } from '../../../../../src-main/shared/result.ts';
import { useActions, useApp } from '../../../../stores/stores.ts';

interface ReadText {
  readonly state: 'reading' | 'read' | 'not kept' | 'failed';
  /** As far as it has come; whole once it is read. */
  readonly text: string;
  readonly totalChars: number;
  /** It was longer than what is kept of it. */
  readonly isCut: boolean;
  /** Why it could not be read; null where it could. */
  readonly failed: Failure | null;
  readonly readAgain: () => void;
}

const nothing: ReadText = {
  state: 'reading',
  text: '',
  totalChars: 0,
  isCut: false,
  failed: null,
  readAgain: () => undefined,
};

/** Reads a body, or a frame's payload, piece by piece; `revision` has it read anew. Null reads nothing. */
export function useText(id: string, part: TextPart | null, revision: string): ReadText {
  const actions = useActions();
  const [read, setRead] = useState<ReadText>(nothing);
  const isLive = useApp((state) => state.connection === 'live');
  /** What has been read whole: another connection does not change it. */
  const known = useRef<string | null>(null);
  useEffect(() => {
    const wanted = `${id} ${part} ${revision}`;
    if (part === null || !isLive || known.current === wanted) return undefined;
    known.current = null;
    let isWanted = true;
    setRead((before) => (before.state === 'read' ? before : nothing));
    const follow = async (): Promise<void> => {
      const pieces: string[] = [];
      for (let offset: number | null = 0; offset !== null && isWanted; ) {
        const answer: Result<TextPiece> = await actions.request('requests.text', { id, part, offset });
        if (!isWanted) return;
        if (!answer.ok) {
          const readAgain = (): void => {
            setRead(nothing);
            void follow();
          };
          setRead({ ...nothing, state: 'failed', failed: answer.error, readAgain });
          return;
        }
        const { text, totalChars, isCut, next }: TextPiece = answer.value;
        if (text === null) {
          setRead({ ...nothing, state: 'not kept' });
          return;
        }
        pieces.push(text);
        offset = next;
        if (next === null) {
          known.current = wanted;
          setRead({ ...nothing, state: 'read', text: pieces.join(''), totalChars, isCut });
        } else setRead((before) => (before.state === 'read' ? before : { ...nothing, totalChars }));
      }
    };
    void follow();
    return () => {
      isWanted = false;
    };
  }, [actions, id, part, revision, isLive]);
  return read;
}
