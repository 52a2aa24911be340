import type { ReactNode } from 'react';
import type { RawHeader, TraceDetail } from '../../../../src-main/shared/model.ts';
import { classNames } from '../../../lib/class-names.ts';
import { useWords } from '../../../stores/stores.ts';
import textStyles from '../../../ui/text.module.css';
import styles from './headers-tab.module.css';

/** All headers of both sides, as they were on the wire and redacted. */
export function HeadersTab({ detail }: { readonly detail: TraceDetail }): ReactNode {
  const { clientRequest, clientResponse, attempts } = detail;
  const { t } = useWords();
  const statusText = (status: number): string => t('headers.status', { status });
  return (
    <div className={styles.headers}>
      <HeaderTable
        title={t('headers.client.request')}
        note={`${clientRequest.method} ${clientRequest.path}`}
        headers={clientRequest.headers}
      />
      <HeaderTable
        title={t('headers.client.response')}
        note={clientResponse.status === null ? t('headers.client.noHttp') : statusText(clientResponse.status)}
        headers={clientResponse.headers}
      />
      {attempts.map((attempt, index) => {
        const number = attempts.length === 1 ? '' : ` ${index + 1}`;
        return (
          <div key={attempt.startedMs} className={styles.headersAttempt}>
            <HeaderTable
              title={`${t('headers.upstream.request')}${number}`}
              note={`${t(`transport.${attempt.transport}`)} · ${attempt.url}`}
              headers={attempt.requestHeaders}
              hint={attempt.reused ? t('headers.upstream.earlier') : undefined}
            />
            <HeaderTable
              title={`${t('headers.upstream.response')}${number}`}
              note={attempt.status === null ? t('headers.upstream.noStatus') : statusText(attempt.status)}
              headers={attempt.responseHeaders}
            />
          </div>
        );
      })}
      {attempts.length === 0 ? <p className={textStyles.faint}>{t('headers.upstream.none')}</p> : null}
    </div>
  );
}

interface HeaderTableProps {
  readonly title: string;
  readonly note: string;
  readonly headers: readonly RawHeader[];
  readonly hint?: string | undefined;
}

function HeaderTable({ title, note, headers, hint }: HeaderTableProps): ReactNode {
  const { t } = useWords();
  return (
    <details className={styles.headerGroup} open>
      <summary>
        <span className={styles.headerTitle}>{title}</span>
        <code className={styles.headerNote}>{note}</code>
        <span className={classNames(textStyles.faint, styles.headerCount)}>n = {headers.length}</span>
      </summary>
      {hint === undefined ? null : <p className={textStyles.faint}>{hint}</p>}
      {headers.length === 0 ? (
        <p className={textStyles.faint}>{t('headers.none')}</p>
      ) : (
        <table className={styles.headerTable} aria-label={title}>
          <tbody>
            {headers.map(([name, value], index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a header may repeat, and the list never changes
              <tr key={index}>
                <th scope="row">{name}</th>
                <td>{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </details>
  );
}
