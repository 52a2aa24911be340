import type { IncomingMessage, ServerResponse } from 'node:http';
import { SlipstreamError } from '../../shared/errors.ts';
import { parseResponsesRequest } from '../dialects/responses.ts';
import type { RawHeaders } from '../headers.ts';
import { clientKind } from '../normalise/client-kind.ts';
import type { Clock } from '../ports.ts';
import type { TurnRunner } from '../turn/runner.ts';
import type { RunningTurn, TurnSink } from '../turn/turn.ts';
import { readBody } from './body.ts';
import { CompactSink } from './compact-sink.ts';
import { JsonSink } from './json-sink.ts';
import { SseSink } from './sse-sink.ts';

export interface HttpExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Without the key prefix and the query. */
  readonly path: string;
  /** Credentials blanked. */
  readonly headers: RawHeaders;
}

/** `POST /v1/responses`: one turn, as events or as one JSON object. Rejects with an error of the table for a bad request. */
export async function answerResponses(exchange: HttpExchange, runner: TurnRunner, clock: Clock): Promise<void> {
  const { response, headers } = exchange;
  const { isCodex } = clientKind(headers);
  await startTurn(exchange, runner, clock, 'turn', (stream, drained) =>
    stream ? new SseSink(response, isCodex, drained) : new JsonSink(response),
  );
}

/** `POST /v1/responses/compact`: upstream's one JSON answer. A stream cannot be had (reference/cliproxy-codex.md §9, case 38). */
export async function answerCompact(exchange: HttpExchange, runner: TurnRunner, clock: Clock): Promise<void> {
  await startTurn(exchange, runner, clock, 'compact', (stream) => {
    if (stream)
      throw new SlipstreamError('request_invalid', { message: 'A compaction cannot be streamed; leave "stream" out.' });
    return new CompactSink(exchange.response);
  });
}

async function startTurn(
  { request, response, path, headers }: HttpExchange,
  runner: TurnRunner,
  clock: Clock,
  kind: 'turn' | 'compact',
  makeSink: (stream: boolean, drained: () => void) => TurnSink,
): Promise<void> {
  const acceptedMs = clock.monotonicMs();
  const raw = await readBody(request, clock);
  const bodyReadMs = clock.monotonicMs();
  const { body, stream } = parseResponsesRequest(raw);
  let turn: RunningTurn | null = null;
  const sink = makeSink(stream, () => turn?.resume());
  turn = runner.start(
    {
      dialect: 'responses',
      clientTransport: 'http',
      kind,
      method: 'POST',
      path,
      headers,
      connectionId: null,
      body,
      raw,
      acceptedMs,
      bodyReadMs,
    },
    sink,
    () => {},
  );
  response.on('close', () => {
    if (!response.writableFinished) turn.abort();
  });
}
