import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { toSlipstreamError } from '../../shared/errors.ts';
import type { BodyShare } from './body-budget.ts';
import { errorFrame } from './error-body.ts';

const tryAgainLater = 1013;

/**
 * Counts a client's frame while it arrives against what all requests may hold: one that finds no room waits, its connection
 * paused, and is refused in-band when none comes free.
 */
export function boundFrames(socket: Duplex, websocket: WebSocket, share: BodyShare): void {
  let arrivedBytes = 0;
  socket.on('data', (chunk: Buffer) => {
    arrivedBytes += chunk.length;
    const room = share.reach(arrivedBytes);
    if (room === null) return;
    websocket.pause();
    room.then(
      () => websocket.resume(),
      (thrown: unknown) => {
        websocket.send(JSON.stringify(errorFrame(toSlipstreamError(thrown))));
        websocket.close(tryAgainLater);
        websocket.resume();
      },
    );
  });
  websocket.on('message', () => {
    arrivedBytes = 0;
    share.shrink(0);
  });
  websocket.on('close', () => share.release());
}
