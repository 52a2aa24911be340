import type { ReactNode } from 'react';
import { apiBaseUrl } from '../../../src-main/shared/client-snippets.ts';
import { formatCount } from '../../lib/format.ts';
import { useActions, useApp, useStores } from '../../stores/stores.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';

/** Nothing has been recorded: what to point where. */
export function NoRequests(): ReactNode {
  const { ui } = useStores();
  const actions = useActions();
  const baseUrl = useApp((state) => apiBaseUrl(state.app?.baseUrl ?? ''));
  const hasAccounts = useApp((state) => state.accounts.length > 0);
  return (
    <EmptyState
      icon="inbox"
      title="No requests yet"
      actions={
        <>
          {hasAccounts ? null : (
            <Button variant="primary" onClick={() => ui.getState().go('accounts')}>
              Import an account
            </Button>
          )}
          <CopyButton label="Copy base URL" copy={() => actions.copyText(baseUrl, 'Base URL')} />
          <CopyButton label="Copy API key" icon="key" copy={actions.copyApiKey} />
          <Button onClick={() => ui.getState().go('overview')}>Client snippets</Button>
        </>
      }
    >
      <p>Each request shows up here the moment it arrives. Point a client at</p>
      <code>{baseUrl}</code>
      <p>with the API key, and send a turn.</p>
      {hasAccounts ? null : (
        <p>
          No account is signed in yet, so turns would be refused. <b>Import one first.</b>
        </p>
      )}
    </EmptyState>
  );
}

/** The filter lets nothing through. */
export function NoMatch({ total }: { readonly total: number }): ReactNode {
  const { ui } = useStores();
  return (
    <EmptyState
      icon="search"
      title="No request matches"
      actions={<Button onClick={() => ui.getState().setFilter({})}>Clear filters</Button>}
    >
      <p>
        {total === 1
          ? 'The one turn that is kept does not match these filters.'
          : `None of the ${formatCount(total)} turns that are kept matches these filters.`}
      </p>
    </EmptyState>
  );
}
