import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseResponsesRequest } from '../dialects/responses.ts';
import type { RawHeaders } from '../headers.ts';
import { clientKind } from '../normalise/client-kind.ts';
import type { Clock } from '../ports.ts';
import type { TurnRunner } from '../turn/runner.ts';
import type { RunningTurn } from '../turn/turn.ts';
import { readBody } from './body.ts';
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
  const { request, response, path, headers } = exchange;
  const acceptedMs = clock.monotonicMs();
  const raw = await readBody(request, clock);
  const bodyReadMs = clock.monotonicMs();
  const { body, stream } = parseResponsesRequest(raw);
  let turn: RunningTurn | null = null;
  const sink = stream
    ? new SseSink(response, clientKind(headers).isCodex, () => turn?.resume())
    : new JsonSink(response);
  turn = runner.start(
    {
      dialect: 'responses',
      clientTransport: 'http',
      kind: 'turn',
      method: 'POST',
      path,
      headers,
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
