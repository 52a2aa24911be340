import type { MenuItemConstructorOptions } from 'electron';
import type { Translate } from '../shared/words/words.ts';

interface MenuActions {
  readonly open: () => void;
  readonly toggleFast: () => void;
  readonly togglePause: () => void;
  readonly copyDiagnostics: () => void;
  readonly quit: () => void;
}

/** Where plus is no key of its own, and on the number pad. Chromium keeps the zoom, in `sessionData`. */
const moreZoomKeys: readonly MenuItemConstructorOptions[] = [
  { role: 'zoomIn', accelerator: 'CommandOrControl+=', visible: false },
  { role: 'zoomIn', accelerator: 'CommandOrControl+numadd', visible: false },
  { role: 'zoomOut', accelerator: 'CommandOrControl+numsub', visible: false },
  { role: 'resetZoom', accelerator: 'CommandOrControl+num0', visible: false },
];

/**
 * The menu of the window: macOS shows it, elsewhere Alt does; everywhere it is what makes the shortcuts work. Not the
 * default one, which offers developer tools, reload and links out of the app.
 */
export function buildAppMenu(
  platform: NodeJS.Platform,
  t: Translate,
  actions: MenuActions,
): MenuItemConstructorOptions[] {
  const isMac = platform === 'darwin';
  const own: MenuItemConstructorOptions[] = [
    { label: t('tray.open'), accelerator: 'CommandOrControl+O', click: actions.open },
    { label: t('menu.toggleFast'), accelerator: 'CommandOrControl+Shift+F', click: actions.toggleFast },
    { label: t('menu.togglePause'), accelerator: 'CommandOrControl+Shift+P', click: actions.togglePause },
    { type: 'separator' },
    { label: t('menu.diagnostics'), click: actions.copyDiagnostics },
  ];
  const quit: MenuItemConstructorOptions = {
    label: t('tray.quit'),
    accelerator: 'CommandOrControl+Q',
    click: actions.quit,
  };
  const mac: MenuItemConstructorOptions[] = [
    { role: 'about' },
    { type: 'separator' },
    { role: 'hide' },
    { role: 'hideOthers' },
    { role: 'unhide' },
  ];
  return [
    {
      label: 'Slipstream',
      submenu: [...(isMac ? mac : []), { type: 'separator' }, ...own, { type: 'separator' }, quit],
    },
    { role: 'editMenu' },
    {
      label: t('menu.view'),
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        ...moreZoomKeys,
        { type: 'separator' },
        { role: 'togglefullscreen' },
      ],
    },
    {
      label: t('menu.window'),
      submenu: [{ role: 'minimize' }, { role: 'close', accelerator: 'CommandOrControl+W' }],
    },
  ];
}
