import { type ErrorCode, SlipstreamError } from '../../shared/errors.ts';
import type { ExchangeStatus } from '../../shared/model.ts';
import { clientKind } from '../normalise/client-kind.ts';
import type { Logger } from '../ports.ts';
import { type ExchangeWatch, noteOwn } from '../watch.ts';
import { errorForClient } from './error-for-client.ts';
import { modelNotFound } from './model-refusal.ts';
import { noWords, type Refusal } from './refusal.ts';
import { serverTiming } from './relay.ts';
import type { TurnRequest, TurnSink } from './turn.ts';

interface LastWordParts {
  readonly sink: TurnSink;
  readonly watch: ExchangeWatch;
  readonly request: Pick<TurnRequest, 'clientTransport' | 'dialect' | 'headers'>;
  readonly scrub: (value: unknown) => unknown;
  readonly log: Logger;
}

/** Whether somebody wanted the turn to end, its client or the user. */
export function isCancellation({ code }: SlipstreamError): boolean {
  return code === 'client_gone' || code === 'turn_stopped';
}

/** What a Codex client on a websocket obeys silently: it opens another one, goes over to HTTP, or sends everything. */
const obeyed: ReadonlySet<ErrorCode> = new Set([
  'previous_response_not_found',
  'upgrade_required',
  'websocket_connection_limit_reached',
]);

/** Tells client and watcher how a turn has ended. */
export class LastWord {
  readonly #parts: LastWordParts;

  constructor(parts: LastWordParts) {
    this.#parts = parts;
  }

  /** The turn has ended with its terminal event; `failure` is the failure that the event tells of. Throws what the sink throws. */
  done(status: Exclude<ExchangeStatus, 'running'>, failure: Refusal | null): void {
    const { sink, watch } = this.#parts;
    noteOwn(watch, sink.end());
    watch.committed(sink.told.status, sink.told.headers);
    watch.mark('flushed');
    const message = failure?.message ?? noWords;
    watch.ended(status, status === 'failed' ? { code: 'upstream_refused', message } : null);
  }

  /** The turn has failed; a client that is gone is told nothing. Throws nothing. */
  failed(error: SlipstreamError): void {
    const { watch, log } = this.#parts;
    const isGone = error.code === 'client_gone';
    if (error.code === 'internal') log.error('A turn failed inside Slipstream.', { error: error.cause ?? error });
    if (!isGone) this.#tell(error);
    watch.mark('flushed');
    watch.ended(this.#statusOf(error), { code: error.code, message: error.message });
  }

  #statusOf(error: SlipstreamError): 'cancelled' | 'sent-back' | 'failed' {
    if (isCancellation(error)) return 'cancelled';
    const { clientTransport, headers } = this.#parts.request;
    const isObeyed = clientTransport === 'ws' && obeyed.has(error.code) && clientKind(headers).isCodex;
    return isObeyed ? 'sent-back' : 'failed';
  }

  #tell(error: SlipstreamError): void {
    const { sink, watch, request, scrub, log } = this.#parts;
    const hasHead = request.clientTransport === 'http' && sink.told.status === null;
    try {
      const told = modelNotFound(error, request.dialect);
      noteOwn(watch, sink.fail(errorForClient(told, scrub, hasHead ? serverTiming(watch) : [])));
    } catch (cause) {
      log.error('An error could not be told as it was.', { error: cause });
      this.#tellLess();
    }
    watch.committed(sink.told.status, sink.told.headers);
  }

  /** A plain error may do, else the connection's end says that the turn is over. */
  #tellLess(): void {
    const { sink, watch } = this.#parts;
    try {
      noteOwn(watch, sink.fail(new SlipstreamError('internal')));
    } catch {
      sink.cut();
    }
  }
}
