import { type RunProgram, runProgram } from './run-program.ts';

const question = [
  '--session',
  '--print-reply=literal',
  '--reply-timeout=2000',
  '--dest=org.freedesktop.secrets',
  '/org/freedesktop/secrets/aliases/default',
  'org.freedesktop.DBus.Properties.Get',
  'string:org.freedesktop.Secret.Collection',
  'string:Locked',
];

/** Whether the desktop's keyring says that it is open. Only Linux has one that can be asked; where nobody answers, no. */
export async function isKeyringOpen(platform: NodeJS.Platform, run: RunProgram = runProgram): Promise<boolean> {
  if (platform !== 'linux') return false;
  try {
    return (await run('dbus-send', question)).includes('boolean false');
  } catch {
    return false;
  }
}
