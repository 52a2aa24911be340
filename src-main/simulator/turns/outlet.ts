/** The sending end of a turn: gathers messages into few writes, stops for backpressure, and can frame badly on purpose. */
import type { EventEmitter } from 'node:events';
import type { Framing } from './steps.ts';

/** Enough for some hundred deltas; more would only delay the first. */
const BATCH_CHARS = 32 * 1024;

const nextTurnOfLoop = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Resolves when what is written to can take more, or when the way to the client is gone. */
export function drainedOrClosed(target: EventEmitter, way: EventEmitter): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      target.off('drain', done);
      way.off('close', done);
      resolve();
    };
    target.on('drain', done);
    way.on('close', done);
  });
}

export interface Message {
  /** The event's type, for SSE's `event:` line. */
  readonly type: string;
  readonly text: string;
}

export abstract class Outlet {
  /** The client went away, or the socket was ended on purpose. */
  abstract readonly gone: boolean;
  #pending: Message[] = [];
  #chars = 0;
  #framing: Framing = 'plain';
  #chunkBytes = 20;
  #splitting: Promise<void> | undefined;

  /** Set while a message is only half on the wire: nothing else may be written before it resolves. */
  get splitting(): Promise<void> | undefined {
    return this.#splitting;
  }

  put(type: string, text: string): void {
    this.#pending.push({ type, text });
    this.#chars += text.length;
  }

  get full(): boolean {
    return this.#chars >= BATCH_CHARS && this.#framing !== 'coalesce';
  }

  setFraming(framing: Framing, chunkBytes = 20): void {
    this.#framing = framing;
    this.#chunkBytes = chunkBytes;
  }

  /** Sends what was put. Returns a promise only if there is something to wait for. */
  flush(last = false): Promise<void> | undefined {
    if (this.#pending.length === 0 || this.gone || (this.#framing === 'coalesce' && !last)) return undefined;
    const messages = this.#pending;
    this.#pending = [];
    this.#chars = 0;
    if (this.#framing !== 'split') return this.send(messages);
    this.#splitting = this.#split(this.encode(messages)).finally(() => {
      this.#splitting = undefined;
    });
    return this.#splitting;
  }

  /** Bytes of some messages on the wire. */
  protected abstract encode(messages: readonly Message[]): Buffer;
  /** False: wait for `drained` before the next write. */
  protected abstract write(bytes: Buffer): boolean;
  /** Resolves when the socket takes more, or is gone. */
  protected abstract drained(): Promise<void>;

  protected send(messages: readonly Message[]): Promise<void> | undefined {
    return this.write(this.encode(messages)) ? undefined : this.drained();
  }

  async #split(bytes: Buffer): Promise<void> {
    for (let start = 0; start < bytes.length && !this.gone; start += this.#chunkBytes) {
      if (!this.write(bytes.subarray(start, start + this.#chunkBytes))) await this.drained();
      // Without this the kernel would put the pieces together again.
      await nextTurnOfLoop();
    }
  }

  abstract binary(bytes: Buffer): void;
  abstract close(code: number, reason: string): void;
  abstract cut(how: 'end' | 'reset'): void;
}

export { nextTurnOfLoop };
