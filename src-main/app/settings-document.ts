import { isDeepStrictEqual } from 'node:util';
import type { Host } from '../core/ports.ts';
import { readCertificates } from '../core/upstream/trusted-roots.ts';
import type { CoreHandlers } from '../shared/contract.ts';
import { SlipstreamError } from '../shared/errors.ts';
import { meantProxy, shownProxy } from '../shared/proxy-address.ts';
import { AppSettings } from '../shared/settings.ts';
import type { KeptProxy } from './kept-proxy.ts';

interface SettingsParts {
  readonly host: Pick<Host, 'settings' | 'autostart' | 'shortcut'>;
  /** Where the pause is held. */
  readonly pause: { readonly isPaused: boolean; setPaused(isPaused: boolean): void };
  readonly proxy: Pick<KeptProxy, 'address' | 'seal'>;
  readonly hasAccount: (id: string) => boolean;
  readonly hasProfile: (version: string) => boolean;
  /** Told once a change, with the members that have changed. */
  readonly changed: (changes: Partial<AppSettings>) => void;
}

interface SettingsDocument {
  read(): AppSettings;
  readonly handlers: Pick<CoreHandlers, 'settings.get' | 'settings.set'>;
}

/** Everything the user sets as one document, whether the file, the running program or the system keeps it. */
export function composeSettings({
  host,
  pause,
  proxy,
  hasAccount,
  hasProfile,
  changed,
}: SettingsParts): SettingsDocument {
  const { settings, autostart, shortcut } = host;
  const read = (): AppSettings => {
    const { proxyUrl, autostartAsked, ...kept } = settings.read();
    const startsAtLogin = autostart.isEnabled();
    return AppSettings.parse({
      ...kept,
      proxyUrl: shownProxy(proxyUrl),
      paused: pause.isPaused,
      startAtLogin: autostartAsked || startsAtLogin ? startsAtLogin : null,
    });
  };
  let told = read();
  const tell = (): AppSettings => {
    const now = read();
    const changes = changedMembers(told, now);
    told = now;
    if (Object.keys(changes).length > 0) changed(changes);
    return now;
  };
  settings.onChange(tell);
  const set = async ({ paused, startAtLogin, ...given }: Partial<AppSettings>): Promise<AppSettings> => {
    if (typeof given.pinnedAccountId === 'string' && !hasAccount(given.pinnedAccountId)) {
      throw new SlipstreamError('account_unknown');
    }
    if (typeof given.caFile === 'string') readCertificates(given.caFile);
    const { codexProfile } = given;
    if (codexProfile !== undefined && !['built-in', 'newest'].includes(codexProfile) && !hasProfile(codexProfile)) {
      throw new SlipstreamError('profile_unknown');
    }
    const { proxyUrl } = given;
    const sealed = proxyUrl === undefined ? {} : await proxy.seal(meantProxy(proxyUrl, proxy.address));
    // What can be refused comes first, and what tells comes last: one change is one delta.
    if (startAtLogin !== undefined) autostart.set(startAtLogin === true);
    if (given.fastShortcut !== undefined) shortcut?.set(given.fastShortcut);
    if (paused !== undefined) pause.setPaused(paused);
    const { proxyUrl: _proxyUrl, ...others } = given;
    const meant = {
      ...others,
      ...sealed,
      ...(startAtLogin === undefined ? {} : { autostartAsked: startAtLogin !== null }),
    };
    try {
      if (Object.keys(meant).length > 0) settings.write(meant);
    } finally {
      tell();
    }
    return told;
  };
  return { read, handlers: { 'settings.get': tell, 'settings.set': set } };
}

function changedMembers(before: AppSettings, now: AppSettings): Partial<AppSettings> {
  const names = Object.keys(now) as (keyof AppSettings)[];
  return Object.fromEntries(
    names.filter((name) => !isDeepStrictEqual(before[name], now[name])).map((name) => [name, now[name]]),
  );
}
