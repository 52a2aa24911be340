import type { ReactNode } from 'react';
import type { Change, TraceDetail } from '../../../../src-main/shared/model.ts';
import { readTold } from '../../../../src-main/shared/words/told.ts';
import { useWords } from '../../../stores/stores.ts';
import { Badge, type Tone } from '../../../ui/badge.tsx';
import textStyles from '../../../ui/text.module.css';
import { Bodies } from './bodies.tsx';
import styles from './changes-tab.module.css';
import { NotKept } from './not-kept.tsx';
import { ParitySection } from './parity-section.tsx';

const actionTones: Record<Change['action'], Tone> = { added: 'good', set: 'accent', removed: 'bad', dropped: 'quiet' };

/** How many changes were made; the last entry of a list that was cut says how many it leaves out. */
export function changeCount(changes: readonly Change[]): number {
  const last = changes.at(-1);
  return last?.path === '…' ? changes.length - 1 + Number(readTold(last.why)?.values.count ?? 0) : changes.length;
}

/** Every change that was made to what the client sent, and the two bodies beside each other. */
export function ChangesTab({ detail }: { readonly detail: TraceDetail }): ReactNode {
  const { t, told, format } = useWords();
  return (
    <div className={styles.changes}>
      <section>
        <h3>
          {t('changes.title')} <span className={textStyles.faint}>n = {format.count(changeCount(detail.changes))}</span>
        </h3>
        {detail.changes.length === 0 ? (
          <p className={textStyles.faint}>{t('changes.none')}</p>
        ) : (
          <ul className={styles.changeList}>
            {detail.changes.map((change) => (
              <li key={`${change.path} ${change.action} ${change.why}`} className={styles.change}>
                <Badge tone={actionTones[change.action]}>{t(`changes.action.${change.action}`)}</Badge>
                <code className={styles.changePath}>{change.path}</code>
                <span className={styles.changeStep}>{t(`changes.step.${change.step}`)}</span>
                <span className={styles.changeWhy}>{told(change.why)}</span>
              </li>
            ))}
          </ul>
        )}
      </section>
      {detail.parity === null ? null : <ParitySection parity={detail.parity} />}
      {detail.clientRequest.body === null && detail.upstreamBody === null ? (
        <NotKept what="bodies" />
      ) : (
        <Bodies client={detail.clientRequest.body} upstream={detail.upstreamBody} />
      )}
    </div>
  );
}
