import { app, dialog } from 'electron';
import type { Logger } from '../core/ports.ts';
import type { Translate, Words } from '../shared/words/words.ts';

interface ErrorSource {
  on(event: 'uncaughtException' | 'unhandledRejection', listener: (reason: unknown) => void): unknown;
}

interface CrashOptions {
  readonly source: ErrorSource;
  readonly log: Logger;
  /** Where the log is, for the message. */
  readonly logPath: string;
  readonly words: () => Words;
}

/**
 * An error that nothing caught: it is logged, and the user may start again. What the program's state is worth after it,
 * nobody knows; so it ends either way, at the first one.
 */
export function guardAgainstCrash({ source, log, logPath, words }: CrashOptions): void {
  let isOver = false;
  const crash = (reason: unknown) => {
    log.error('An error that nothing caught.', { error: reason instanceof Error ? reason : new Error(String(reason)) });
    if (isOver) return;
    isOver = true;
    void askForRestart(words().t, logPath).then(
      (isWanted) => end(isWanted),
      () => end(false),
    );
  };
  source.on('uncaughtException', crash);
  source.on('unhandledRejection', crash);
}

async function askForRestart(t: Translate, logPath: string): Promise<boolean> {
  const { response } = await dialog.showMessageBox({
    type: 'error',
    title: 'Slipstream',
    message: t('dialog.crash'),
    detail: t('dialog.crash.detail', { logPath }),
    buttons: [t('dialog.crash.restart'), t('dialog.quit')],
    defaultId: 0,
    cancelId: 1,
    noLink: true,
  });
  return response === 0;
}

/** Has the program start again once it has ended. */
export function relaunch(): void {
  // Inside an AppImage the running file is in a mount that goes away.
  const { APPIMAGE } = process.env;
  app.relaunch(APPIMAGE === undefined ? {} : { execPath: APPIMAGE });
}

function end(isRestartWanted: boolean): void {
  if (isRestartWanted) relaunch();
  app.exit(1);
}
