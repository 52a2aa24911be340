import { type ReactNode, useMemo, useState } from 'react';
import type { RequestRow, TraceDetail } from '../../../../../src-main/shared/model.ts';
import { JsonTree } from '../../../../lib/json-tree.ts';
import { useActions, useWords } from '../../../../stores/stores.ts';
import { Button } from '../../../../ui/button.tsx';
import { CopyButton } from '../../../../ui/copy-button.tsx';
import { RichText } from '../../../../ui/rich-text.tsx';
import { SegmentedControl } from '../../../../ui/segmented-control.tsx';
import textStyles from '../../../../ui/text.module.css';
import { Unanswered } from '../../../../ui/unanswered.tsx';
import { NotKept } from '../not-kept.tsx';
import { answerList } from './answer-items.ts';
import styles from './conversation-tab.module.css';
import { entryOf } from './entries.ts';
import { EntryView } from './entry-view.tsx';
import { JsonView } from './json-view.tsx';
import { type RequestItems, requestEntry, requestItems } from './request-items.ts';
import { ToolNames } from './tool-names.tsx';
import { useSaid } from './use-said.ts';
import { useText } from './use-text.ts';

const sides = ['client', 'upstream'] as const;
const views = ['read', 'raw'] as const;

/** The latest items first on show: what a turn is about; the ones before are unfolded in steps. */
const shownFirst = 20;
const shownMore = 100;

/** What was said in a turn: the request's items and the answer, for reading and as JSON. */
export function ConversationTab({ detail }: { readonly detail: TraceDetail }): ReactNode {
  const { row } = detail;
  const { t, format } = useWords();
  const [side, setSide] = useState<(typeof sides)[number]>('client');
  const [view, setView] = useState<(typeof views)[number]>('read');
  // Another attempt sends another body.
  const body = useText(row.id, side, side === 'client' ? row.id : `${row.id} ${detail.attempts.length}`);
  return (
    <div className={styles.conversation}>
      <div className={styles.bar}>
        <SegmentedControl
          label={t('talk.side')}
          segments={sides.map((value) => ({ value, label: t(`talk.side.${value}`) }))}
          value={side}
          onChange={setSide}
        />
        <SegmentedControl
          label={t('talk.view')}
          segments={views.map((value) => ({ value, label: t(`talk.view.${value}`) }))}
          value={view}
          onChange={setView}
        />
      </div>
      {body.state === 'reading' ? (
        <p className={textStyles.faint} role="status">
          {body.totalChars > 0 ? t('talk.reading.of', { size: format.bytes(body.totalChars) }) : t('talk.reading')}
        </p>
      ) : null}
      <Unanswered failed={body.failed} onAgain={body.readAgain} />
      {body.state === 'not kept' && side === 'upstream' && detail.attempts.length === 0 ? (
        <p className={textStyles.faint}>{t('talk.nothingSent')}</p>
      ) : body.state === 'not kept' ? (
        <NotKept what="bodies" />
      ) : null}
      {body.isCut ? <p className={styles.note}>{t('talk.cut', { size: format.bytes(body.totalChars) })}</p> : null}
      {view === 'raw' ? (
        body.state === 'read' ? (
          <JsonView text={body.text} label={t(side === 'client' ? 'talk.clientBody' : 'talk.upstreamBody')} />
        ) : null
      ) : (
        <div className={styles.reader}>
          {body.state === 'read' ? <RequestPart key={side} text={body.text} /> : null}
          <AnswerPart row={row} />
        </div>
      )}
    </div>
  );
}

function RequestPart({ text }: { readonly text: string }): ReactNode {
  const request = useMemo(() => requestItems(text), [text]);
  const tree = useMemo(() => new JsonTree(text), [text]);
  const [shown, setShown] = useState(shownFirst);
  const { t, format } = useWords();
  const { items, tools, goesOnFrom, isCut } = request;
  if (items.length === 0) return <NoItems text={text} request={request} />;
  const hidden = Math.max(0, items.length - shown);
  return (
    <section aria-label={t('talk.request')} className={styles.part}>
      <h3>
        {t('talk.request')}{' '}
        <span className={textStyles.faint}>{t('talk.count', { count: format.count(items.length) })}</span>
      </h3>
      {tools.length === 0 ? null : <ToolNames names={tools} />}
      {goesOnFrom === null ? null : (
        <p className={styles.note}>
          <RichText id="talk.goesOn" with={{ id: goesOnFrom, code: (text) => <code>{text}</code> }} />
        </p>
      )}
      {hidden === 0 ? null : (
        <Button onClick={() => setShown(shown + shownMore)}>
          {t('talk.earlier', { shown: format.count(Math.min(hidden, shownMore)), hidden: format.count(hidden) })}
        </Button>
      )}
      {items.slice(hidden).map((item) => (
        <EntryView key={item.node.start} entry={requestEntry(text, item)} json={{ tree, node: item.node }} />
      ))}
      {isCut ? <p className={styles.note}>{t('talk.restMissing')}</p> : null}
    </section>
  );
}

function NoItems({ text, request }: { readonly text: string; readonly request: RequestItems }): ReactNode {
  const { t } = useWords();
  return (
    <section aria-label={t('talk.request')} className={styles.part}>
      <h3>{t('talk.request')}</h3>
      <p className={textStyles.faint}>{t(request.root === null ? 'talk.noObject' : 'talk.noItems')}</p>
      <JsonView text={text} label={t('talk.body')} />
    </section>
  );
}

function AnswerPart({ row }: { readonly row: RequestRow }): ReactNode {
  const actions = useActions();
  const { t, format } = useWords();
  const { answer, isRead, failed, readAgain } = useSaid(row.id, row.status);
  const items = answerList(answer);
  const copy = (): Promise<boolean> =>
    actions.copyText(
      JSON.stringify(
        items.map(({ item }) => item),
        null,
        2,
      ),
      'talk.answer',
    );
  return (
    <section aria-label={t('talk.answer')} className={styles.part} aria-busy={row.status === 'running'}>
      <h3>
        {t('talk.answer')}{' '}
        <span className={textStyles.faint}>{t('talk.count', { count: format.count(items.length) })}</span>
        {items.length === 0 ? null : <CopyButton iconOnly label={t('talk.copyAnswer')} copy={copy} />}
      </h3>
      <Unanswered failed={failed} onAgain={readAgain} />
      {items.map(({ item, isDone }, index) => (
        <EntryView
          // biome-ignore lint/suspicious/noArrayIndexKey: items are known by their place
          key={index}
          entry={entryOf(item)}
          isGrowing={!isDone && row.status === 'running'}
        />
      ))}
      {answer.problem === null ? null : <p className={textStyles.badText}>{answer.problem}</p>}
      {answer.lost > 0 ? <p className={styles.note}>{t('talk.lost', { count: answer.lost })}</p> : null}
      {items.length > 0 || failed !== null ? null : <NoAnswer row={row} isRead={isRead} />}
    </section>
  );
}

function NoAnswer({ row, isRead }: { readonly row: RequestRow; readonly isRead: boolean }): ReactNode {
  const { t } = useWords();
  if (!isRead) return <p className={textStyles.faint}>{t('talk.answer.reading')}</p>;
  if (row.status === 'running')
    return (
      <p className={textStyles.faint} role="status">
        {t('talk.answer.nothingYet')}
      </p>
    );
  if (row.firstTokenMs === null) return <p className={textStyles.faint}>{t('talk.answer.nothing')}</p>;
  return <NotKept what="frames" />;
}
