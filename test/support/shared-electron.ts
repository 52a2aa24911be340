import { ConfStore } from '../desktop/electron-stand-in/conf-store.ts';
import { type Current, lateElectron } from '../desktop/electron-stand-in/late-module.ts';

/** The stand-in of the moment for every file of a process: the program's modules are loaded once in it, and keep the `electron` that they met first. */
export const current: Current = { standIn: null };

/** What `electron` is mocked with. */
export const sharedElectron = lateElectron(current);

/** What `electron-store` is mocked with. */
export const sharedStore = { default: ConfStore };
