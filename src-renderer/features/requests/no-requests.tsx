import type { ReactNode } from 'react';
import { apiBaseUrl } from '../../../src-main/shared/client-snippets.ts';
import { useActions, useApp, useStores, useWords } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { RichText } from '../../ui/rich-text.tsx';

/** Nothing has been recorded: what to point where. */
export function NoRequests(): ReactNode {
  const { t } = useWords();
  const { ui } = useStores();
  const actions = useActions();
  const baseUrl = useApp((state) => apiBaseUrl(state.app?.baseUrl ?? ''));
  const hasAccounts = useApp((state) => state.accounts.length > 0);
  return (
    <EmptyState
      icon="inbox"
      title={t('requests.none')}
      actions={
        <>
          {hasAccounts ? null : (
            <Button variant="primary" onClick={() => ui.getState().go('accounts')}>
              {t('requests.none.add')}
            </Button>
          )}
          <CopyButton label={t('requests.none.url')} copy={() => actions.copyText(baseUrl, 'requests.none.url.what')} />
          <CopyButton label={t('requests.none.key')} icon="key" makesCall copy={actions.copyApiKey} />
          <Button onClick={() => ui.getState().go('overview')}>{t('requests.none.snippets')}</Button>
        </>
      }
    >
      <p>
        <RichText id="requests.none.how" with={{ url: () => <code>{baseUrl}</code> }} />
      </p>
      {hasAccounts ? null : (
        <p>
          <RichText id="requests.none.account" with={{ strong: (text) => <b>{text}</b> }} />
        </p>
      )}
    </EmptyState>
  );
}

/** The filter lets nothing through. */
export function NoMatch({ total }: { readonly total: number }): ReactNode {
  const { ui } = useStores();
  const { t, format } = useWords();
  return (
    <EmptyState
      icon="search"
      title={t('requests.noMatch')}
      actions={<Button onClick={() => ui.getState().setFilter({})}>{t('requests.noMatch.clear')}</Button>}
    >
      <p>{t('requests.noMatch.why', { count: total, figure: format.count(total) })}</p>
    </EmptyState>
  );
}
