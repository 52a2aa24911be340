import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { WebSocket } from 'ws';
import { askFor } from './flood-upstream.ts';
import type { Part } from './part.ts';

/** What one turn came to. */
export interface Turn {
  readonly firstContentMs: number;
  readonly totalMs: number;
  readonly bytes: number;
}

/** Sends a turn's body and resolves when its last event is there. */
export type Ask = (body: string) => Promise<Turn>;

/** One of those that are compared. */
export interface Target {
  readonly name: string;
  readonly sse: Ask;
  /** Null where it has no websockets, or nobody speaks to it over them. */
  readonly websocket: Ask | null;
  /** Processor time and memory so far; null for a process that is not ours. */
  readonly usage: (() => ReturnType<Part['usage']>) | null;
  readonly stop: () => void;
}

const content = '"response.output_text.delta"';
const ending = '"type":"response.completed"';
const filler = 'const shaped = this.#shapeFor(ready, this.#transportFor(account, chosenPlan), chosenPlan); // ';

/** A turn of about so many bytes, half of it the history of a coding client, which asks for so many events. */
export function bodyOf(bytes: number, events: number): string {
  const text = (chars: number, seed: number) =>
    Array.from({ length: Math.ceil(chars / 100) }, (_none, line) => `${(line * 7919 + seed) % 10_007} ${filler}`)
      .join('\n')
      .slice(0, chars);
  const each = bytes / 72;
  const history = Array.from({ length: 12 }, (_none, id) => [
    {
      type: 'function_call',
      call_id: `call_${id}`,
      name: 'shell',
      arguments: JSON.stringify({ command: text(each, id) }),
    },
    { type: 'function_call_output', call_id: `call_${id}`, output: text(each * 2, id) },
  ]).flat();
  return JSON.stringify({
    model: 'gpt-5.5',
    instructions: text(bytes / 2, 1),
    input: [
      { role: 'user', content: 'Go on.' },
      ...(bytes < 10_000 ? [] : history),
      { role: 'user', content: `${askFor(events)}please` },
    ],
    store: false,
    stream: true,
  });
}

function reader(startMs: number) {
  let [firstContentMs, bytes, tail] = [Number.NaN, 0, ''];
  return {
    read: (chunk: Buffer) => {
      bytes += chunk.length;
      if (Number.isNaN(firstContentMs) && chunk.includes(content)) firstContentMs = performance.now() - startMs;
      tail = chunk.toString('latin1', Math.max(0, chunk.length - 400));
    },
    isOver: () => tail.includes(ending),
    turn: (): Turn => ({ firstContentMs, totalMs: performance.now() - startMs, bytes }),
    tail: () => tail,
  };
}

/** Turns over server-sent events on one kept connection. */
export function overSse(
  url: string,
  headers: Record<string, string>,
): { readonly ask: Ask; readonly stop: () => void } {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const sent = { 'content-type': 'application/json', 'session-id': randomUUID(), ...headers };
  const ask: Ask = (body) =>
    new Promise((resolve, reject) => {
      const turn = reader(performance.now());
      const outgoing = request(url, { method: 'POST', agent, headers: sent }, (response) => {
        response.on('data', turn.read);
        response.on('end', () =>
          turn.isOver() ? resolve(turn.turn()) : reject(new Error(`turn failed: ${turn.tail()}`)),
        );
      });
      // A proxy may close a kept connection just as it is taken again.
      outgoing.on('error', (error) => (outgoing.reusedSocket ? ask(body).then(resolve, reject) : reject(error)));
      outgoing.end(body);
    });
  return { ask, stop: () => agent.destroy() };
}

/** Turns on one websocket. */
export async function overWebsocket(
  url: string,
  headers: Record<string, string>,
): Promise<{ readonly ask: Ask; readonly stop: () => void }> {
  const socket = new WebSocket(url.replace('http', 'ws'), { headers: { 'session-id': randomUUID(), ...headers } });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const ask: Ask = (body) =>
    new Promise((resolve) => {
      const turn = reader(performance.now());
      const hear = (data: Buffer) => {
        turn.read(data);
        if (!turn.isOver()) return;
        socket.off('message', hear);
        resolve(turn.turn());
      };
      socket.on('message', hear);
      socket.send(`{"type":"response.create",${body.slice(1)}`);
    });
  return { ask, stop: () => socket.terminate() };
}

/** A process of ours that takes turns at a path. */
export async function ownTarget(name: string, part: Part, hasWebsockets: boolean): Promise<Target> {
  const url = `http://127.0.0.1:${part.started.port}/v1/responses`;
  const headers = { authorization: `Bearer ${part.started.apiKey ?? ''}` };
  const sse = overSse(url, headers);
  const websocket = hasWebsockets ? await overWebsocket(url, headers) : null;
  const stop = () => {
    sse.stop();
    websocket?.stop();
    part.stop();
  };
  return { name, sse: sse.ask, websocket: websocket?.ask ?? null, usage: () => part.usage(), stop };
}

/** Another proxy that speaks Responses, which its owner has pointed at an upstream of the same kind. */
export function otherTarget(name: string, url: string, key: string): Target {
  const sse = overSse(`${url.replace(/\/$/, '')}/responses`, { authorization: `Bearer ${key}` });
  return { name, sse: sse.ask, websocket: null, usage: null, stop: sse.stop };
}
