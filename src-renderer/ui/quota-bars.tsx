import type { ReactNode } from 'react';
import type { AccountView, UsageWindow } from '../../src-main/shared/account-model.ts';
import type { Words } from '../../src-main/shared/words/words.ts';
import { useWords } from '../stores/stores.ts';
import styles from './quota-bars.module.css';
import textStyles from './text.module.css';

interface QuotaBarsProps {
  readonly usage: AccountView['usage'];
  readonly nowMs: number;
}

/** An account's quota windows, the short one first; nothing where none was told. */
export function QuotaBars({ usage, nowMs }: QuotaBarsProps): ReactNode {
  const { primary = null, secondary = null } = usage ?? {};
  return (
    <>
      {primary === null ? null : <QuotaBar window={primary} nowMs={nowMs} />}
      {secondary === null ? null : <QuotaBar window={secondary} nowMs={nowMs} />}
    </>
  );
}

interface QuotaOf {
  readonly account: Pick<AccountView, 'usageTrouble'>;
  readonly nowMs: number;
}

/** That and why the latest reading of the quota failed; nothing where it did not. */
export function QuotaTrouble({ account: { usageTrouble }, nowMs }: QuotaOf): ReactNode {
  const { t, told, format } = useWords();
  if (usageTrouble === null) return null;
  return (
    <p className={textStyles.warnText}>
      {t('quota.failed', {
        when: format.relative(Math.min(usageTrouble.atMs, nowMs), nowMs),
        why: told(usageTrouble.text),
      })}
    </p>
  );
}

/** Stands where no quota is known. */
export function NoQuota({ account, nowMs }: QuotaOf): ReactNode {
  const { t } = useWords();
  if (account.usageTrouble !== null) return <QuotaTrouble account={account} nowMs={nowMs} />;
  return <p className={textStyles.faint}>{t('quota.none')}</p>;
}

interface QuotaBarProps {
  readonly window: UsageWindow;
  readonly nowMs: number;
}

/** How much of a quota window is used, and when it starts anew. */
function QuotaBar({ window, nowMs }: QuotaBarProps): ReactNode {
  const words = useWords();
  const { t, format } = words;
  // What it has used since its reset is not known before the next reading.
  const isOver = window.resetAt !== null && window.resetAt <= nowMs;
  const used = isOver ? 0 : Math.min(100, Math.max(0, window.usedPercent));
  const tone = used >= 95 ? 'bad' : used >= 80 ? 'warn' : 'accent';
  const name = window.windowMinutes === null ? t('quota.window') : format.window(window.windowMinutes);
  return (
    <div className={styles.quota}>
      <span className={styles.quotaName}>{name}</span>
      {/* biome-ignore lint/a11y/useSemanticElements: a <meter> cannot be styled alike in every browser */}
      <div
        className={styles.quotaTrack}
        role="meter"
        aria-label={t('quota.used.of', { window: name })}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={used}
      >
        <div className={styles.quotaFill} data-tone={tone} style={{ width: `${used}%` }} />
      </div>
      <span className={styles.quotaUsed}>
        {isOver ? t('quota.notRead') : t('quota.used', { percent: format.percent(window.usedPercent) })}
      </span>
      <span className={styles.quotaReset}>{resetText(words, window.resetAt, nowMs)}</span>
    </div>
  );
}

function resetText({ t, format }: Words, resetAt: number | null, nowMs: number): string {
  if (resetAt === null) return t('quota.reset.unknown');
  const when = format.relative(resetAt, nowMs);
  return resetAt <= nowMs ? t('quota.reset.was', { when }) : t('quota.reset', { when });
}
