import type { WebSocket } from 'ws';

/**
 * Answers the pings that come on a websocket, which was made without `autoPong`: while an answer is being written only the
 * newest ping waits for one (RFC 6455, 5.5.3). ws itself would end the line where many come at once, as after a sleep of this
 * machine or of a reader that was held back.
 */
export function answerPings(socket: WebSocket): void {
  let isWriting = false;
  let waiting: Buffer | null = null;
  const answer = (data: Buffer) => {
    isWriting = true;
    socket.pong(data, undefined, () => {
      isWriting = false;
      const next = waiting;
      waiting = null;
      if (next !== null && socket.readyState === socket.OPEN) answer(next);
    });
  };
  socket.on('ping', (data) => {
    if (socket.readyState !== socket.OPEN) return;
    if (isWriting) waiting = data;
    else answer(data);
  });
}
