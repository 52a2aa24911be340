import { type RunProgram, runProgram } from './run-program.ts';

const watcher = 'org.kde.StatusNotifierWatcher';
const question = [
  '--session',
  '--print-reply=literal',
  '--reply-timeout=2000',
  `--dest=${watcher}`,
  '/StatusNotifierWatcher',
  'org.freedesktop.DBus.Properties.Get',
  `string:${watcher}`,
  'string:IsStatusNotifierHostRegistered',
];

/** What a start without one says. */
export const noTrayHost =
  'This desktop shows no tray icons, so the window is opened instead. On GNOME, the extension "AppIndicator and ' +
  'KStatusNotifierItem Support" shows them.';

/**
 * Whether something shows tray icons here. On Linux that is a program of the desktop's, and GNOME has none of its own.
 * Where nobody can be asked, yes.
 */
export async function hasTrayHost(platform: NodeJS.Platform, run: RunProgram = runProgram): Promise<boolean> {
  if (platform !== 'linux') return true;
  try {
    return (await run('dbus-send', question)).includes('boolean true');
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT';
  }
}
