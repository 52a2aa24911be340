import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** A corporate proxy on loopback: tunnels by CONNECT, and forwards plain requests that name their whole URL. */
export interface ConnectProxy {
  readonly url: string;
  /** What it was asked to reach, in order: `CONNECT host:port` or `POST http://…`. */
  readonly asked: readonly string[];
  /** `proxy-authorization` as it came. */
  readonly credentials: readonly (string | undefined)[];
  /** From now on every request is refused with this status, never answered, or let through. */
  setMood(mood: 'open' | 'silent' | number): void;
  stop(): Promise<void>;
}

/** Starts a forward proxy (`CONNECT`) that records what it is asked, and knows some hosts that nobody else does. */
export async function startConnectProxy(hosts: Readonly<Record<string, string>> = {}): Promise<ConnectProxy> {
  const asked: string[] = [];
  const credentials: (string | undefined)[] = [];
  const sockets = new Set<Duplex>();
  let mood: 'open' | 'silent' | number = 'open';
  const note = (incoming: IncomingMessage) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    credentials.push(incoming.headers['proxy-authorization']);
  };
  const server = createServer((incoming, response) => {
    note(incoming);
    if (mood === 'open') forward(incoming, response);
    else if (mood !== 'silent') response.writeHead(mood).end();
  });
  server.on('connection', (socket: Socket) => keep(sockets, socket));
  server.on('connect', (incoming, client: Duplex, head: Buffer) => {
    note(incoming);
    keep(sockets, client);
    if (mood === 'silent') return;
    if (mood !== 'open') {
      client.end(`HTTP/1.1 ${mood} No\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const [host = '', port = ''] = (incoming.url ?? '').split(':');
    const target = connect(Number(port), hosts[host] ?? host, () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      target.write(head);
      target.pipe(client).pipe(target);
    });
    keep(sockets, target);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    credentials,
    setMood: (next) => {
      mood = next;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

function keep(sockets: Set<Duplex>, socket: Duplex): void {
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket));
  socket.on('error', () => socket.destroy());
}

function forward(incoming: IncomingMessage, response: ServerResponse): void {
  const { 'proxy-authorization': _ours, 'proxy-connection': _theirs, ...headers } = incoming.headers;
  const onward = request(incoming.url ?? '', { method: incoming.method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  response.on('close', () => onward.destroy());
  incoming.pipe(onward);
}
