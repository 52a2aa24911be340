import { lazy, type ReactNode, Suspense } from 'react';
import type { RequestRow, TraceDetail } from '../../../../src-main/shared/model.ts';
import { useAnswer } from '../../../hooks/use-answer.ts';
import { saidFacts } from '../../../lib/reason-text.ts';
import type { CallFailed } from '../../../stores/queries.ts';
import { useActions, useApp, useStores, useUi, useWords } from '../../../stores/stores.ts';
import { AccountName } from '../../../ui/account-name.tsx';
import { Button, IconButton } from '../../../ui/button.tsx';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { Fact } from '../../../ui/fact.tsx';
import { Icon } from '../../../ui/icons.tsx';
import { LinkButton } from '../../../ui/link-button.tsx';
import { RichText } from '../../../ui/rich-text.tsx';
import { StatusWord, TierWord, TotalTime } from '../../../ui/row-words.tsx';
import { RunningNote } from '../../../ui/running-part.tsx';
import { Tabs } from '../../../ui/tabs.tsx';
import { ChangesTab, changeCount } from './changes-tab.tsx';
import styles from './detail-pane.module.css';
import { FastTab } from './fast-tab.tsx';
import { FramesTab } from './frames-tab.tsx';
import { HeadersTab } from './headers-tab.tsx';
import { MarkPart } from './mark-part.tsx';
import { SessionPart } from './session-part.tsx';
import { TimingTab } from './timing-tab.tsx';
import { TraceTools } from './trace-tools.tsx';

const ConversationTab = lazy(async () => ({
  default: (await import('./conversation/conversation-tab.tsx')).ConversationTab,
}));

interface DetailPaneProps {
  readonly id: string;
  /** Its width where it stands beside the list. */
  readonly widthPx: number;
}

/** Everything that is kept of one request. */
export function DetailPane({ id, widthPx }: DetailPaneProps): ReactNode {
  const { ui } = useStores();
  const { answered, failed, readAgain } = useAnswer('requests.detail', { id });
  const { t } = useWords();
  // What was known of a turn that is gone says that it runs for ever.
  const detail = failed?.code === 'exchange_unknown' ? null : (answered?.value ?? null);
  const liveRow = useApp((state) => state.rows.find((row) => row.id === id));
  const row = liveRow ?? detail?.row;
  return (
    <aside
      className={styles.detail}
      aria-label={t('detail.label')}
      data-leaves-to='[role="grid"]'
      style={{ width: widthPx }}
    >
      <header className={styles.detailHead}>
        <div className={styles.detailBack}>
          <LinkButton onClick={() => ui.getState().closeRequest()}>← {t('detail.back')}</LinkButton>
        </div>
        <div className={styles.detailTitle}>
          <h2>{row?.model ?? t('detail.untitled')}</h2>
          {row === undefined ? null : <StatusWord row={row} />}
          <IconButton icon="close" label={t('detail.close')} onClick={() => ui.getState().closeRequest()} />
        </div>
        {row === undefined ? null : <Summary row={row} />}
        {row === undefined || detail === null ? null : <TraceTools row={row} detail={detail} />}
        {row === undefined ? null : row.status === 'running' ? <RunningNote row={row} /> : <MarkPart row={row} />}
      </header>
      {row === undefined ? null : <Reason row={row} />}
      {detail !== null ? (
        <DetailTabs detail={detail} />
      ) : failed !== null ? (
        <Missing failed={failed} onAgain={readAgain} />
      ) : (
        <p className={styles.detailLoading} role="status">
          {t('detail.loading')}
        </p>
      )}
    </aside>
  );
}

/** Why nothing of it can be shown: it is gone for good, or could not be read. */
function Missing({ failed, onAgain }: { readonly failed: CallFailed; readonly onAgain: () => void }): ReactNode {
  const { t, failure } = useWords();
  if (failed.code === 'exchange_unknown')
    return (
      <EmptyState icon="warning" title={t('detail.gone')}>
        <p>{failure(failed)}</p>
        <p>{t('detail.gone.why')}</p>
      </EmptyState>
    );
  return (
    <EmptyState
      icon="warning"
      title={t('detail.unavailable')}
      actions={
        <Button makesCall onClick={onAgain}>
          {t('shell.tryAgain')}
        </Button>
      }
    >
      <p>{failure(failed)}</p>
    </EmptyState>
  );
}

