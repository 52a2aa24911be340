import { join } from 'node:path';
import { Menu, type MenuItemConstructorOptions, nativeImage, Tray } from 'electron';
import { buildTrayMenu, statusLine, type TrayAction, type TrayItem, type TrayState } from './tray-menu.ts';

interface TrayOptions {
  readonly assetsDir: string;
  readonly act: (action: TrayAction) => void;
}

export interface TrayIcon {
  /** Shows a state; does nothing where it looks the same as the last one. */
  show(state: TrayState): void;
  destroy(): void;
}

/** The icon in the tray. A plain click opens the dashboard where the platform does not open the menu by itself. */
export function createTray({ assetsDir, act }: TrayOptions): TrayIcon {
  const tray = new Tray(trayImage(assetsDir));
  let shown = '';
  tray.on('click', () => {
    if (process.platform !== 'darwin') {
      act({ kind: 'open' });
    }
  });
  return {
    show: (state) => {
      const items = buildTrayMenu(state);
      const looks = JSON.stringify(items);
      if (looks !== shown) {
        shown = looks;
        tray.setToolTip(`Slipstream: ${statusLine(state)}`);
        tray.setContextMenu(Menu.buildFromTemplate(items.map((item) => toMenuItem(item, act))));
      }
    },
    destroy: () => tray.destroy(),
  };
}

/** macOS tints a template image (its `@2x` is found beside it); elsewhere the icon has its own colours. */
function trayImage(assetsDir: string) {
  const image = nativeImage.createFromPath(
    join(assetsDir, process.platform === 'darwin' ? 'trayTemplate.png' : 'tray.png'),
  );
  image.setTemplateImage(process.platform === 'darwin');
  return image;
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
      return { type: 'checkbox', label: item.label, checked: item.checked, click: () => act(item.action) };
  }
}
