/** `GET /backend-api/codex/responses` as a websocket: the upgrade's rules, and one connection's frames and chain. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { SimulatedAccount } from '../accounts/accounts.ts';
import { accept, refuseUpgrade } from '../faults/accept.ts';
import { isObject, type JsonObject, parseJson, shown } from '../json.ts';
import { badRequest, errorEvent, isRefusal, type Refusal, standardRefusal } from '../rules/refusal.ts';
import { usageLimit } from '../rules/usage-limit.ts';
import { checkBody } from '../rules/validate-body.ts';
import { type Caller, checkTurnHeaders } from '../rules/validate-headers.ts';
import { WireHeaders } from '../rules/wire-headers.ts';
import { type ChainLink, fieldsOf, Turn } from '../turns/turn.ts';
import { responseHeaders } from './response-headers.ts';
import type { UpstreamParts } from './upstream-parts.ts';
import { WebSocketOutlet } from './websocket-outlet.ts';

/** Upstream answers a message of this size with close 1009 (PROTOCOL.md, Websocket). */
const MAX_FRAME_BYTES = 16 * 1024 * 1024;

export class WebSocketUpstream {
  #shared: UpstreamParts;
  #server: WebSocketServer;
  #connections = new Set<Connection>();
  #answers = new WeakMap<IncomingMessage, Record<string, string>>();

  constructor(shared: UpstreamParts) {
    this.#shared = shared;
    this.#server = new WebSocketServer({
      noServer: true,
      maxPayload: shared.options.maxMessageBytes ?? MAX_FRAME_BYTES - 1,
      autoPong: false,
      perMessageDeflate: { threshold: shared.options.compressFromChars },
    });
    this.#server.on('headers', (lines, request) => {
      for (const [name, value] of Object.entries(this.#answers.get(request) ?? {})) lines.push(`${name}: ${value}`);
    });
  }

  /** Open sockets. */
  get size(): number {
    return this.#connections.size;
  }

  async handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const shared = this.#shared;
    const connection = shared.connections.next();
    const headers = new WireHeaders(request.rawHeaders);
    const path = request.url ?? '';
    socket.on('error', () => socket.destroy());
    const caller = checkTurnHeaders(headers, 'ws', shared.headerRules);
    const account = isRefusal(caller) ? undefined : caller.account;
    const record = (status: number) => {
      shared.log.add({ kind: 'upgrade', connection, path, headers: headers.pairs, accountId: account?.id, status });
    };
    const refuse = (refusal: Refusal, body?: string) => {
      record(refusal.status);
      refuseUpgrade(socket, refusal, body);
    };
    const fault = shared.faults.take('upgrade', { transport: 'ws', accountId: account?.id, path, connection });
    if (fault) shared.log.faulted('upgrade', fault, connection);
    const pending = accept(shared.pacing.timing.acceptDelayMs, socket, fault, account);
    const outcome = pending instanceof Promise ? await pending : pending;
    if (outcome.go === 'nowhere') return record(0);
    if (outcome.go === 'refuse') return refuse(outcome.refusal, outcome.body);
    if (isRefusal(caller)) {
      shared.log.refused('upgrade', connection, caller);
      return refuse(caller);
    }
    const unwilling = unwillingness(caller.account);
    if (unwilling) return refuse(unwilling);
    if (socket.destroyed) return record(0);
    const model = caller.routingHint?.model ?? modelOf(headers);
    const { maxMessageBytes, upgradeHeaders } = shared.options;
    this.#answers.set(request, {
      ...responseHeaders(shared, caller.account, model),
      ...(maxMessageBytes === null ? {} : { 'x-codex-websocket-max-message-bytes': String(maxMessageBytes) }),
      ...upgradeHeaders,
    });
    this.#server.handleUpgrade(request, socket, head, (ws) => {
      record(101);
      const open = new Connection({ shared, ws, socket, caller, connection, path });
      this.#connections.add(open);
      ws.on('close', () => this.#connections.delete(open));
    });
  }

  /** Ends all sockets at once. */
  stop(): void {
    for (const connection of this.#connections) connection.terminate();
    this.#server.close();
  }
}

