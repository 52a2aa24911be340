import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

type Mood = 'open' | 'silent' | 'refusing' | 'hanging up';

/** A SOCKS5 proxy on loopback (RFC 1928, RFC 1929). It takes every name for this machine. */
export interface SocksProxy {
  readonly port: number;
  /** What it was asked to reach, in order: `name host:port` or `address host:port`. */
  readonly asked: readonly string[];
  /** What it was told, `user:password`; null for nothing. */
  readonly credentials: readonly (string | null)[];
  /** How it meets what comes from now on. */
  setMood(mood: Mood): void;
  /** Cuts every connection that stands. */
  cut(): void;
  stop(): Promise<void>;
}

/** Starts it; with `login`, `user:password`, it lets in nobody else. */
export async function startSocksProxy(login: string | null = null): Promise<SocksProxy> {
  const asked: string[] = [];
  const credentials: (string | null)[] = [];
  const sockets = new Set<Socket>();
  let mood: Mood = 'open';
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  };
  const meet = async (client: Socket) => {
    const read = reader(client);
    const [, methods = 0] = await read(2);
    const offered = await read(methods);
    const method = login === null ? 0 : 2;
    if (!offered.includes(method)) return void client.end(Buffer.from([5, 0xff]));
    client.write(Buffer.from([5, method]));
    credentials.push(login === null ? null : await readLogin(read));
    if (login !== null) {
      const isRight = credentials.at(-1) === login;
      client.write(Buffer.from([1, isRight ? 0 : 1]));
      if (!isRight) return void client.end();
    }
    const { kind, host, port } = await readTarget(read);
    asked.push(`${kind} ${host}:${port}`);
    if (mood === 'silent') return;
    if (mood === 'hanging up') return void client.destroy();
    if (mood === 'refusing') return void client.end(answer(2));
    const target = connect(port, kind === 'name' ? '127.0.0.1' : host, () => {
      client.write(answer(0));
      client.pipe(target).pipe(client);
    });
    keep(target);
    target.on('close', () => client.destroy());
    client.on('close', () => target.destroy());
  };
  const server = createServer((client) => {
    keep(client);
    meet(client).catch(() => client.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    credentials,
    setMood: (next) => {
      mood = next;
    },
    cut,
    stop: async () => {
      cut();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

type Read = (length: number) => Promise<Buffer>;

async function readLogin(read: Read): Promise<string> {
  const [, userLength = 0] = await read(2);
  const user = await read(userLength);
  const [passwordLength = 0] = await read(1);
  return `${user}:${await read(passwordLength)}`;
}

async function readTarget(read: Read): Promise<{ kind: 'name' | 'address'; host: string; port: number }> {
  const [, , , type = 0] = await read(4);
  const length = type === 1 ? 4 : type === 4 ? 16 : ((await read(1))[0] ?? 0);
  const bytes = await read(length);
  const port = (await read(2)).readUInt16BE();
  if (type === 3) return { kind: 'name', host: bytes.toString(), port };
  const host = type === 1 ? bytes.join('.') : (bytes.toString('hex').match(/.{4}/g) ?? []).join(':');
  return { kind: 'address', host, port };
}

function answer(code: number): Buffer {
  return Buffer.from([5, code, 0, 1, 127, 0, 0, 1, 0, 0]);
}

/** Reads so many bytes and leaves the rest in the socket. */
function reader(socket: Socket): Read {
  return async (length) => {
    for (;;) {
      const bytes: unknown = length === 0 ? Buffer.alloc(0) : socket.read(length);
      if (Buffer.isBuffer(bytes)) return bytes;
      await new Promise<void>((resolve, reject) => {
        socket.once('readable', resolve).once('close', () => reject(new Error('gone')));
      });
    }
  };
}
