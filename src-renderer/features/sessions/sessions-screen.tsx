import type { ReactNode } from 'react';
import { useUi } from '../../stores/stores.ts';
import { SessionPage } from './session-page.tsx';
import { SessionsList } from './sessions-list.tsx';

/** Turns by the conversation they belong to: all of them, or the one that is open. */
export function SessionsScreen(): ReactNode {
  const sessionId = useUi((state) => state.route.sessionId);
  return sessionId === undefined ? <SessionsList /> : <SessionPage key={sessionId} id={sessionId} />;
}
