import { createServer, defaultConnectionHandler } from '@pondwader/socks5-server';
import { Server } from 'proxy-chain';
import { freePort } from './free-port.ts';

/** Somebody else's proxy on loopback that wants a user and a password. */
export interface RealProxy {
  /** Its address; with another password where one is named. */
  url(password?: string): string;
  /** Ways that it was asked for and let through, `host:port`. */
  readonly opened: readonly string[];
  /** How it meets those who come from now on; one that is slow answers when it is open again. */
  setMood(mood: 'open' | 'refusing' | 'slow'): void;
  /** Cuts every connection that stands. */
  cut(): void;
  stop(): Promise<void>;
}

const user = 'ada';
/** Has to be written otherwise in a URL. */
const proxyPassword = 's3cret:pass/word';

const urlOf = (scheme: string, port: number, password = proxyPassword) =>
  `${scheme}://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}`;

function doorkeeper() {
  let mood: 'open' | 'refusing' | 'slow' = 'open';
  let waiting: (() => void)[] = [];
  return {
    setMood: (next: typeof mood) => {
      mood = next;
      for (const go of waiting) go();
      waiting = [];
    },
    /** Whether somebody may pass, once that is known. */
    async mayPass(): Promise<boolean> {
      while (mood === 'slow') await new Promise<void>((resolve) => waiting.push(resolve));
      return mood === 'open';
    },
  };
}

/** An HTTP proxy (CONNECT, and plain requests by their whole URL): the package proxy-chain. */
export async function startHttpProxy(): Promise<RealProxy> {
  const door = doorkeeper();
  const opened: string[] = [];
  const server = new Server({
    port: 0,
    host: '127.0.0.1',
    prepareRequestFunction: async ({ username, password, hostname, port }) => {
      if (username !== user || password !== proxyPassword) return { requestAuthentication: true };
      if (!(await door.mayPass())) throw new Error('refused');
      opened.push(`${hostname}:${port}`);
      return {};
    },
  });
  // It tells of every request that it refuses.
  server.on('requestFailed', () => {});
  await server.listen();
  return {
    url: (password) => urlOf('http', server.port, password),
    opened,
    setMood: door.setMood,
    cut: () => server.closeConnections(),
    stop: async () => {
      door.setMood('refusing');
      await server.close(true);
    },
  };
}

/** A SOCKS5 proxy: the package @pondwader/socks5-server. */
export async function startSocks5Proxy(): Promise<RealProxy> {
  const door = doorkeeper();
  const opened: string[] = [];
  const port = await freePort();
  const sockets = new Set<{ destroy(): unknown }>();
  const server = createServer({ auth: { username: user, password: proxyPassword } });
  server.setRulesetValidator(() => door.mayPass());
  server.setConnectionHandler((connection, sendStatus) => {
    opened.push(`${connection.destAddress}:${connection.destPort}`);
    sockets.add(connection.socket);
    connection.socket.once('close', () => sockets.delete(connection.socket));
    defaultConnectionHandler(connection, sendStatus);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: (password) => urlOf('socks5h', port, password),
    opened,
    setMood: door.setMood,
    cut,
    stop: async () => {
      door.setMood('refusing');
      cut();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
