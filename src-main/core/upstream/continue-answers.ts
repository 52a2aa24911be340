import type { Socket } from 'node:net';

const beginning = /^HTTP\/1\.[01] 100[ \r]/;
/** Long enough to tell an interim answer from any other. */
const beginningBytes = 13;
const headEnd = '\r\n\r\n';
/** A longer interim answer is for the parser to refuse. */
const maxHeadBytes = 16 * 1024;

/**
 * Takes `100 Continue` out of what a connection gives before an answer: a server may say it unasked, and undici closes the
 * connection over it (RFC 9110, 15.2: a client reads over interim answers that it does not expect).
 */
export class ContinueFilter {
  #isBeforeAnswer = false;
  #held: Buffer = Buffer.alloc(0);

  /** A request goes out: what comes next is an answer's head. */
  expect(): void {
    this.#isBeforeAnswer = true;
  }

  /** What of the next bytes is for the reader; an empty buffer for nothing yet. */
  take(chunk: Buffer): Buffer {
    if (!this.#isBeforeAnswer) return chunk;
    let bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = Buffer.alloc(0);
    while (beginning.test(bytes.toString('latin1', 0, beginningBytes))) {
      const end = bytes.indexOf(headEnd);
      if (end === -1) return bytes.length > maxHeadBytes ? this.#pass(bytes) : this.#hold(bytes);
      bytes = bytes.subarray(end + headEnd.length);
    }
    return isMaybeOne(bytes) ? this.#hold(bytes) : this.#pass(bytes);
  }

  #hold(bytes: Buffer): Buffer {
    this.#held = bytes;
    return Buffer.alloc(0);
  }

  #pass(bytes: Buffer): Buffer {
    this.#isBeforeAnswer = false;
    return bytes;
  }
}

/** Whether so few bytes may go on as the beginning of an interim answer. */
function isMaybeOne(bytes: Buffer): boolean {
  if (bytes.length >= beginningBytes) return false;
  const text = bytes.toString('latin1');
  return ['HTTP/1.1 100 ', 'HTTP/1.0 100 ', 'HTTP/1.1 100\r'].some((start) => start.startsWith(text));
}

const filters = new WeakMap<Socket, ContinueFilter>();

/** A request goes out on a connection of undici's, which reads from it by `read`. */
export function skipContinue(socket: Socket): void {
  const filter = filters.get(socket) ?? filtered(socket);
  filter.expect();
}

function filtered(socket: Socket): ContinueFilter {
  const filter = new ContinueFilter();
  filters.set(socket, filter);
  const read = socket.read.bind(socket);
  socket.read = (size?: number): unknown => {
    for (;;) {
      const chunk: unknown = read(size);
      if (!Buffer.isBuffer(chunk)) return chunk;
      const left = filter.take(chunk);
      if (left.length > 0) return left;
    }
  };
  return filter;
}
