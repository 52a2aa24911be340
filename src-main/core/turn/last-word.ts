import { SlipstreamError } from '../../shared/errors.ts';
import type { ExchangeStatus, Transport } from '../../shared/model.ts';
import type { Logger } from '../ports.ts';
import type { ExchangeWatch } from '../watch.ts';
import { errorForClient } from './error-for-client.ts';
import type { Refusal } from './refusal.ts';
import { serverTiming } from './relay.ts';
import type { TurnSink } from './turn.ts';

interface LastWordParts {
  readonly sink: TurnSink;
  readonly watch: ExchangeWatch;
  readonly clientTransport: Transport;
  readonly scrub: (value: unknown) => unknown;
  readonly log: Logger;
}

/** Whether somebody wanted the turn to end, its client or the user. */
export function isCancellation({ code }: SlipstreamError): boolean {
  return code === 'client_gone' || code === 'turn_stopped';
}

/** Tells client and watcher how a turn has ended. */
export class LastWord {
  readonly #parts: LastWordParts;

  constructor(parts: LastWordParts) {
    this.#parts = parts;
  }

  /** The terminal event was given; `failure` is what it says of one. Throws what the sink throws. */
  done(status: Exclude<ExchangeStatus, 'running'>, failure: Refusal | null): void {
    const { sink, watch } = this.#parts;
    sink.end();
    watch.committed(sink.told.status, sink.told.headers);
    watch.mark('flushed');
    const message = failure?.message ?? 'Upstream ended the response with an error.';
    watch.ended(status, status === 'failed' ? { code: 'upstream_refused', message } : null);
  }

  /** The turn has failed; a client that is gone is told nothing. Throws nothing. */
  failed(error: SlipstreamError): void {
    const { watch, log } = this.#parts;
    const isGone = error.code === 'client_gone';
    if (error.code === 'internal') log.error('A turn failed inside Slipstream.', { error: error.cause ?? error });
    if (!isGone) this.#tell(error);
    watch.mark('flushed');
    watch.ended(isCancellation(error) ? 'cancelled' : 'failed', { code: error.code, message: error.message });
  }

  #tell(error: SlipstreamError): void {
    const { sink, watch, clientTransport, scrub, log } = this.#parts;
    const hasHead = clientTransport === 'http' && sink.told.status === null;
    try {
      sink.fail(errorForClient(error, scrub, hasHead ? serverTiming(watch) : []));
    } catch (cause) {
      log.error('An error could not be told as it was.', { error: cause });
      this.#tellLess();
    }
    watch.committed(sink.told.status, sink.told.headers);
  }

  /** A plain error may do, else the connection's end says that the turn is over. */
  #tellLess(): void {
    try {
      this.#parts.sink.fail(new SlipstreamError('internal'));
    } catch {
      this.#parts.sink.cut();
    }
  }
}
