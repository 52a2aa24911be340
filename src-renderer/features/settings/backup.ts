import type { AppSettings } from '../../../src-main/shared/settings.ts';

const format = 'slipstream-settings';

/** Of this machine, or of the moment; and what may hold a password. */
const ownToMachine: readonly (keyof AppSettings)[] = ['paused', 'startAtLogin', 'pinnedAccountId'];

/** The settings as a file that holds no secret: a proxy with a password in its address is left out. */
export function backupText(settings: AppSettings): string {
  const kept = Object.entries(settings).filter(
    ([name, value]) => !ownToMachine.some((own) => own === name) && !hasPassword(value),
  );
  return `${JSON.stringify({ format, version: 1, settings: Object.fromEntries(kept) }, null, 2)}\n`;
}

/** What such a file sets, of what there is to set now; null where it is no backup. The program looks at each value. */
export function readBackup(text: string, settings: AppSettings): Partial<AppSettings> | null {
  try {
    const read: unknown = JSON.parse(text);
    if (typeof read !== 'object' || read === null || !('format' in read) || read.format !== format) return null;
    if (!('settings' in read) || typeof read.settings !== 'object' || read.settings === null) return null;
    const known = Object.entries(read.settings).filter(
      ([name]) => Object.hasOwn(settings, name) && !ownToMachine.some((own) => own === name),
    );
    return Object.fromEntries(known);
  } catch {
    return null;
  }
}

function hasPassword(value: unknown): boolean {
  const url = typeof value === 'string' ? URL.parse(value) : null;
  return url !== null && (url.username !== '' || url.password !== '');
}
