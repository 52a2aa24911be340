/** Turns on a websocket: small messages framed by hand in batches, large ones deflated by `ws`. */
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { resetSocket } from '../faults/accept.ts';
import { drainedOrClosed, type Message, Outlet } from '../turns/outlet.ts';

const TEXT_FRAME = 0x81;

/** An unmasked text frame for each message, back to back (RFC 6455 §5.2). */
export function encodeTextFrames(texts: readonly string[]): Buffer {
  const sizes = texts.map((text) => Buffer.byteLength(text));
  const bytes = Buffer.allocUnsafe(sizes.reduce((sum, size) => sum + size + headBytes(size), 0));
  let at = 0;
  for (const [index, text] of texts.entries()) {
    const size = sizes[index] ?? 0;
    bytes[at] = TEXT_FRAME;
    if (size < 126) bytes[at + 1] = size;
    else if (size < 65_536) {
      bytes[at + 1] = 126;
      bytes.writeUInt16BE(size, at + 2);
    } else {
      bytes[at + 1] = 127;
      bytes.writeBigUInt64BE(BigInt(size), at + 2);
    }
    at += headBytes(size);
    at += bytes.write(text, at);
  }
  return bytes;
}

function headBytes(size: number): number {
  if (size < 126) return 2;
  return size < 65_536 ? 4 : 10;
}

export class WebSocketOutlet extends Outlet {
  #ws: WebSocket;
  #socket: Duplex;
  #deflateFromChars: number;
  #cut = false;

  /** `socket` is the raw one below `ws`. */
  constructor(ws: WebSocket, socket: Duplex, deflateFromChars: number) {
    super();
    this.#ws = ws;
    this.#socket = socket;
    this.#deflateFromChars = ws.extensions.includes('permessage-deflate') ? deflateFromChars : Number.POSITIVE_INFINITY;
  }

  get gone(): boolean {
    return this.#cut || this.#ws.readyState !== this.#ws.OPEN || this.#socket.destroyed;
  }

  protected encode(messages: readonly Message[]): Buffer {
    return encodeTextFrames(messages.map((message) => message.text));
  }

  protected override send(messages: readonly Message[]): Promise<void> | undefined {
    if (messages.some((message) => message.text.length >= this.#deflateFromChars)) return this.#sendMixed(messages);
    return super.send(messages);
  }

  protected write(bytes: Buffer): boolean {
    return this.#socket.write(bytes);
  }

  protected drained(): Promise<void> {
    return drainedOrClosed(this.#socket, this.#socket);
  }

  binary(bytes: Buffer): void {
    // Deflating is asynchronous, so that later frames would overtake it.
    this.#ws.send(bytes, { compress: false });
  }

  close(code: number, reason: string): void {
    this.#ws.close(code, reason);
  }

  cut(how: 'end' | 'reset'): void {
    this.#cut = true;
    if (how === 'reset') resetSocket(this.#socket);
    // Ends after what is queued, without a close frame.
    else this.#socket.end(() => this.#socket.destroy());
  }

  /** Deflating is asynchronous in `ws`, so each large message is waited for to keep the order. */
  async #sendMixed(messages: readonly Message[]): Promise<void> {
    let small: Message[] = [];
    const sendSmall = () => {
      const batch = small;
      small = [];
      return batch.length > 0 ? super.send(batch) : undefined;
    };
    for (const message of messages) {
      if (message.text.length < this.#deflateFromChars) {
        small.push(message);
        continue;
      }
      await sendSmall();
      if (this.gone) return;
      await new Promise<void>((resolve) => {
        this.#ws.send(message.text, { compress: true }, () => resolve());
      });
    }
    await sendSmall();
  }
}