/** Why it failed, was sent back or stopped short: in our words, then what upstream itself said. */
function Reason({ row }: { readonly row: RequestRow }): ReactNode {
  const { t, failure } = useWords();
  const { error, said } = row;
  if (error === null && said === null) return null;
  const facts = saidFacts(t, said);
  return (
    <div className={styles.detailError} role="note" data-status={row.status}>
      <Icon name={row.status === 'sent-back' ? 'info' : 'warning'} isBesideText />
      <div>
        {row.status === 'sent-back' ? <p>{t('detail.sentBack')}</p> : null}
        {error === null ? <p>{t('detail.cutShort')}</p> : null}
        {error === null ? null : (
          <p>
            <code>{error.code}</code> {failure(error)}
          </p>
        )}
        {said?.message == null || said.message === error?.message ? null : (
          <p>
            <RichText id="detail.said" with={{ message: <span data-words="as they came">{said.message}</span> }} />
          </p>
        )}
        {facts.length === 0 ? null : (
          <dl className={styles.said}>
            {facts.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>
                  <code>{value}</code>
                </dd>
              </div>
            ))}
          </dl>
        )}
      </div>
    </div>
  );
}

function Summary({ row }: { readonly row: RequestRow }): ReactNode {
  const actions = useActions();
  const { t, format } = useWords();
  const usage = row.usage;
  const sessionId = row.rootSessionId ?? row.sessionId;
  const noTokens = ({ status, firstTokenMs }: RequestRow): string =>
    status === 'running' || firstTokenMs === null ? format.count(null) : t('detail.tokens.untold');
  return (
    <dl className={styles.facts}>
      <Fact name={t('detail.client')} isWide>
        {t('detail.client.text', {
          client: row.client,
          dialect: row.dialect,
          transport: t(`transport.${row.clientTransport}`),
        })}
      </Fact>
      <Fact name={t('detail.account')}>
        {row.account === null ? t('detail.account.none') : <AccountName account={row.account} />}
      </Fact>
      <Fact name={t('detail.tier')}>
        <TierWord row={row} />
      </Fact>
      <Fact name={t('detail.first')}>{format.ms(row.firstTokenMs)}</Fact>
      <Fact name={t('detail.total')}>
        <TotalTime row={row} />
      </Fact>
      <Fact name={t('detail.started')}>{format.instant(row.startedAt)}</Fact>
      <Fact name={t('detail.request')}>
        <code className={styles.factId} title={row.id}>
          {row.id}
        </code>
        <CopyButton iconOnly label={t('detail.copyId')} copy={() => actions.copyText(row.id, 'detail.id')} />
      </Fact>
      {sessionId === null ? null : (
        <Fact name={t('session.of')} isWide>
          <SessionPart row={row} sessionId={sessionId} />
        </Fact>
      )}
      <Fact name={t('detail.tokens')} isWide>
        {usage === null
          ? noTokens(row)
          : t('detail.tokens.text', {
              input: format.tokens(usage.inputTokens),
              cached: format.tokens(usage.cachedTokens),
              output: format.tokens(usage.outputTokens),
              reasoning: format.tokens(usage.reasoningTokens),
            })}
      </Fact>
    </dl>
  );
}

function DetailTabs({ detail }: { readonly detail: TraceDetail }): ReactNode {
  const { ui } = useStores();
  const { t } = useWords();
  const tab = useUi((state) => state.detailTab);
  return (
    <Tabs
      label={t('detail.tabs')}
      place="pane"
      value={tab}
      onChange={ui.getState().setDetailTab}
      tabs={[
        { id: 'conversation', label: t('talk.tab') },
        { id: 'timing', label: t('detail.tab.timing') },
        { id: 'changes', label: t('detail.tab.changes'), count: changeCount(detail.changes) },
        { id: 'headers', label: t('detail.tab.headers') },
        { id: 'frames', label: t('detail.tab.frames'), count: detail.frames.length + detail.framesDropped },
        { id: 'fast', label: t('detail.tab.fast') },
      ]}
    >
      {tab === 'conversation' ? (
        <Suspense fallback={<p role="status">{t('talk.loading')}</p>}>
          <ConversationTab detail={detail} />
        </Suspense>
      ) : null}
      {tab === 'timing' ? <TimingTab detail={detail} /> : null}
      {tab === 'changes' ? <ChangesTab detail={detail} /> : null}
      {tab === 'headers' ? <HeadersTab detail={detail} /> : null}
      {tab === 'frames' ? <FramesTab detail={detail} /> : null}
      {tab === 'fast' ? <FastTab detail={detail} /> : null}
    </Tabs>
  );
}
