import type { MenuItemConstructorOptions } from 'electron';

interface MenuActions {
  readonly open: () => void;
  readonly toggleFast: () => void;
  readonly togglePause: () => void;
  readonly copyDiagnostics: () => void;
  readonly quit: () => void;
}

/**
 * The menu of the window: macOS shows it, elsewhere Alt does; everywhere it is what makes the shortcuts work. Not the
 * default one, which offers developer tools, reload and links out of the app.
 */
export function buildAppMenu(platform: NodeJS.Platform, actions: MenuActions): MenuItemConstructorOptions[] {
  const isMac = platform === 'darwin';
  const own: MenuItemConstructorOptions[] = [
    { label: 'Open dashboard', accelerator: 'CommandOrControl+O', click: actions.open },
    { label: 'Toggle fast mode', accelerator: 'CommandOrControl+Shift+F', click: actions.toggleFast },
    { label: 'Pause or resume', accelerator: 'CommandOrControl+Shift+P', click: actions.togglePause },
    { type: 'separator' },
    { label: 'Copy diagnostics', click: actions.copyDiagnostics },
  ];
  const quit: MenuItemConstructorOptions = {
    label: 'Quit Slipstream',
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
      label: 'View',
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
      ],
    },
    {
      label: 'Window',
      submenu: [{ role: 'minimize' }, { role: 'close', accelerator: 'CommandOrControl+W' }],
    },
  ];
}
