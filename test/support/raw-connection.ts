import { connect, type Socket } from 'node:net';
import type { Rig } from './slipstream.ts';

/** A connection on which a test says whatever bytes it likes. */
export interface RawConnection {
  readonly socket: Socket;
  /** All that came back, once the other side has closed. */
  readonly answer: Promise<string>;
  /** All that came back so far. */
  received(): string;
}

/** Opens a TCP connection to the proxy, for bytes that no HTTP client would send. */
export function openRaw(rig: Pick<Rig, 'baseUrl'>): RawConnection {
  const { port } = new URL(rig.baseUrl);
  const socket = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
  const chunks: Buffer[] = [];
  const received = () => Buffer.concat(chunks).toString('latin1');
  socket.on('data', (chunk) => chunks.push(chunk));
  const answer = new Promise<string>((resolve) => {
    const finish = () => {
      socket.destroy();
      resolve(received());
    };
    socket.on('end', finish);
    socket.on('error', finish);
    socket.on('close', finish);
  });
  return { socket, answer, received };
}

/** Says these bytes and waits until the other side has closed. */
export function sayRaw(rig: Pick<Rig, 'baseUrl'>, ...parts: readonly (string | Buffer)[]): Promise<string> {
  const { socket, answer } = openRaw(rig);
  for (const part of parts) socket.write(part);
  return answer;
}

/** The head of a POST with the key, and the headers given. */
export function postHead(rig: Pick<Rig, 'baseUrl' | 'apiKey'>, ...headers: readonly string[]): string {
  const { host } = new URL(rig.baseUrl);
  const lines = ['POST /v1/responses HTTP/1.1', `host: ${host}`, `authorization: Bearer ${rig.apiKey}`, ...headers];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** The head of a websocket upgrade with the key. */
export function upgradeHead(rig: Pick<Rig, 'baseUrl' | 'apiKey'>, ...headers: readonly string[]): string {
  const { host } = new URL(rig.baseUrl);
  const lines = [
    'GET /v1/responses HTTP/1.1',
    `host: ${host}`,
    `authorization: Bearer ${rig.apiKey}`,
    'connection: Upgrade',
    'upgrade: websocket',
    'sec-websocket-version: 13',
    'sec-websocket-key: AQIDBAUGBwgJCgsMDQ4PEA==',
    ...headers,
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** The status of a raw HTTP answer; 0 for none. */
export function statusOfRaw(answer: string): number {
  return Number(answer.match(/^HTTP\/1\.1 (\d{3})/)?.[1] ?? 0);
}
