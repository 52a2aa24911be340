import type { ReactNode } from 'react';
import type { AccountView, UsageWindow } from '../../src-main/shared/account-model.ts';
import { windowName } from '../../src-main/shared/quota-window.ts';
import { formatPercent, formatRelative } from '../lib/format.ts';
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
  if (usageTrouble === null) return null;
  return (
    <p className={textStyles.warnText}>
      The quota could not be read {formatRelative(Math.min(usageTrouble.atMs, nowMs), nowMs)}: {usageTrouble.text}
    </p>
  );
}

/** Stands where no quota is known. */
export function NoQuota({ account, nowMs }: QuotaOf): ReactNode {
  if (account.usageTrouble !== null) return <QuotaTrouble account={account} nowMs={nowMs} />;
  return <p className={textStyles.faint}>Quota not read yet; it comes with the first turn.</p>;
}

interface QuotaBarProps {
  readonly window: UsageWindow;
  readonly nowMs: number;
}

/** How much of a quota window is used, and when it starts anew. */
function QuotaBar({ window, nowMs }: QuotaBarProps): ReactNode {
  // What it has used since its reset is not known before the next reading.
  const isOver = window.resetAt !== null && window.resetAt <= nowMs;
  const used = isOver ? 0 : Math.min(100, Math.max(0, window.usedPercent));
  const tone = used >= 95 ? 'bad' : used >= 80 ? 'warn' : 'accent';
  const name = windowName(window.windowMinutes, { unknown: 'window' });
  return (
    <div className={styles.quota}>
      <span className={styles.quotaName}>{name}</span>
      {/* biome-ignore lint/a11y/useSemanticElements: a <meter> cannot be styled alike in every browser */}
      <div
        className={styles.quotaTrack}
        role="meter"
        aria-label={`${name} quota used`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={used}
      >
        <div className={styles.quotaFill} data-tone={tone} style={{ width: `${used}%` }} />
      </div>
      <span className={styles.quotaUsed}>{isOver ? 'not read' : `${formatPercent(window.usedPercent)} used`}</span>
      <span className={styles.quotaReset}>{resetText(window.resetAt, nowMs)}</span>
    </div>
  );
}

function resetText(resetAt: number | null, nowMs: number): string {
  if (resetAt === null) return 'reset time unknown';
  return resetAt <= nowMs ? `was reset ${formatRelative(resetAt, nowMs)}` : `resets ${formatRelative(resetAt, nowMs)}`;
}
