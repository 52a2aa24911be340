import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';

/** Where pushing back on upstream begins and ends. */
const highWaterBytes = 1024 * 1024;
const lowWaterBytes = 256 * 1024;
/** A longer frame is not copied to go out with others. */
const copiedBytes = 16 * 1024;
const finalText = 0x81;

/**
 * Writes text frames to a websocket client. What comes in one tick goes out in one write: ws would write each frame by itself.
 * Call `flush` before ws itself is to write something, or the order is lost. The client must not have been offered extensions.
 */
export class FrameWriter {
  readonly #socket: WebSocket;
  readonly #line: Duplex;
  readonly #drained: () => void;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #isFull = false;

  /** `line` is what `socket` was made of; `drained` is called when a client that was behind has caught up. */
  constructor(socket: WebSocket, line: Duplex, drained: () => void) {
    this.#socket = socket;
    this.#line = line;
    this.#drained = drained;
  }

  /** The client is there. */
  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** What the client has not taken yet. */
  get bufferedBytes(): number {
    return this.#waitingBytes + this.#line.writableLength;
  }

  /** The client is behind. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** Queues a frame; nothing where the client is gone. */
  send(data: Buffer): void {
    if (!this.isOpen) return;
    if (this.#waiting.length === 0) process.nextTick(() => this.flush());
    this.#waiting.push(frameHead(data.length), data);
    this.#waitingBytes += data.length;
    if (this.bufferedBytes > highWaterBytes) this.#isFull = true;
  }

  /** Writes what is queued now. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    const pieces = joined(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    if (!this.isOpen || !this.#line.writable) return;
    const last = pieces.pop() ?? Buffer.alloc(0);
    this.#line.cork();
    for (const piece of pieces) this.#line.write(piece);
    this.#line.write(last, () => this.#taken());
    this.#line.uncork();
  }

  #taken(): void {
    if (!this.#isFull || this.bufferedBytes > lowWaterBytes) return;
    this.#isFull = false;
    this.#drained();
  }
}

/** What stands before a server's whole text frame (RFC 6455, 5.2). */
function frameHead(bytes: number): Buffer {
  if (bytes < 126) return Buffer.from([finalText, bytes]);
  if (bytes < 2 ** 16) return Buffer.from([finalText, 126, bytes >> 8, bytes & 0xff]);
  const head = Buffer.alloc(10);
  head[0] = finalText;
  head[1] = 127;
  head.writeUInt32BE(Math.floor(bytes / 2 ** 32), 2);
  head.writeUInt32BE(bytes % 2 ** 32, 6);
  return head;
}

/** The same bytes in as few pieces as can be had without copying long ones. */
function joined(buffers: readonly Buffer[]): Buffer[] {
  const pieces: Buffer[] = [];
  let short: Buffer[] = [];
  for (const buffer of buffers) {
    if (buffer.length <= copiedBytes) {
      short.push(buffer);
      continue;
    }
    pieces.push(Buffer.concat(short), buffer);
    short = [];
  }
  return short.length === 0 ? pieces : [...pieces, Buffer.concat(short)];
}
