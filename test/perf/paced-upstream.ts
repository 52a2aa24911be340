import { createServer } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';

export interface Pace {
  readonly eventsPerSecond: number;
  readonly seconds: number;
  /** Offers permessage-deflate and deflates every event. */
  readonly deflates: boolean;
}

/** Milliseconds on a clock that all processes of one machine share. */
export const machineMs = () => Number(process.hrtime.bigint()) / 1e6;

/** About what an event of the real upstream takes. */
const obfuscation = 'x'.repeat(24);

const created = '{"type":"response.created","response":{"id":"resp_paced","status":"in_progress","output":[]}}';
const completed =
  '{"type":"response.completed","response":{"id":"resp_paced","status":"completed","output":[],"usage":{"input_tokens":1,"output_tokens":1}}}';

/**
 * An upstream that only keeps time: to each frame it sends numbered events at an even pace, each with the moment it was
 * sent. The simulator would check and log every one. Resolves with the port.
 */
export function startPacedUpstream({ eventsPerSecond, seconds, deflates }: Pace): Promise<number> {
  const websockets = new WebSocketServer({ noServer: true, perMessageDeflate: deflates ? { threshold: 0 } : false });
  const everyMs = 1000 / eventsPerSecond;
  const count = Math.round(eventsPerSecond * seconds);
  const stream = (socket: WebSocket) => {
    let number = 0;
    const startMs = machineMs();
    socket.send(created);
    const next = () => {
      if (socket.readyState !== socket.OPEN) return;
      if (number === count) {
        socket.send(completed);
        return;
      }
      socket.send(
        `{"type":"response.output_text.delta","item_id":"msg_paced","output_index":0,"content_index":0,"delta":" word","obfuscation":"${obfuscation}","sequence_number":${number},"sent":${machineMs()}}`,
      );
      number += 1;
      setTimeout(next, Math.max(0, startMs + number * everyMs - machineMs()));
    };
    next();
  };
  const server = createServer((_request, response) => response.writeHead(404).end('{}'));
  server.on('upgrade', (request, socket, head) => {
    websockets.handleUpgrade(request, socket, head, (websocket) => {
      websocket.on('message', () => stream(websocket));
      websocket.on('error', () => websocket.terminate());
    });
  });
  return new Promise((resolve) => {
    server.listen({ port: 0, host: '127.0.0.1', backlog: 2_000 }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}
