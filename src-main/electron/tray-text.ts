import { windowName } from '../shared/quota-window.ts';
import { tierOfPolicy } from '../shared/tiers.ts';
import { untilText } from '../shared/until-text.ts';
import type { TrayAccount, TrayState } from './tray-state.ts';

/** What runs, in words. */
export function openTurnsText(running: number): string {
  return running === 0 ? 'idle' : `${running} ${running === 1 ? 'turn' : 'turns'} running`;
}

/** Which tier every turn asks for, as an end of a line; empty where none. */
export function fastModeText({ settings }: Pick<TrayState, 'settings'>): string {
  const tier = tierOfPolicy(settings.fastPolicy);
  return tier === null ? '' : ` · ${tier.word} mode`;
}

const stateTexts: Readonly<Record<TrayAccount['state'], string | null>> = {
  ready: null,
  expired: 'token expired',
  'signed-out': 'signed out',
  exhausted: 'usage limit reached',
  refused: 'refused by upstream',
  'other-upstream': 'belongs to another upstream',
  locked: 'locked',
};

/** What is left of an account, or why it cannot be used. */
export function quotaText({ enabled, state, usage, cooldownUntil }: TrayAccount): string {
  const why = enabled ? stateTexts[state] : 'disabled';
  if (why !== null) return state === 'exhausted' && enabled ? `${why}${untilText(cooldownUntil, Date.now())}` : why;
  const windows = [usage?.primary, usage?.secondary].filter((window) => window !== null && window !== undefined);
  if (windows.length === 0) return 'quota not read yet';
  const texts = windows.map(({ usedPercent, windowMinutes }) => {
    const left = Math.max(0, Math.round(100 - usedPercent));
    return `${left} % of ${windowName(windowMinutes, { unknown: 'limit', week: 'week' })} left`;
  });
  return texts.join(', ');
}
