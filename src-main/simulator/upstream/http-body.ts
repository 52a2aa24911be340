/** Reading and decoding request bodies, and answering with JSON. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib';
import { type Json, parseJson } from '../json.ts';
import { badRequest, httpErrorBody, type Refusal, standardRefusal } from '../rules/refusal.ts';

export interface RequestBody {
  readonly raw: Buffer;
  readonly decoded: Buffer;
  /** JSON or form fields; undefined if neither. */
  readonly value: Json | undefined;
  readonly problem: Refusal | undefined;
}

const MAX_BODY_BYTES = 64 * 1024 * 1024;
// The official client sends zstd (PROTOCOL.md, Ways in); the others are what any server takes.
const decoders: Record<string, (bytes: Buffer) => Promise<Buffer>> = {
  identity: async (bytes) => bytes,
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
};

/** Reads a request to its end; undefined if the client went away before. */
export async function readBody(request: IncomingMessage): Promise<RequestBody | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request) {
      bytes += (chunk as Buffer).length;
      if (bytes <= MAX_BODY_BYTES) chunks.push(chunk as Buffer);
    }
  } catch {
    return undefined;
  }
  const raw = Buffer.concat(chunks);
  const encoding = request.headers['content-encoding'] ?? 'identity';
  const decode = decoders[encoding];
  const bad = (message: string) => ({ raw, decoded: raw, value: undefined, problem: badRequest(message) });
  if (bytes > MAX_BODY_BYTES) return bad('The body is too large');
  if (!decode) {
    const problem = standardRefusal(415);
    return { raw, decoded: raw, value: undefined, problem };
  }
  try {
    const decoded = await decode(raw);
    return { raw, decoded, value: parsed(decoded, request.headers['content-type'] ?? ''), problem: undefined };
  } catch {
    return bad(`The body is not valid ${encoding}`);
  }
}

function parsed(decoded: Buffer, contentType: string): Json | undefined {
  if (decoded.length === 0) return undefined;
  const text = decoded.toString();
  if (contentType.startsWith('application/x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(text));
  return parseJson(text);
}

/** Answers with JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: Json,
  headers: Readonly<Record<string, string>> = {},
): void {
  sendText(response, status, JSON.stringify(body), { 'content-type': 'application/json', ...headers });
}

/** Answers with a text. */
export function sendText(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>>,
): void {
  response.writeHead(status, { 'content-length': String(Buffer.byteLength(text)), ...headers });
  response.end(text);
}

/** A refusal as HTTP: upstream's error object, or `{"detail"}` where that shape is asked for. */
export function sendRefusal(response: ServerResponse, refusal: Refusal, detail = false, body?: string): void {
  const asDetail = detail && refusal.status === 400;
  const text = body ?? (asDetail ? JSON.stringify({ detail: refusal.message }) : httpErrorBody(refusal));
  sendText(response, refusal.status, text, { 'content-type': 'application/json', ...refusal.headers });
}
