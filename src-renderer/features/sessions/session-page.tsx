import { type ReactNode, useMemo, useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import type { RequestRow } from '../../../src-main/shared/model.ts';
import type { SessionDetail, SessionSummary } from '../../../src-main/shared/session-query.ts';
import { useAccountNames } from '../../hooks/use-account-names.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { useCommands } from '../../hooks/use-commands.ts';
import { useActions, useApp, useStores, useWords } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Fact } from '../../ui/fact.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { Unanswered } from '../../ui/unanswered.tsx';
import { cachedPercent, lasted, rootOf, tierChanges } from './session-figures.ts';
import styles from './session-page.module.css';
import { SessionTimeline } from './session-timeline.tsx';
import { SessionTurns } from './session-turns.tsx';

const pageTurns = 200;
const noPages = { of: -1, pages: [] };

/** One conversation: what it took, its turns over time, and each of them. */
export function SessionPage({ id }: { readonly id: string }): ReactNode {
  const { t } = useWords();
  const { ui } = useStores();
  const actions = useActions();
  const { answered, failed, readAgain } = useAnswer('sessions.get', { id, cursor: null, limit: pageTurns });
  // Rows of other sessions come many times a second: they must not have this one drawn anew.
  const live = useApp(useShallow((state) => state.rows.filter((row) => rootOf(row) === id)));
  const generation = useApp((state) => state.generation);
  /** Pages behind the first; with the first as it was, which goes on without its end. */
  const [read, setRead] = useState<{ readonly of: number; readonly pages: readonly SessionDetail[] }>(noPages);
  const older = read.of === generation ? read.pages : noPages.pages;
  const first = answered?.value ?? null;
  const rows = useMemo(() => {
    const known = new Map<string, RequestRow>();
    for (const row of live) known.set(row.id, row);
    for (const page of first === null ? older : [first, ...older])
      for (const row of page.rows) if (!known.has(row.id)) known.set(row.id, row);
    return [...known.values()].toSorted((a, b) => b.startedAt - a.startedAt || (a.id < b.id ? 1 : -1));
  }, [live, first, older]);
  const close = (): void => ui.getState().go('sessions');
  useCommands({ close });
  const last = older.at(-1) ?? first;
  const next = last?.next ?? null;
  const showEarlier = async (): Promise<void> => {
    const page = await actions.ask('sessions.get', { id, cursor: next, limit: pageTurns });
    if (page === null || first === null) return;
    setRead((before) => ({
      of: generation,
      pages: [...(before.of === generation ? before.pages : [first]), page],
    }));
  };
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <LinkButton onClick={close}>← {t('session.all')}</LinkButton>
        <h1>{t('session.title', { id: id.length > 20 ? `…${id.slice(-12)}` : id })}</h1>
        <CopyButton iconOnly label={t('session.copyId')} copy={() => actions.copyText(id, 'session.id')} />
        <span className={styles.headEnd}>
          <Button
            onClick={() => {
              ui.getState().setFilter({ query: `root:"${id.replaceAll('"', '')}"` });
              ui.getState().go('requests');
            }}
          >
            {t('session.inRequests')}
          </Button>
        </span>
      </header>
      <Unanswered failed={failed} onAgain={readAgain} />
      {first === null ? (
        failed === null ? (
          <p role="status">{t('session.reading')}</p>
        ) : null
      ) : first.session === null && rows.length === 0 ? (
        <EmptyState
          icon="sessions"
          title={t('session.gone')}
          actions={<Button onClick={close}>{t('session.all')}</Button>}
        >
          <p>{t('session.gone.why')}</p>
        </EmptyState>
      ) : (
        <>
          {first.session === null ? null : <Facts session={first.session} rows={rows} isPartly={next !== null} />}
          <SessionTimeline rows={rows} rootId={id} />
          <SessionTurns rows={rows} rootId={id} />
          {next === null ? null : (
            <div className={styles.foot}>
              <Button makesCall onClick={() => void showEarlier()}>
                {t('session.earlier')}
              </Button>
            </div>
          )}
        </>
      )}
    </div>
  );
}

interface FactsProps {
  readonly session: SessionSummary;
  readonly rows: readonly RequestRow[];
  /** Not all of its turns are here. */
  readonly isPartly: boolean;
}

function Facts({ session, rows, isPartly }: FactsProps): ReactNode {
  const { t, format } = useWords();
  const nameOf = useAccountNames();
  const { usage } = session;
  const percent = cachedPercent(usage);
  const changes = useMemo(() => tierChanges(rows).size, [rows]);
  return (
    <dl className={styles.facts}>
      <Fact name={t('session.clients')}>{session.clients.join(', ')}</Fact>
      <Fact name={t('session.models')}>{session.models.join(', ')}</Fact>
      <Fact name={t('session.accounts')}>
        {session.accounts.length === 0 ? format.count(null) : session.accounts.map(nameOf).join(', ')}
      </Fact>
      <Fact name={t('session.began')}>{format.instant(session.startedAt)}</Fact>
      <Fact name={t('session.lasted')}>{format.ms(lasted(session))}</Fact>
      <Fact name={t('session.turns')}>
        {session.turns === session.requests
          ? format.count(session.turns)
          : t('session.turns.text', { turns: session.turns, requests: session.requests })}
        {session.threads > 1 ? ` · ${t('sessions.agents', { count: session.threads - 1 })}` : ''}
        {session.failed > 0 ? ` · ${t('sessions.failed', { count: session.failed })}` : ''}
      </Fact>
      <Fact name={t('session.tokens')} isWide>
        {t('session.tokens.text', {
          input: format.tokens(usage.inputTokens),
          cached: percent === null ? format.count(null) : format.percent(percent),
          output: format.tokens(usage.outputTokens),
          reasoning: format.tokens(usage.reasoningTokens),
        })}
      </Fact>
      <Fact name={t('session.sent')} isWide>
        {t('session.sent.text', {
          increments: session.increments,
          full: session.fullSends,
          bytes: format.bytes(session.sentBytes),
        })}
      </Fact>
      <Fact name={t('session.changes')}>
        {t(isPartly ? 'session.changes.partly' : 'session.changes.text', { count: changes })}
      </Fact>
    </dl>
  );
}
