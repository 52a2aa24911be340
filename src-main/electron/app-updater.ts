import updater from 'electron-updater';

/** The updater of this system, made when it is first asked for. Apart from the rest, which nearly always runs without it. */
export const appUpdater = (): typeof updater.autoUpdater => updater.autoUpdater;
