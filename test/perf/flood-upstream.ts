import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { constants, createDeflateRaw } from 'node:zlib';
import { WebSocketServer } from 'ws';

export interface Flood {
  readonly deflates: boolean;
}

/** What a frame says to have a turn of so many events, its first and last beside them. */
export const askFor = (events: number) => `events=${events} `;
const asked = Buffer.from('events=');

/** Of the frame's last message. */
function askedEvents(frame: Buffer): number {
  const at = frame.lastIndexOf(asked) + asked.length;
  return Number.parseInt(frame.toString('latin1', at, at + 8), 10);
}

const text = (number: number) =>
  `{"type":"response.output_text.delta","item_id":"msg_flood","output_index":0,"content_index":0,"delta":" word${(number * 7919) % 1000}","obfuscation":"${((number * 2654435761) % 2 ** 32).toString(36).padEnd(16, 'x')}","sequence_number":${number}}`;
const created = '{"type":"response.created","response":{"id":"resp_flood","status":"in_progress","output":[]}}';
const completed =
  '{"type":"response.completed","response":{"id":"resp_flood","status":"completed","output":[],"usage":{"input_tokens":1,"output_tokens":1}}}';

/** One text frame, as a server writes it. */
function frame(payload: Buffer, isDeflated: boolean): Buffer {
  const first = isDeflated ? 0xc1 : 0x81;
  if (payload.length < 126) return Buffer.concat([Buffer.from([first, payload.length]), payload]);
  const head = Buffer.from([first, 126, 0, 0]);
  head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}

/** All frames of a turn. They refer to each other alone, so that they may follow anything on a connection. */
async function turnFrames(events: number, deflates: boolean): Promise<Buffer> {
  const texts = [created, ...Array.from({ length: events }, (_, number) => text(number)), completed];
  if (!deflates) return Buffer.concat(texts.map((each) => frame(Buffer.from(each), false)));
  const deflate = createDeflateRaw();
  let made: Buffer[] = [];
  deflate.on('data', (chunk: Buffer) => made.push(chunk));
  const frames: Buffer[] = [];
  for (const each of texts) {
    deflate.write(each);
    await new Promise<void>((resolve) => deflate.flush(constants.Z_SYNC_FLUSH, resolve));
    frames.push(frame(Buffer.concat(made).subarray(0, -4), true));
    made = [];
  }
  return Buffer.concat(frames);
}

/** An upstream that answers each frame with a whole turn, framed and deflated once for all: it costs next to nothing. Resolves with the port. */
export async function startFloodUpstream({ deflates }: Flood): Promise<number> {
  const answers = new Map<number, Promise<Buffer>>();
  const answerTo = (frame: Buffer) => {
    const events = askedEvents(frame);
    const answer = answers.get(events) ?? turnFrames(events, deflates);
    answers.set(events, answer);
    return answer;
  };
  const websockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: deflates ? { threshold: 2 ** 30 } : false,
  });
  const server = createServer((_request, response) => response.writeHead(404).end('{}'));
  server.on('upgrade', (request, socket: Duplex, head) => {
    websockets.handleUpgrade(request, socket, head, (websocket) => {
      websocket.on('message', (frame: Buffer) => void answerTo(frame).then((answer) => socket.write(answer)));
      websocket.on('error', () => websocket.terminate());
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}
