import { Menu, type MenuItemConstructorOptions, nativeTheme, Tray } from 'electron';
import type { Clock, Timer } from '../core/ports.ts';
import { toggledFast } from '../shared/tiers.ts';
import { trayImage } from './tray-image.ts';
import {
  barText,
  buildTrayMenu,
  type TrayAction,
  type TrayIconName,
  type TrayItem,
  tipText,
  trayIcon,
} from './tray-menu.ts';
import type { TrayState } from './tray-state.ts';

/** A menu may be open, and nobody says so: it is not made anew more often than this, but for a click of the user's. */
const usualMenuRestMs = 2_000;
/** On Linux a new tip makes the panel read the menu again, too, which folds what is open. */
const tipRestOnLinuxMs = 60_000;

interface TrayOptions {
  readonly assetsDir: string;
  readonly clock: Clock;
  readonly act: (action: TrayAction) => void;
  /** What a plain click does. */
  readonly clickMeans: () => 'open' | 'fast';
  /** How long the menu stays as it is at least. */
  readonly menuRestMs?: number;
}

export interface TrayIcon {
  /** Shows a state; what looks the same as before is left alone. */
  show(state: TrayState): void;
  destroy(): void;
}

/**
 * The icon in the tray. A click opens the menu by itself on macOS; on Windows and Linux, where a right click does that, a
 * plain one opens the dashboard or, if so set, toggles fast mode.
 */
export function createTray({ assetsDir, clock, act, clickMeans, menuRestMs = usualMenuRestMs }: TrayOptions): TrayIcon {
  const tipRestMs = process.platform === 'linux' ? tipRestOnLinuxMs : 0;
  let icon: TrayIconName = 'idle';
  const tray = new Tray(trayImage(assetsDir, icon));
  let shownMenu = '';
  let shownMenuMs = Number.NEGATIVE_INFINITY;
  let nextMenu: Timer | null = null;
  let shownTip = '';
  let shownTipMs = Number.NEGATIVE_INFINITY;
  let nextTip: Timer | null = null;
  let last: TrayState | null = null;
  const showIcon = () => tray.setImage(trayImage(assetsDir, icon));
  const click = () => {
    if (clickMeans() === 'fast' && last !== null) {
      act({ kind: 'set', settings: { fastPolicy: toggledFast(last.settings.fastPolicy) } });
    } else {
      act({ kind: 'open' });
    }
  };
  const clicked = (action: TrayAction) => {
    // Electron has changed the mark of what was clicked, whatever comes of it: the menu has to be made again.
    shownMenu = '';
    shownMenuMs = Number.NEGATIVE_INFINITY;
    act(action);
  };
  /** The bar of macOS alone has room for a text. */
  const showTitle = () => {
    if (process.platform === 'darwin')
      tray.setTitle(last === null ? '' : barText(last), { fontType: 'monospacedDigit' });
  };
  const showTip = () => {
    nextTip?.cancel();
    nextTip = null;
    const tip = last === null ? '' : tipText(last, process.platform);
    if (tip === shownTip) return;
    // Where the menu has just been made anew, the tip costs nothing more.
    const restMs = shownMenuMs > shownTipMs ? 0 : shownTipMs + tipRestMs - clock.monotonicMs();
    if (restMs > 0) {
      nextTip = clock.after(restMs, showTip);
      return;
    }
    shownTip = tip;
    shownTipMs = clock.monotonicMs();
    tray.setToolTip(tip);
  };
  const showMenu = () => {
    nextMenu?.cancel();
    nextMenu = null;
    const items = last === null ? [] : buildTrayMenu(last);
    const looks = JSON.stringify(items);
    if (looks === shownMenu) return;
    const restMs = shownMenuMs + menuRestMs - clock.monotonicMs();
    if (restMs > 0) {
      nextMenu = clock.after(restMs, showMenu);
      return;
    }
    shownMenu = looks;
    shownMenuMs = clock.monotonicMs();
    tray.setContextMenu(Menu.buildFromTemplate(items.map((item) => toMenuItem(item, clicked))));
    showTip();
  };
  if (process.platform !== 'darwin') tray.on('click', click);
  nativeTheme.on('updated', showIcon);
  return {
    show: (state) => {
      last = state;
      showMenu();
      showTip();
      if (trayIcon(state) !== icon) {
        icon = trayIcon(state);
        showIcon();
      }
      showTitle();
    },
    destroy: () => {
      nativeTheme.off('updated', showIcon);
      nextMenu?.cancel();
      nextTip?.cancel();
      tray.destroy();
    },
  };
}

function toMenuItem(item: TrayItem, act: (action: TrayAction) => void): MenuItemConstructorOptions {
  switch (item.type) {
    case 'separator':
      return { type: 'separator' };
    case 'text':
      return { label: item.label, enabled: false };
    case 'button':
      return { label: item.label, click: () => act(item.action) };
    case 'checkbox':
    case 'radio':
      return { type: item.type, label: item.label, checked: item.checked, click: () => act(item.action) };
    case 'submenu':
      return { label: item.label, submenu: item.items.map((inner) => toMenuItem(inner, act)) };
  }
}
