/** `POST /backend-api/codex/responses` as server-sent events, and `/responses/compact`. */
import type { ServerResponse } from 'node:http';
import { createGzip, createZstdCompress, type Gzip, type ZstdCompress } from 'node:zlib';
import { accept, resetSocket } from '../faults/accept.ts';
import { newId } from '../ids.ts';
import { isObject, type JsonObject, objectsOf } from '../json.ts';
import { badRequest, isRefusal, type Refusal, standardRefusal } from '../rules/refusal.ts';
import { usageLimit } from '../rules/usage-limit.ts';
import { type BodyTransport, checkBody } from '../rules/validate-body.ts';
import { type Caller, checkEncodings, checkTurnHeaders } from '../rules/validate-headers.ts';
import type { WireHeaders } from '../rules/wire-headers.ts';
import { drainedOrClosed, type Message, Outlet } from '../turns/outlet.ts';
import { Turn } from '../turns/turn.ts';
import { type RequestBody, sendJson, sendRefusal } from './http-body.ts';
import { responseHeaders } from './response-headers.ts';
import type { UpstreamParts } from './upstream-parts.ts';

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: WireHeaders;
  readonly body: RequestBody;
  readonly connection: number;
}

class SseOutlet extends Outlet {
  #response: ServerResponse;
  /** Where the stream is written: the response, or what encodes it on the way there. */
  #stream: ServerResponse | Encoder;
  #cut = false;

  constructor(response: ServerResponse, encoder: Encoder | null) {
    super();
    this.#response = response;
    this.#stream = encoder ?? response;
    encoder?.pipe(response);
  }

  get gone(): boolean {
    return this.#cut || this.#response.destroyed || this.#response.socket === null || this.#response.socket.destroyed;
  }

  protected encode(messages: readonly Message[]): Buffer {
    let text = '';
    for (const message of messages)
      text += message.type === '' ? data(message) : `event: ${message.type}\n${data(message)}`;
    return Buffer.from(text);
  }

