import { tierOfPolicy } from '../shared/tiers.ts';
import type { Translate, Words } from '../shared/words/words.ts';
import type { TrayAccount, TrayState } from './tray-state.ts';

const weekMinutes = 10_080;

/** What runs, in words. */
export function openTurnsText(t: Translate, running: number): string {
  return running === 0 ? t('tray.idle') : t('tray.running', { n: running });
}

/**
 * The end of a line, which says that every turn asks for a fast tier or that a coin decides it for some sessions; empty where
 * neither is so.
 */
export function fastModeText(state: Pick<TrayState, 'settings' | 'words' | 'byCoin'>): string {
  const { t } = state.words;
  if (tierOfPolicy(state.settings.fastPolicy) !== null) return ` · ${t('tray.fastMode')}`;
  return isByCoin(state) ? ` · ${t('tray.byCoin')}` : '';
}

/** Whether a coin decides the tier: the user's own switch comes before it. */
export function isByCoin({ settings, byCoin }: Pick<TrayState, 'settings' | 'byCoin'>): boolean {
  return byCoin && settings.fastPolicy === 'auto';
}

/** What is left of an account, or why it cannot be used. */
export function quotaText(words: Words, { enabled, state, usage, cooldownUntil }: TrayAccount): string {
  const { t, format } = words;
  if (!enabled) return t('tray.state.disabled');
  const until = state === 'exhausted' ? format.until(cooldownUntil, Date.now()) : '';
  if (until !== '') return t('tray.state.exhausted.until', { until });
  if (state !== 'ready') return t(`tray.state.${state}`);
  const windows = [usage?.primary, usage?.secondary].filter((window) => window !== null && window !== undefined);
  if (windows.length === 0) return t('tray.quota.none');
  const texts = windows.map(({ usedPercent, windowMinutes }) =>
    t('tray.quota.left', {
      percent: format.percent(Math.max(0, Math.round(100 - usedPercent))),
      window: limitName(words, windowMinutes),
    }),
  );
  return texts.join(t('units.comma'));
}

function limitName({ t, format }: Words, minutes: number | null): string {
  if (minutes === null) return t('tray.quota.limit');
  return minutes === weekMinutes ? t('tray.quota.week') : format.window(minutes);
}

/** What the account with most headroom has left, in percent of its tightest window; null where no quota was read. */
export function mostLeftPercent(accounts: readonly TrayAccount[]): number | null {
  const left = accounts.flatMap(({ enabled, usage }) => {
    const used = [usage?.primary, usage?.secondary].flatMap((window) => window?.usedPercent ?? []);
    return enabled && used.length > 0 ? [Math.max(0, Math.round(100 - Math.max(...used)))] : [];
  });
  return left.length === 0 ? null : Math.max(...left);
}
