import type { IncomingMessage } from 'node:http';
import { SlipstreamError } from '../../shared/errors.ts';
import { lookAfter } from '../patience.ts';
import type { Clock } from '../ports.ts';
import type { SideBody } from '../turn/side-request.ts';
import { stallTimeoutMs } from './body.ts';

/** Of one body; it passes through and is not looked at. */
const maxRelayedBytes = 64 * 1024 * 1024;
/** Beyond it a body that was sent cannot be sent again; so little needs no share of what all requests may hold. */
const maxKeptBytes = 1024 * 1024;

/** A request's body as it comes, encoding and all, with its beginning kept for another attempt. */
export class StreamedBody implements SideBody {
  readonly #chunks: AsyncIterator<unknown>;
  readonly #clock: Clock;
  readonly #kept: Buffer[] = [];
  #sizeBytes = 0;
  #isWhole = false;

  constructor(request: IncomingMessage, clock: Clock) {
    // An attempt that ends early leaves the rest to the next one.
    this.#chunks = request.iterator({ destroyOnReturn: false });
    this.#clock = clock;
  }

  get canReplay(): boolean {
    return this.#sizeBytes <= maxKeptBytes;
  }

  /** Rejects with `body_too_large`, `body_timeout` or `client_gone`. */
  async *read(): AsyncGenerator<Buffer> {
    for (let index = 0; ; ) {
      const kept = this.#kept[index];
      if (kept !== undefined) {
        index += 1;
        yield kept;
      } else if (this.#isWhole) return;
      else {
        const chunk = await this.#next();
        // What is no longer kept has no index.
        if (chunk !== null && !this.canReplay) yield chunk;
      }
    }
  }

  /** The next piece, kept while there is room; null at the end. */
  async #next(): Promise<Buffer | null> {
    const { promise: stalled, reject } = Promise.withResolvers<never>();
    const timer = lookAfter(this.#clock, stallTimeoutMs, () => reject(new SlipstreamError('body_timeout')));
    try {
      const next = await Promise.race([this.#chunks.next(), stalled]);
      if (next.done) {
        this.#isWhole = true;
        return null;
      }
      const chunk = Buffer.isBuffer(next.value) ? next.value : Buffer.alloc(0);
      this.#sizeBytes += chunk.length;
      if (this.#sizeBytes > maxRelayedBytes) throw new SlipstreamError('body_too_large');
      if (this.canReplay) this.#kept.push(chunk);
      return chunk;
    } catch (cause) {
      throw cause instanceof SlipstreamError ? cause : new SlipstreamError('client_gone', { cause });
    } finally {
      timer.cancel();
    }
  }
}
