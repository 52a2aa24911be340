import type { IncomingMessage, ServerResponse } from 'node:http';
import { isLong, type ReadRequest, readRequestObject } from '../dialects/request-json.ts';
import type { RawHeaders } from '../headers.ts';
import type { KeyPass } from '../key-pass.ts';
import type { Clock } from '../ports.ts';
import { inSlices, turnToBegin } from '../slices.ts';
import type { TurnRunner } from '../turn/runner.ts';
import type { RunningTurn, SinkListener, TurnRequest, TurnSink } from '../turn/turn.ts';
import { readBody } from './body.ts';
import type { BodyShare } from './body-budget.ts';
import { relayableQuery } from './relay-path.ts';
import { tellRequestId } from './request-id.ts';

export interface HttpExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Without the key prefix and the query. */
  readonly path: string;
  /** As it came, without its question mark and without a key. */
  readonly rawQuery: string;
  /** Credentials blanked. */
  readonly headers: RawHeaders;
  /** The key that opened the door; null for the first. */
  readonly key: KeyPass | null;
  /** Throws where that key opens it no more. */
  readonly opens: () => void;
  /** Of what all requests may hold at once; given back when the answer is over. */
  readonly share: BodyShare;
}

/** What a route makes of a body: the turn it asks for, and where its answer goes. */
interface AskedTurn extends Pick<TurnRequest, 'dialect' | 'kind' | 'body' | 'raw' | 'translated' | 'mended'> {
  readonly makeSink: (turn: SinkListener) => TurnSink;
}

/** Reads a POST's body and starts the turn it asks for. Rejects with an error of the table for a bad request. */
export async function startTurn(
  { request, response, path, rawQuery, headers, key, opens, share }: HttpExchange,
  runner: TurnRunner,
  clock: Clock,
  read: (text: ReadRequest, clientBody: Buffer) => Promise<AskedTurn>,
): Promise<void> {
  const acceptedMs = clock.monotonicMs();
  const raw = await readBody(request, clock, share);
  const bodyReadMs = clock.monotonicMs();
  await turnToBegin(raw.length);
  const { makeSink, ...asked } = await read(await readRequestObject(raw), raw);
  const hashes = isLong(raw) ? await inSlices(runner.hash(asked)) : null;
  // The turn keeps the text as long as it runs.
  share.shrink(raw.length);
  // A body may have been on its way for minutes.
  opens();
  let turn: RunningTurn | null = null;
  const sink = makeSink({
    resume: () => turn?.resume(),
    threw: (thrown) => turn?.threw(thrown),
    told: (frames) => turn?.told(frames),
    enough: (status) => turn?.enough(status),
  });
  turn = runner.start(
    {
      clientTransport: 'http',
      method: 'POST',
      path,
      query: relayableQuery(rawQuery) ?? '',
      headers,
      connectionId: null,
      acceptedMs,
      bodyReadMs,
      ...asked,
      ...(hashes && { hashes }),
      ...(key && { key }),
    },
    sink,
    () => {},
  );
  tellRequestId(response, asked.dialect, turn.id);
  const abandon = () => {
    if (!response.writableFinished) turn.abort();
  };
  // It may have left while its body was unpacked.
  if (response.destroyed) abandon();
  else response.on('close', abandon);
}
