import { type RefObject, useEffect, useRef } from 'react';

/** Whether what asks has left the page: an answer that comes then has nothing to do any more. */
export function useIsGone(): RefObject<boolean> {
  const isGone = useRef(false);
  useEffect(() => {
    isGone.current = false;
    return () => {
      isGone.current = true;
    };
  }, []);
  return isGone;
}