/** An account that has no websockets, or nothing left, says so on the upgrade. */
function unwillingness(account: SimulatedAccount): Refusal | undefined {
  if (!account.websockets) return standardRefusal(426);
  return account.usage.exhausted === 'upgrade' ? usageLimit(account) : undefined;
}

/** The model that the turn metadata names: the upgrade itself has none. */
function modelOf(headers: WireHeaders): string | undefined {
  const metadata = parseJson(headers.get('x-codex-turn-metadata') ?? '');
  return isObject(metadata) && typeof metadata.model === 'string' ? metadata.model : undefined;
}

interface ConnectionParts {
  readonly shared: UpstreamParts;
  readonly ws: WebSocket;
  readonly socket: Duplex;
  readonly caller: Caller;
  readonly connection: number;
  readonly path: string;
}

class Connection {
  #parts: ConnectionParts;
  #running: Turn | undefined;
  #outlet: WebSocketOutlet | undefined;
  #last: ChainLink | undefined;
  #frames = 0;
  #openedAtMs = performance.now();
  #lifetime: NodeJS.Timeout;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    const { ws, shared } = parts;
    ws.on('message', (data, binary) => this.#onMessage(data, binary));
    ws.on('ping', (data) => this.#say(() => ws.pong(data)));
    ws.on('close', (code, reason) => this.#onClose(code, reason.toString()));
    // `ws` closes with the right code by itself (1009, 1002); the event only must not be unheard.
    ws.on('error', () => {});
    this.#lifetime = setTimeout(() => {
      if (!this.#running) this.#expire();
    }, shared.options.socketLifetimeMs);
    this.#lifetime.unref();
  }

  terminate(): void {
    this.#parts.ws.terminate();
  }

  #onMessage(data: RawData, binary: boolean): void {
    const { shared, ws, caller, connection } = this.#parts;
    const raw = Buffer.isBuffer(data) ? data : Buffer.concat(Array.isArray(data) ? data : [Buffer.from(data)]);
    const body = binary ? undefined : parseJson(raw.toString());
    shared.log.add({ kind: 'frame', connection, accountId: caller.account.id, binary, raw, body });
    this.#frames += 1;
    const ageMs = performance.now() - this.#openedAtMs;
    if (binary) ws.close(1003, 'Only text messages');
    else if (ageMs >= shared.options.socketLifetimeMs) this.#expire();
    else if (isObject(body) && body.type === 'response.interrupt') this.#interrupt(body);
    else if (isObject(body) && this.#isStrange(body))
      this.#sayText(JSON.stringify({ type: `${shown(body.type)}.accepted` }));
    else if (isObject(body)) this.#onRequest(body);
    else this.#refuse(badRequest('The message is not a JSON object', 'invalid_json'));
  }

  /** Of a type that nothing is known of, where such are taken. */
  #isStrange({ type }: JsonObject): boolean {
    return !this.#parts.shared.options.strictness.refuseUnknownFrames && type !== 'response.create';
  }

