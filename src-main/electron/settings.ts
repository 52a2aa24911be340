import Store from 'electron-store';
import type { OpenSettingsFile } from '../node/settings-file.ts';

/** The settings file through `electron-store`; the same file, in the same form, as plain Node has it. */
export const openElectronStore: OpenSettingsFile = (options) => new Store(options);
