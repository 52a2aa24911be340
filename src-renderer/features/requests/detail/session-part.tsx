import type { ReactNode } from 'react';
import type { RequestRow } from '../../../../src-main/shared/model.ts';
import { useAnswer } from '../../../hooks/use-answer.ts';
import { isPlainClick } from '../../../lib/plain-click.ts';
import { formatRoute } from '../../../lib/route.ts';
import { useStores, useWords } from '../../../stores/stores.ts';
import { IconButton } from '../../../ui/button.tsx';
import { Unanswered } from '../../../ui/unanswered.tsx';
import styles from './session-part.module.css';

const knownTurns = 200;

/** The session that a turn belongs to: a link to it, and the turns before and after. */
export function SessionPart({ row, sessionId }: { readonly row: RequestRow; readonly sessionId: string }): ReactNode {
  const { t, format } = useWords();
  const { ui } = useStores();
  const question = { id: sessionId, cursor: null, limit: knownTurns };
  const { answered, failed, readAgain } = useAnswer('sessions.get', question, { keepsLast: true });
  const value = answered?.value ?? null;
  const rows = value?.rows ?? [];
  const count = Math.max(value?.session?.requests ?? 0, rows.length);
  const at = rows.findIndex(({ id }) => id === row.id);
  const { openRequest, openSession } = ui.getState();
  const [next, previous] = at < 0 ? [] : [rows[at - 1]?.id, rows[at + 1]?.id];
  return (
    <div className={styles.session}>
      <a
        className={styles.link}
        href={formatRoute({ screen: 'sessions', requestId: null, sessionId, filter: {} })}
        onClick={(event) => {
          if (!isPlainClick(event)) return;
          event.preventDefault();
          openSession(sessionId);
        }}
      >
        …{sessionId.slice(-12)}
      </a>
      {value === null ? null : at < 0 ? (
        <span>{t('session.of.count', { count })}</span>
      ) : (
        <span>{t('session.of.place', { place: format.count(count - at), count: format.count(count) })}</span>
      )}
      {count < 2 ? null : (
        <>
          <IconButton
            icon="arrowUp"
            label={t('session.of.next')}
            disabled={next === undefined}
            onClick={() => next !== undefined && openRequest(next)}
          />
          <IconButton
            icon="arrowDown"
            label={t('session.of.previous')}
            disabled={previous === undefined}
            onClick={() => previous !== undefined && openRequest(previous)}
          />
        </>
      )}
      <Unanswered failed={failed} onAgain={readAgain} />
    </div>
  );
}
