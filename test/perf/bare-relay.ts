/** The bare relay of test/perf/README.md: a websocket in, server-sent events out, no features. What Slipstream is measured against. */
import { createServer } from 'node:http';
import { WebSocket } from 'ws';

const terminal = /^\{"type":"(response\.(completed|failed|incomplete)|error)"/;

/** Serves `POST /` over one warm upstream socket, one turn at a time; resolves with the port. */
export function startBareRelay(upstreamUrl: string, headers: Record<string, string>): Promise<number> {
  const upstream = new WebSocket(`${upstreamUrl.replace('http', 'ws')}/responses`, { headers });
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const relay = (data: Buffer) => {
        response.write(`data: ${data}\n\n`);
        if (!terminal.test(data.toString('latin1', 0, 60))) return;
        upstream.off('message', relay);
        response.end();
      };
      upstream.on('message', relay);
      upstream.send(JSON.stringify({ type: 'response.create', ...JSON.parse(Buffer.concat(chunks).toString()) }));
    });
  });
  return new Promise((resolve) => {
    upstream.on('open', () =>
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      }),
    );
  });
}
