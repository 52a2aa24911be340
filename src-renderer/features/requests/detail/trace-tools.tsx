import { type ReactNode, useState } from 'react';
import type { RequestRow, TraceDetail } from '../../../../src-main/shared/model.ts';
import { formatRoute } from '../../../lib/route.ts';
import { useActions, useApp, useWords } from '../../../stores/stores.ts';
import { Button } from '../../../ui/button.tsx';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { CompareDialog } from './compare-dialog.tsx';
import { HarDialog } from './har-dialog.tsx';
import { ReplayDialog } from './replay-dialog.tsx';
import styles from './trace-tools.module.css';
import { whyNoCurl, whyNoReplay, whyNotWords } from './unavailable-tools.ts';

/** What can be done with a request: copy, send again, compare, export; and what cannot, with its reason. */
export function TraceTools({ row, detail }: { readonly row: RequestRow; readonly detail: TraceDetail }): ReactNode {
  const actions = useActions();
  const { t } = useWords();
  const [open, setOpen] = useState<'replay' | 'compare' | 'har' | null>(null);
  const close = (): void => setOpen(null);
  const copyCurl = async (): Promise<boolean> => {
    const answer = await actions.ask('requests.curl', { id: row.id });
    return answer !== null && actions.copyText(answer.text, 'detail.tool.curl.what');
  };
  const isDesktop = useApp((state) => state.app?.face === 'desktop');
  const link = isDesktop
    ? `slipstream://turn/${row.id}`
    : `${location.origin}/${formatRoute({ screen: 'requests', requestId: row.id, filter: {} })}`;
  const why = whyNotWords(t, detail);
  return (
    <>
      <div className={styles.tools}>
        {whyNoCurl(detail) === null ? (
          <CopyButton isSmall makesCall label={t('detail.tool.curl')} copy={copyCurl} />
        ) : (
          <Button icon="copy" isSmall disabled>
            {t('detail.tool.curl')}
          </Button>
        )}
        <CopyButton
          isSmall
          label={t('detail.tool.link')}
          copy={() => actions.copyText(link, 'detail.tool.link.what')}
        />
        <Button isSmall disabled={whyNoReplay(detail) !== null} onClick={() => setOpen('replay')}>
          {t('detail.tool.again')}
        </Button>
        <Button isSmall onClick={() => setOpen('compare')}>
          {t('detail.tool.compare')}
        </Button>
        <Button
          isSmall
          title={isDesktop ? t('detail.tool.har.drag') : undefined}
          onDrag={isDesktop ? () => void actions.dragHar(row.id) : undefined}
          onClick={() => setOpen('har')}
        >
          {t('detail.tool.har')}
        </Button>
        {open === 'replay' ? <ReplayDialog row={row} onClose={close} /> : null}
        {open === 'compare' ? <CompareDialog row={row} onClose={close} /> : null}
        {open === 'har' ? <HarDialog id={row.id} onClose={close} /> : null}
      </div>
      {why === null ? null : <p className={styles.toolsWhy}>{why}</p>}
    </>
  );
}
