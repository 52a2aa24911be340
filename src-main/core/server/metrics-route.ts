import type { IncomingMessage, ServerResponse } from 'node:http';
import { SlipstreamError } from '../../shared/errors.ts';
import type { RawHeaders } from '../headers.ts';
import { sameSecret } from '../same-secret.ts';
import { givenKey } from './guard.ts';

/** Where metrics are to be had. */
export interface MetricsDoor {
  /** Off: there is no such route. */
  readonly isOpen: () => boolean;
  /** Opens this route alone; null where none was made. */
  readonly token: () => string | null;
  /** Null where nothing is counted. */
  readonly read: () => Promise<{ readonly contentType: string; readonly text: string } | null>;
}

/** Answers a look at the metrics, with the metrics token or the API key. Rejects with an error of the table. */
export async function answerMetrics(
  request: IncomingMessage,
  response: ServerResponse,
  headers: RawHeaders,
  { door, opens }: { readonly door: MetricsDoor; readonly opens: (headers: RawHeaders) => void },
): Promise<void> {
  if (!door.isOpen()) throw new SlipstreamError('route_unknown');
  const [given, token] = [givenKey(headers, null), door.token()];
  if (given === null || token === null || !sameSecret(given, token)) opens(headers);
  if (request.method !== 'GET' && request.method !== 'HEAD') throw new SlipstreamError('method_refused');
  const answer = await door.read();
  if (answer === null) throw new SlipstreamError('route_unknown');
  response.writeHead(200, { 'content-type': answer.contentType, 'cache-control': 'no-store' });
  response.end(request.method === 'HEAD' ? '' : answer.text);
}
