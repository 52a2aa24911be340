import type { ReactNode } from 'react';
import type { UsageWindow } from '../../src-main/shared/model.ts';
import { formatPercent, formatRelative, formatWindow } from '../lib/format.ts';

interface QuotaBarProps {
  readonly window: UsageWindow;
  readonly nowMs: number;
}

/** How much of a quota window is used, and when it starts anew. */
export function QuotaBar({ window, nowMs }: QuotaBarProps): ReactNode {
  const used = Math.min(100, Math.max(0, window.usedPercent));
  const tone = used >= 95 ? 'bad' : used >= 80 ? 'warn' : 'accent';
  const name = formatWindow(window.windowMinutes);
  return (
    <div className="quota">
      <span className="quota-name">{name}</span>
      {/* biome-ignore lint/a11y/useSemanticElements: a <meter> cannot be styled alike in every browser */}
      <div
        className="quota-track"
        role="meter"
        aria-label={`${name} quota used`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={used}
      >
        <div className={`quota-fill quota-${tone}`} style={{ width: `${used}%` }} />
      </div>
      <span className="quota-used">{formatPercent(window.usedPercent)} used</span>
      <span className="quota-reset">
        {window.resetAt === null ? 'reset time unknown' : `resets ${formatRelative(window.resetAt, nowMs)}`}
      </span>
    </div>
  );
}
