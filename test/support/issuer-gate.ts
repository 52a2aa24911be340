import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An issuer's front door: passes everything on, and lets a test act after the issuer has answered and before anyone hears it. */
export interface IssuerGate {
  readonly url: string;
  /** Where the issuer is. */
  issuerUrl: string;
  /** Between its answer to a token request and the one who asked. */
  beforeTokens: () => Promise<unknown>;
  /** Before it hears that a token is to be revoked. */
  beforeRevoke: () => Promise<unknown>;
  close(): void;
}

export async function startIssuerGate(): Promise<IssuerGate> {
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const { 'content-type': type = 'application/json' } = request.headers;
    const path = request.url ?? '/';
    if (path === '/oauth/revoke') await gate.beforeRevoke();
    const answer = await fetch(`${gate.issuerUrl}${path}`, {
      method: request.method ?? 'POST',
      headers: { 'content-type': type, 'user-agent': String(request.headers['user-agent']) },
      body: Buffer.concat(parts),
    });
    const body = Buffer.from(await answer.arrayBuffer());
    if (path === '/oauth/token') await gate.beforeTokens();
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const gate: IssuerGate = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    issuerUrl: '',
    beforeTokens: async () => {},
    beforeRevoke: async () => {},
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
  return gate;
}
