import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SlipstreamError } from '../../shared/errors.ts';
import type { RawHeaders } from '../headers.ts';
import { nothingOwn } from '../own-frame.ts';
import type { Clock } from '../ports.ts';
import type { TurnRunner } from '../turn/runner.ts';
import type { SideSink } from '../turn/side-request.ts';
import { relayablePath } from './relay-path.ts';
import { writeHead } from './request-id.ts';
import { sendError } from './send.ts';
import { StreamedBody } from './side-body.ts';
import type { HttpExchange } from './start-turn.ts';

const methods: ReadonlySet<unknown> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);

class SideResponse implements SideSink {
  readonly #response: ServerResponse;
  readonly #hasWholeRequest: () => boolean;

  constructor(response: ServerResponse, hasWholeRequest: () => boolean) {
    this.#response = response;
    this.#hasWholeRequest = hasWholeRequest;
  }

  async answer(status: number, headers: RawHeaders, body: Readable): Promise<void> {
    this.#closeUnlessWhole();
    writeHead(this.#response, status, headers);
    // What upstream breaks off is broken off here: the client must not take a part for the whole.
    await pipeline(body, this.#response);
  }

  fail(error: SlipstreamError): ReturnType<SideSink['fail']> {
    if (this.#response.headersSent) {
      this.#response.destroy();
      return { headers: [], frames: nothingOwn };
    }
    this.#closeUnlessWhole();
    return sendError(this.#response, error);
  }

  /** A body that was not read to its end cannot be followed by another request. */
  #closeUnlessWhole(): void {
    if (!this.#hasWholeRequest()) this.#response.setHeader('connection', 'close');
  }
}

/**
 * What a Codex client asks that nothing here answers: relayed to the same path below upstream's base, as it came.
 * Throws `method_refused`, or `route_unknown` for a path that could lead elsewhere.
 */
export function answerRelayed(
  { request, response, path, headers, key }: HttpExchange,
  below: { readonly path: string; readonly query: string },
  runner: TurnRunner,
  clock: Clock,
): void {
  const { method = '' } = request;
  if (!methods.has(method)) throw new SlipstreamError('method_refused');
  const upstreamPath = relayablePath(below.path, below.query);
  if (upstreamPath === null)
    throw new SlipstreamError('route_unknown', { message: 'Slipstream does not send requests to this path upstream.' });
  const hasBody = request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined;
  const sink = new SideResponse(response, () => !hasBody || request.complete);
  const run = runner.relay(
    {
      method,
      path,
      upstreamPath,
      headers,
      ...(key && { key }),
      body: hasBody ? new StreamedBody(request, clock) : null,
      acceptedMs: clock.monotonicMs(),
    },
    sink,
  );
  response.on('close', () => {
    if (!response.writableFinished) run.abort();
  });
}
