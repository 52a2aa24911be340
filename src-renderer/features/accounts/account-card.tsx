import type { ReactNode } from 'react';
import type { AccountView } from '../../../src-main/shared/account-model.ts';
import { accountState, creditsText, linkText, sourceNames } from '../../lib/account-text.ts';
import { classNames } from '../../lib/class-names.ts';
import { formatInstant, formatRelative } from '../../lib/format.ts';
import { Badge } from '../../ui/badge.tsx';
import cardStyles from '../../ui/card.module.css';
import { QuotaBars } from '../../ui/quota-bars.tsx';
import textStyles from '../../ui/text.module.css';
import styles from './account-card.module.css';
import { AccountControls } from './account-controls.tsx';
import { SignInAgain } from './sign-in-again.tsx';
import { TryAgain } from './try-again.tsx';

interface AccountCardProps {
  readonly account: AccountView;
  readonly nowMs: number;
}

/** One account: who, in what state, what is left of it, and its switches. */
export function AccountCard({ account, nowMs }: AccountCardProps): ReactNode {
  const state = accountState(account, nowMs);
  const isLinkToldAbove =
    account.link?.state !== 'ok' && account.problem !== null && state.explanation === account.problem;
  return (
    <article
      className={classNames(cardStyles.card, styles.account, !account.enabled && styles.accountOff)}
      aria-label={account.email}
    >
      <header className={styles.accountHead}>
        <div className={styles.accountWho}>
          <h2>{account.email}</h2>
          <p className={textStyles.faint}>
            {account.workspace === null ? '' : `Workspace ${account.workspace} · `}
            {sourceNames[account.source]} · shown elsewhere as {account.label}
          </p>
        </div>
        {account.plan === null ? null : <Badge tone="quiet">{account.plan}</Badge>}
        <Badge tone={state.tone}>{state.label}</Badge>
      </header>
      {state.explanation === null ? null : <p className={styles.accountExplanation}>{state.explanation}</p>}
      {account.state === 'signed-out' ? <SignInAgain isLinked={account.link !== null} /> : null}
      <TryAgain account={account} nowMs={nowMs} />
      <Quota account={account} nowMs={nowMs} />
      <AccountControls account={account} />
      <p className={styles.accountExpiry}>
        {account.tokenExpiresAt === null ? (
          'Token expiry unknown'
        ) : (
          <span title={formatInstant(account.tokenExpiresAt)}>
            Access token {account.tokenExpiresAt > nowMs ? 'expires' : 'expired'}{' '}
            {formatRelative(account.tokenExpiresAt, nowMs)}
          </span>
        )}
        {' · '}
        {account.encrypted ? 'encrypted on disk' : 'not encrypted on disk'}
      </p>
      {account.link === null || isLinkToldAbove ? null : (
        <p className={styles.accountExpiry}>{linkText(account.link)}</p>
      )}
    </article>
  );
}

function Quota({ account, nowMs }: AccountCardProps): ReactNode {
  const { usage } = account;
  const credits = creditsText(usage?.credits);
  if (usage === null || (usage.primary === null && usage.secondary === null && credits === null)) {
    return <p className={textStyles.faint}>Quota not read yet; it comes with the first turn.</p>;
  }
  return (
    <div className={styles.accountQuota}>
      <QuotaBars usage={usage} nowMs={nowMs} />
      <p className={styles.accountRead}>
        {credits === null ? '' : `${credits} · `}Read {formatRelative(Math.min(usage.readAt, nowMs), nowMs)}
      </p>
    </div>
  );
}
