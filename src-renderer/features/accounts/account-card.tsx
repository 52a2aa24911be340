import type { ReactNode } from 'react';
import type { AccountView } from '../../../src-main/shared/account-model.ts';
import { accountState, creditsText, linkText } from '../../lib/account-text.ts';
import { classNames } from '../../lib/class-names.ts';
import { useWords } from '../../stores/stores.ts';
import { Badge } from '../../ui/badge.tsx';
import cardStyles from '../../ui/card.module.css';
import { NoQuota, QuotaBars, QuotaTrouble } from '../../ui/quota-bars.tsx';
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
  const words = useWords();
  const { t } = words;
  const state = accountState(words, account, nowMs);
  const isLinkToldAbove = account.link?.state !== 'ok' && account.problem !== null && account.enabled;
  return (
    <article
      className={classNames(cardStyles.card, styles.account, !account.enabled && styles.accountOff)}
      aria-label={account.email}
    >
      <header className={styles.accountHead}>
        <div className={styles.accountWho}>
          <h2>{account.nickname ?? account.email}</h2>
          <p className={textStyles.faint}>
            {account.nickname === null ? '' : `${account.email} · `}
            {account.workspace === null ? '' : `${t('accounts.workspace', { workspace: account.workspace })} · `}
            {t('accounts.from', { source: t(`accounts.source.${account.source}`), label: account.label })}
          </p>
        </div>
        {account.plan === null ? null : <Badge tone="quiet">{account.plan}</Badge>}
        <Badge tone={state.tone}>{state.label}</Badge>
      </header>
      {state.explanation === null ? null : <p className={styles.accountExplanation}>{state.explanation}</p>}
      {account.state === 'signed-out' || account.state === 'locked' ? <SignInAgain account={account} /> : null}
      <TryAgain account={account} nowMs={nowMs} />
      <Quota account={account} nowMs={nowMs} />
      <AccountControls account={account} />
      <p className={styles.accountExpiry}>
        <TokenExpiry account={account} nowMs={nowMs} />
        {account.encrypted ? t('accounts.encrypted') : t('accounts.notEncrypted')}
      </p>
      {account.link === null || isLinkToldAbove ? null : (
        <p className={styles.accountExpiry}>{linkText(t, account.link)}</p>
      )}
    </article>
  );
}

/** When its token ends; of a sign-in that has ended it says nothing. */
function TokenExpiry({ account: { state, tokenExpiresAt }, nowMs }: AccountCardProps): ReactNode {
  const { t, format } = useWords();
  if (state === 'signed-out') return null;
  if (tokenExpiresAt === null) return `${t('accounts.token.unknown')} · `;
  return (
    <>
      <span title={format.instant(tokenExpiresAt)}>
        {t(tokenExpiresAt > nowMs ? 'accounts.token.expires' : 'accounts.token.expired', {
          when: format.relative(tokenExpiresAt, nowMs),
        })}
      </span>
      {' · '}
    </>
  );
}

function Quota({ account, nowMs }: AccountCardProps): ReactNode {
  const { t, format } = useWords();
  const { usage } = account;
  const credits = creditsText(t, usage?.credits);
  if (usage === null || (usage.primary === null && usage.secondary === null && credits === null)) {
    return <NoQuota account={account} nowMs={nowMs} />;
  }
  return (
    <div className={styles.accountQuota}>
      <QuotaBars usage={usage} nowMs={nowMs} />
      <QuotaTrouble account={account} nowMs={nowMs} />
      <p className={styles.accountRead}>
        {credits === null ? '' : `${credits} · `}
        {t('accounts.quota.read', { when: format.relative(Math.min(usage.readAt, nowMs), nowMs) })}
      </p>
    </div>
  );
}
