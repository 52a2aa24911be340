import type { JsonObject } from '../../json.ts';
import type { SseMessage } from '../translation.ts';

interface Block {
  readonly start: JsonObject;
  deltas: JsonObject[];
  isStarted: boolean;
  /** Its text is whole; notes on it may follow. */
  isSaid: boolean;
  isClosed: boolean;
}

/** A message of the Messages stream; its event name is its type. */
export function sse(data: JsonObject & { readonly type: string }): SseMessage {
  return { event: data.type, data };
}

/** Content blocks in the order they were opened, one at a time on the wire: what belongs to a later one waits (PROTOCOL.md, Other dialects). */
export class ContentBlocks {
  readonly #byKey = new Map<string, Block>();
  #waiting: Block[] = [];
  #index = 0;

  /** Whether a block of this key was ever opened. */
  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  /** Opens a block, once. */
  open(key: string, start: JsonObject): void {
    if (this.#byKey.has(key)) return;
    const block: Block = { start, deltas: [], isStarted: false, isSaid: false, isClosed: false };
    this.#byKey.set(key, block);
    this.#waiting.push(block);
  }

  /** Adds to a block that is open. */
  add(key: string, delta: JsonObject): void {
    const block = this.#byKey.get(key);
    if (block !== undefined && !block.isClosed) block.deltas.push(delta);
  }

  /** Ends a block as soon as another one wants its place. */
  said(key: string): void {
    const block = this.#byKey.get(key);
    if (block !== undefined) block.isSaid = true;
  }

  /** Ends a block: it takes no more deltas. */
  close(key: string): void {
    const block = this.#byKey.get(key);
    if (block !== undefined) block.isClosed = true;
  }

  /** Ends every block that is still open. */
  closeAll(): void {
    for (const block of this.#waiting) block.isClosed = true;
  }

  /** What can be told by now. */
  take(): SseMessage[] {
    const messages: SseMessage[] = [];
    for (let block = this.#waiting[0]; block !== undefined; block = this.#waiting[0]) {
      const index = this.#index;
      if (!block.isStarted) messages.push(sse({ type: 'content_block_start', index, content_block: block.start }));
      block.isStarted = true;
      for (const delta of block.deltas) messages.push(sse({ type: 'content_block_delta', index, delta }));
      block.deltas = [];
      if (block.isSaid && this.#waiting.length > 1) block.isClosed = true;
      if (!block.isClosed) break;
      messages.push(sse({ type: 'content_block_stop', index }));
      this.#waiting.shift();
      this.#index += 1;
    }
    return messages;
  }
}
