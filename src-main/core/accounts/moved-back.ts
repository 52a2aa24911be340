import type { UsageWindow } from '../../shared/account-model.ts';
import type { AccountHealth } from './account.ts';

/** An account's health with its dates by a clock that was set back by so many ms since they were noted. */
export function movedBack(health: AccountHealth, backMs: number): AccountHealth {
  if (backMs === 0) return health;
  const moved = (epochMs: number | null) => (epochMs === null ? null : epochMs - backMs);
  const window = (known: UsageWindow | null) => (known === null ? null : { ...known, resetAt: moved(known.resetAt) });
  const { usage, cooldownUntil, avoidUntil, wayRestsUntil, signedOut, verdicts } = health;
  return {
    usage:
      usage === null
        ? null
        : {
            ...usage,
            primary: window(usage.primary),
            secondary: window(usage.secondary),
            readAt: usage.readAt - backMs,
          },
    cooldownUntil: moved(cooldownUntil),
    avoidUntil: moved(avoidUntil),
    wayRestsUntil: moved(wayRestsUntil),
    signedOut,
    verdicts,
  };
}
