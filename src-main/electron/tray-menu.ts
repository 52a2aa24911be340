import type { FastPolicy } from '../shared/model.ts';

/** What the tray shows. */
export interface TrayState {
  readonly baseUrl: string;
  readonly fastPolicy: FastPolicy;
  readonly accounts: number;
  readonly running: number;
}

export type TrayAction =
  | { readonly kind: 'open' }
  | { readonly kind: 'fast'; readonly policy: FastPolicy }
  | { readonly kind: 'quit' };

export type TrayItem =
  | { readonly type: 'text'; readonly label: string }
  | { readonly type: 'separator' }
  | { readonly type: 'button'; readonly label: string; readonly action: TrayAction }
  | { readonly type: 'checkbox'; readonly label: string; readonly checked: boolean; readonly action: TrayAction };

/** The menu as data. Fast is a plain check: checked is `on`, unchecked `auto`; `off` is set on the Settings screen. */
export function buildTrayMenu(state: TrayState): readonly TrayItem[] {
  const isFast = state.fastPolicy === 'on';
  return [
    { type: 'text', label: statusLine(state) },
    { type: 'separator' },
    { type: 'checkbox', label: 'Fast mode', checked: isFast, action: { kind: 'fast', policy: isFast ? 'auto' : 'on' } },
    { type: 'separator' },
    { type: 'button', label: 'Open dashboard', action: { kind: 'open' } },
    { type: 'button', label: 'Quit Slipstream', action: { kind: 'quit' } },
  ];
}

/** One line about what goes on; also the icon's tooltip. */
export function statusLine({ baseUrl, accounts, running }: TrayState): string {
  const where = baseUrl.replace(/^https?:\/\//, '');
  if (accounts === 0) {
    return `No account yet · ${where}`;
  }
  const turns = running === 0 ? 'idle' : `${running} ${running === 1 ? 'turn' : 'turns'} running`;
  return `${accounts} ${accounts === 1 ? 'account' : 'accounts'} · ${turns} · ${where}`;
}
