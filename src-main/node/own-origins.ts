import type { IncomingMessage } from 'node:http';

/** The origins of our own pages on the port a request came in on. */
export function ownOrigins(request: IncomingMessage): readonly string[] {
  const port = request.socket.localPort;
  return ['127.0.0.1', 'localhost', '[::1]'].map((host) => `http://${host}:${port}`);
}
