import { headerRecord, pairHeaders, type RawHeaders } from '../headers.ts';
import { inTime } from '../in-time.ts';
import { decodedBody } from './content-coding.ts';
import { faultText } from './network-fault.ts';
import type { ProxyRoutes } from './proxy.ts';

const defaultTimeoutMs = 15_000;
/** Of the time for a part: whoever sends its answer drop by drop would be waited for without end. */
const partsInTime = 4;
const maxAnswerBytes = 32 * 1024 * 1024;

export interface JsonRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  /** Whose way out it takes; null: nobody's. */
  readonly accountId: string | null;
  /** The way that it takes, whatever the account's is. */
  readonly proxyUrl?: string;
  readonly headers: RawHeaders;
  readonly body?: Buffer;
  /** For the answer's head and between its parts; four times that for the whole. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export type JsonAnswer =
  | { readonly kind: 'answered'; readonly status: number; readonly headers: RawHeaders; readonly body: Buffer }
  | { readonly kind: 'unreachable'; readonly message: string };

/** One plain request to upstream or the issuer; redirects are not followed, answers of which more than 32 MiB would be unpacked are refused. */
export async function requestJson(question: JsonRequest, proxies: ProxyRoutes): Promise<JsonAnswer> {
  const timeoutMs = question.timeoutMs ?? defaultTimeoutMs;
  const { url, accountId, proxyUrl } = question;
  const ask = async (late: AbortSignal): Promise<JsonAnswer> => {
    await proxies.ready(url, accountId);
    const dispatcher = await (proxyUrl === undefined
      ? proxies.dispatcher(url, accountId)
      : proxies.dispatcherThrough(proxyUrl));
    const { request } = await import('undici');
    const response = await request(url, {
      method: question.method,
      headers: headerRecord(question.headers),
      ...(question.body === undefined ? {} : { body: question.body }),
      signal: AbortSignal.any(question.signal === undefined ? [late] : [question.signal, late]),
      dispatcher,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      responseHeaders: 'raw',
    });
    const headers = rawResponseHeaders(response.headers);
    const body = await limitedBody(decodedBody(response.body, headers), maxAnswerBytes);
    return { kind: 'answered', status: response.statusCode, headers, body };
  };
  try {
    return await inTime(proxies.clock, partsInTime * timeoutMs, ask);
  } catch (error) {
    return { kind: 'unreachable', message: faultText(error) };
  }
}

/** undici types raw headers as the parsed record; at run time they are the flat list. */
export function rawResponseHeaders(headers: unknown): RawHeaders {
  return Array.isArray(headers) ? pairHeaders(headers.map((part: unknown) => String(part))) : [];
}

/** A body's bytes; throws above the limit. */
export async function limitedBody(body: AsyncIterable<unknown>, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > limitBytes) throw new Error(`the answer is over ${limitBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
