import { type BrowserWindow, type IpcMainInvokeEvent, ipcMain } from 'electron';
import { z } from 'zod';
import type { Logger } from '../core/ports.ts';
import { answerCall } from '../node/call.ts';
import { ipcChannels } from '../shared/channels.ts';
import type { Handlers } from '../shared/contract.ts';
import type { Delta } from '../shared/model.ts';
import { failure, type Result } from '../shared/result.ts';
import { appOrigin } from './app-protocol.ts';

/** What the preload sends. */
const Invocation = z.strictObject({ name: z.string().max(100), input: z.unknown() });

interface IpcOptions {
  /** The window, while there is one. */
  readonly window: () => BrowserWindow | null;
  readonly handlers: Handlers;
  readonly onDelta: (listener: (delta: Delta) => void) => () => void;
  readonly log: Logger;
}

/** The part of an IPC event that says who sent it. */
type SenderEvent = Pick<IpcMainInvokeEvent, 'senderFrame'>;

/** Only the main frame of our window, showing a page of ours, may call. */
export function isTrustedSender(event: SenderEvent, window: BrowserWindow | null): boolean {
  const frame = event.senderFrame;
  if (frame === null || window === null || window.isDestroyed()) return false;
  return frame === window.webContents.mainFrame && frame.parent === null && frame.origin === appOrigin;
}

/** Answers the contract's calls over IPC and pushes deltas; the only place that uses `ipcMain`. */
export function serveIpc({ window, handlers, onDelta, log }: IpcOptions): void {
  ipcMain.handle(ipcChannels.invoke, async (event, payload: unknown): Promise<Result<unknown>> => {
    if (!isTrustedSender(event, window())) {
      log.warn('A call from a page that is not ours was refused.');
      return failure('call_refused', 'This page may not call Slipstream.');
    }
    const invocation = Invocation.safeParse(payload);
    if (!invocation.success) return failure('call_invalid', 'This is not a call.');
    return answerCall(handlers, { caller: 'screen', ...invocation.data }, log);
  });
  onDelta((delta) => {
    const open = window();
    if (open !== null && !open.isDestroyed()) open.webContents.send(ipcChannels.delta, delta);
  });
}
