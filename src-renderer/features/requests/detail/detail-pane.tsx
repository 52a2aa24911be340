import { lazy, type ReactNode, Suspense } from 'react';
import type { RequestRow, TraceDetail } from '../../../../src-main/shared/model.ts';
import { useAnswer } from '../../../hooks/use-answer.ts';
import { formatInstant, formatMs, formatTokens } from '../../../lib/format.ts';
import { saidFacts } from '../../../lib/reason-text.ts';
import { useActions, useApp, useStores, useUi, useWords } from '../../../stores/stores.ts';
import { AccountName } from '../../../ui/account-name.tsx';
import { IconButton } from '../../../ui/button.tsx';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { Fact } from '../../../ui/fact.tsx';
import { Icon } from '../../../ui/icons.tsx';
import { LinkButton } from '../../../ui/link-button.tsx';
import { StatusWord, TierWord, TotalTime } from '../../../ui/row-words.tsx';
import { RunningNote } from '../../../ui/running-part.tsx';
import { Tabs } from '../../../ui/tabs.tsx';
import { ChangesTab, changeCount } from './changes-tab.tsx';
import styles from './detail-pane.module.css';
import { FastTab } from './fast-tab.tsx';
import { FramesTab } from './frames-tab.tsx';
import { HeadersTab } from './headers-tab.tsx';
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
  const { answered, failed } = useAnswer('requests.detail', { id });
  const detail = answered?.value ?? null;
  const liveRow = useApp((state) => state.rows.find((row) => row.id === id));
  const row = liveRow ?? detail?.row;
  return (
    <aside className={styles.detail} aria-label="Request detail" style={{ width: widthPx }}>
      <header className={styles.detailHead}>
        <div className={styles.detailBack}>
          <LinkButton onClick={() => ui.getState().closeRequest()}>← All requests</LinkButton>
        </div>
        <div className={styles.detailTitle}>
          <h2>{row?.model ?? 'Request'}</h2>
          {row === undefined ? null : <StatusWord row={row} />}
          <IconButton icon="close" label="Close the detail (Esc)" onClick={() => ui.getState().closeRequest()} />
        </div>
        {row === undefined ? null : <Summary row={row} />}
        {row === undefined || detail === null ? null : <TraceTools row={row} detail={detail} />}
        {row?.status === 'running' ? <RunningNote row={row} /> : null}
      </header>
      {row === undefined ? null : <Reason row={row} />}
      {detail !== null ? (
        <DetailTabs detail={detail} />
      ) : failed !== null ? (
        <EmptyState
          icon="warning"
          title={failed.code === 'exchange_unknown' ? 'No longer kept' : 'Detail not available'}
        >
          <p>{failed.message}</p>
          {failed.code === 'exchange_unknown' ? (
            <p>Old turns make room for new ones, within the limits in Settings; or the history was cleared.</p>
          ) : null}
        </EmptyState>
      ) : (
        <p className={styles.detailLoading} role="status">
          Loading the detail…
        </p>
      )}
    </aside>
  );
}

/** Why it failed or stopped short: in our words, then what upstream itself said. */
function Reason({ row }: { readonly row: RequestRow }): ReactNode {
  const { t } = useWords();
  const { error, said } = row;
  if (error === null && said === null) return null;
  const facts = saidFacts(t, said);
  return (
    <div className={styles.detailError} role="note" data-status={row.status}>
      <Icon name="warning" isBesideText />
      <div>
        {error === null ? <p>Upstream ended the response before it was complete.</p> : null}
        {error === null ? null : (
          <p>
            <code>{error.code}</code> {error.message}
          </p>
        )}
        {said?.message == null || said.message === error?.message ? null : <p>Upstream said: {said.message}</p>}
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
  const { t } = useWords();
  const usage = row.usage;
  const sessionId = row.rootSessionId ?? row.sessionId;
  return (
    <dl className={styles.facts}>
      <Fact name="Client" isWide>
        {row.client} · {row.dialect} over {row.clientTransport}
      </Fact>
      <Fact name="Account">{row.account === null ? 'none chosen' : <AccountName account={row.account} />}</Fact>
      <Fact name="Tier">
        <TierWord row={row} />
      </Fact>
      <Fact name="First token">{formatMs(row.firstTokenMs)}</Fact>
      <Fact name="Total">
        <TotalTime row={row} />
      </Fact>
      <Fact name="Started">{formatInstant(row.startedAt)}</Fact>
      <Fact name="Request">
        <code className={styles.factId}>{row.id}</code>
        <CopyButton iconOnly label="Copy the request id" copy={() => actions.copyText(row.id, 'Request id')} />
      </Fact>
      {sessionId === null ? null : (
        <Fact name={t('session.of')}>
          <SessionPart row={row} sessionId={sessionId} />
        </Fact>
      )}
      <Fact name="Tokens" isWide>
        {usage === null ? (
          '—'
        ) : (
          <>
            {formatTokens(usage.inputTokens)} in ({formatTokens(usage.cachedTokens)} cached) ·{' '}
            {formatTokens(usage.outputTokens)} out ({formatTokens(usage.reasoningTokens)} reasoning)
          </>
        )}
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
      label="Parts of the request"
      place="pane"
      value={tab}
      onChange={ui.getState().setDetailTab}
      tabs={[
        { id: 'conversation', label: t('talk.tab') },
        { id: 'timing', label: 'Timing' },
        { id: 'changes', label: 'Changes', count: changeCount(detail.changes) },
        { id: 'headers', label: 'Headers' },
        { id: 'frames', label: 'Frames', count: detail.frames.length + detail.framesDropped },
        { id: 'fast', label: 'Fast' },
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