  #interrupt({ response_id: id, mode }: JsonObject): void {
    const running = this.#running;
    if (mode !== 'discard_partial_items')
      this.#refuse(badRequest(`Unknown mode: ${shown(mode)}`, 'invalid_value', 'mode'));
    else if (running !== undefined && running.responseId === id) running.interrupt();
    else this.#sayText(JSON.stringify({ type: 'response.interrupt.failed', response_id: id ?? null }));
  }

  #onRequest(body: JsonObject): void {
    const parent = this.#parentOf(body);
    const refusal = this.#check(body, parent);
    if (refusal) this.#refuse(refusal);
    else this.#run(body, isRefusal(parent) ? undefined : parent);
  }

  #check(body: JsonObject, parent: ChainLink | Refusal | undefined): Refusal | undefined {
    const { shared, caller } = this.#parts;
    if (this.#running) return badRequest('A response is already running on this websocket', 'response_in_progress');
    if (isRefusal(parent)) return parent;
    const { catalogue, seal, options } = shared;
    const { strictness } = options;
    const history = parent?.items ?? [];
    return (
      checkBody(body, { transport: 'ws', caller, catalogue, seal, strictness, history }) ??
      this.#checkHint(body) ??
      (body.generate !== false && caller.account.usage.exhausted ? usageLimit(caller.account) : undefined)
    );
  }

  /** Only the last completed response of this very socket can be continued, with all else equal (PROTOCOL.md, Websocket). */
  #parentOf(body: JsonObject): ChainLink | Refusal | undefined {
    const wanted = body.previous_response_id;
    if (wanted === undefined || wanted === null) return undefined;
    const last = this.#last;
    if (last && wanted === last.responseId && fieldsOf(body) === last.fields) return last;
    const why = last && wanted === last.responseId ? ' with these parameters' : '';
    const message = `Previous response with id '${shown(wanted)}' not found${why}.`;
    return badRequest(message, 'previous_response_not_found', 'previous_response_id');
  }

  /** The hint was fixed at the upgrade: the first frame must keep what it said (PROTOCOL.md, Tiers). */
  #checkHint(body: JsonObject): Refusal | undefined {
    const hint = this.#parts.caller.routingHint;
    if (!hint || this.#frames > 1) return undefined;
    if (hint.model === body.model && hint.tier === body.service_tier) return undefined;
    const said = `model=${hint.model}${hint.tier ? `;tier=${hint.tier}` : ''}`;
    const sent = `${shown(body.model)}, tier ${shown(body.service_tier ?? 'absent')}`;
    return badRequest(`The routing hint was ${said}, the frame says ${sent}`, 'routing_hint_mismatch', 'service_tier');
  }

  #refuse(refusal: Refusal): void {
    const { shared, connection } = this.#parts;
    shared.log.refused('frame', connection, refusal);
    this.#sayText(errorEvent(refusal));
  }

  /** Writes between messages, never into one that a fault is sending in pieces. */
  #say(write: () => void): void {
    const splitting = this.#outlet?.splitting;
    // The next piece may have begun by then, so it asks again.
    if (splitting) void splitting.then(() => this.#say(write));
    else write();
  }

  #sayText(text: string): void {
    // Deflating is asynchronous, so that events written straight to the socket would overtake it.
    this.#say(() => this.#parts.ws.send(text, { compress: false }));
  }

  #run(body: JsonObject, parent: ChainLink | undefined): void {
    const { shared, ws, socket, caller, connection, path } = this.#parts;
    const turn = new Turn({ shared, caller, body, parent, transport: 'ws', connection, path });
    this.#running = turn;
    const outlet = new WebSocketOutlet(ws, socket, shared.options.compressFromChars);
    this.#outlet = outlet;
    const onEnd = (link: ChainLink | undefined) => {
      this.#running = undefined;
      if (link) this.#last = link;
    };
    turn.run(outlet, onEnd).catch((error: unknown) => {
      shared.log.refused('frame', connection, {
        ...standardRefusal(500),
        code: 'simulator_bug',
        message: String(error),
      });
      ws.terminate();
    });
  }

  #expire(): void {
    const { ws } = this.#parts;
    this.#refuse(standardRefusal(undefined, 'websocket_connection_limit_reached'));
    ws.close(1000, 'limit');
  }

  #onClose(code: number, reason: string): void {
    clearTimeout(this.#lifetime);
    const { shared, caller, connection } = this.#parts;
    this.#running?.abort();
    this.#running = undefined;
    shared.log.add({ kind: 'close', connection, accountId: caller.account.id, code, reason });
  }
}