  protected write(bytes: Buffer): boolean {
    return writeThrough(this.#stream, bytes);
  }

  protected drained(): Promise<void> {
    return drainedOrClosed(this.#stream, this.#response);
  }

  /** Noise between two events. */
  binary(bytes: Buffer): void {
    writeThrough(this.#stream, bytes);
  }

  /** The stream is whole. */
  end(): void {
    this.#stream.end();
  }

  /** A stream has no close codes: it ends early, but properly. */
  close(): void {
    this.#cut = true;
    this.#stream.end();
  }

  /** The chunked body stops in the middle. */
  cut(how: 'end' | 'reset'): void {
    this.#cut = true;
    const socket = this.#response.socket;
    if (how === 'reset' && socket) resetSocket(socket);
    else socket?.end(() => socket.destroy());
  }
}

type Encoder = ZstdCompress | Gzip;

const encoders = { zstd: () => createZstdCompress(), gzip: () => createGzip() } as const;

/** The encoding of a stream: what the simulator is set to, where the client takes it. */
function answerEncoding(shared: UpstreamParts, headers: WireHeaders): keyof typeof encoders | null {
  const { answerEncoding: wanted } = shared.options;
  const taken = (headers.get('accept-encoding') ?? '').split(',').map((name) => name.trim());
  return wanted !== null && taken.includes(wanted) ? wanted : null;
}

/** Nothing stays behind in the encoder. */
function writeThrough(stream: ServerResponse | Encoder, bytes: Buffer): boolean {
  const hasRoom = stream.write(bytes);
  if ('flush' in stream) stream.flush();
  return hasRoom;
}

function data(message: Message): string {
  return `data: ${message.text}\n\n`;
}

/** Answers one `POST /responses` or `/responses/compact`. */
export async function handlePost(shared: UpstreamParts, request: HttpRequest, response: ServerResponse): Promise<void> {
  const { connection, path, headers } = request;
  const transport: BodyTransport = path.endsWith('/compact') ? 'compact' : 'http';
  const caller = checkTurnHeaders(headers, 'http', shared.headerRules);
  const account = isRefusal(caller) ? undefined : caller.account;
  const body = isObject(request.body.value) ? request.body.value : undefined;
  const moment = { transport: 'http' as const, accountId: account?.id, path, connection };
  const fault = shared.faults.take('request', body ? { ...moment, body } : moment);
  if (fault) shared.log.faulted('request', fault, connection);
  const { socket } = response;
  if (!socket) return;
  const pending = accept(shared.pacing.timing.acceptDelayMs, socket, fault, account);
  const outcome = pending instanceof Promise ? await pending : pending;
  if (outcome.go === 'nowhere') return;
  if (outcome.go === 'refuse') return sendRefusal(response, outcome.refusal, false, outcome.body);
  const refuse = (refusal: Refusal) => {
    shared.log.refused('http', connection, refusal);
    sendRefusal(response, refusal, shared.options.httpDetailErrors);
  };
  if (isRefusal(caller)) return refuse(caller);
  const { encodedBodies } = shared.options;
  if (!encodedBodies && headers.get('content-encoding') !== undefined) return refuse(standardRefusal(415));
  const misfit = transport === 'http' && encodedBodies ? checkEncodings(headers, shared.options.strictness) : undefined;
  if (misfit) return refuse(misfit);
  if (request.body.problem) return refuse(request.body.problem);
  if (!body) return refuse(badRequest('The body is not a JSON object', 'invalid_json'));
  const { catalogue, seal, options } = shared;
  const { strictness } = options;
  const refusal =
    checkBody(body, { transport, caller, catalogue, seal, strictness, history: [] }) ?? checkHint(body, caller);
  if (refusal) return refuse(refusal);
  if (caller.account.usage.exhausted) return refuse(usageLimit(caller.account));
  if (transport === 'compact') return compact(shared, caller, body, response);
  await stream(shared, caller, body, request, response);
}

/** Over HTTP the hint is per request, so it must fit every time. */
function checkHint(body: JsonObject, { routingHint }: Caller): Refusal | undefined {
  if (!routingHint || (routingHint.model === body.model && routingHint.tier === body.service_tier)) return undefined;
  return badRequest('The routing hint contradicts the body', 'routing_hint_mismatch', 'service_tier');
}

async function stream(
  shared: UpstreamParts,
  caller: Caller,
  body: JsonObject,
  { connection, headers, path }: HttpRequest,
  response: ServerResponse,
): Promise<void> {
  const turn = new Turn({ shared, caller, body, parent: undefined, transport: 'http', connection, path });
  response.on('close', () => turn.abort());
  const encoding = answerEncoding(shared, headers);
  const encoder = encoding === null ? null : encoders[encoding]();
  response.writeHead(200, {
    ...(encoding === null ? {} : { 'content-encoding': encoding }),
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache',
    ...responseHeaders(shared, caller.account, String(body.model)),
  });
  response.flushHeaders();
  const outlet = new SseOutlet(response, encoder);
  await turn.run(outlet, () => {});
  if (!outlet.gone) outlet.end();
}

/** The compaction older clients ask for (PROTOCOL.md, Side endpoints): the user's messages, then one compaction item. */
function compact(shared: UpstreamParts, caller: Caller, body: JsonObject, response: ServerResponse): void {
  const kept = objectsOf(body.input).filter((item) => item.role === 'user');
  const blob = { id: newId('cmp'), type: 'compaction', encrypted_content: shared.seal.seal(caller.account.id, 40) };
  const inputTokens = Math.ceil(JSON.stringify(body).length / 4);
  sendJson(
    response,
    200,
    {
      id: newId('resp'),
      object: 'response.compaction',
      created_at: Math.floor(Date.now() / 1000),
      output: [...kept, blob],
      usage: { input_tokens: inputTokens, output_tokens: 40, total_tokens: inputTokens + 40 },
    },
    responseHeaders(shared, caller.account, String(body.model)),
  );
}
