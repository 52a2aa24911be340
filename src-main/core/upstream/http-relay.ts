import { Readable } from 'node:stream';
import type { ConnectionPhase } from '../../shared/model.ts';
import { headerRecord, type RawHeaders } from '../headers.ts';
import { tellingWhenSent } from './http-connection.ts';
import { rawResponseHeaders } from './json-request.ts';
import type { ProxyRoutes } from './proxy.ts';

export interface RelayedRequest {
  readonly method: string;
  readonly url: string;
  /** Whose way out it takes. */
  readonly accountId: string;
  readonly headers: RawHeaders;
  /** Sent as it comes; null for none. */
  readonly body: AsyncIterable<Buffer> | null;
  readonly signal: AbortSignal;
  /** Its head goes out. */
  readonly sent: (connection: { readonly reused: boolean; readonly phases: readonly ConnectionPhase[] }) => void;
}

export type RelayedAnswer =
  /** The body is as it came, encoding and all. */
  | { readonly kind: 'answered'; readonly status: number; readonly headers: RawHeaders; readonly body: Readable }
  /** There was no answer; where the request was sent, upstream may have acted on it. */
  | { readonly kind: 'unanswered'; readonly wasSent: boolean; readonly cause: unknown };

/** One request of any kind; bodies stream both ways, redirects are not followed. Never rejects. */
export async function relayRequest(question: RelayedRequest, proxies: ProxyRoutes): Promise<RelayedAnswer> {
  let wasSent = false;
  const sent: RelayedRequest['sent'] = (connection) => {
    if (wasSent) return;
    wasSent = true;
    question.sent(connection);
  };
  try {
    await proxies.ready(question.url, question.accountId);
    const dispatcher = await proxies.dispatcher(question.url, question.accountId);
    const { request } = await import('undici');
    const answer = await tellingWhenSent(
      () =>
        request(question.url, {
          method: question.method,
          headers: headerRecord(question.headers),
          body: question.body === null ? null : Readable.from(question.body, { objectMode: false }),
          dispatcher,
          signal: question.signal,
          responseHeaders: 'raw',
        }),
      sent,
    );
    // Where undici told nothing, the answer says that it was sent.
    sent({ reused: false, phases: [] });
    const headers = rawResponseHeaders(answer.headers);
    return { kind: 'answered', status: answer.statusCode, headers, body: answer.body };
  } catch (cause) {
    return { kind: 'unanswered', wasSent, cause };
  }
}
