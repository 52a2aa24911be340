import { request } from 'node:http';
import { networkInterfaces } from 'node:os';
import { expect, it } from 'vitest';
import { startRig } from '../support/slipstream.ts';

/** Listening beside loopback: the proxy is served there to who names the address, and nothing else is. */

const outer = Object.values(networkInterfaces())
  .flatMap((list) => list ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

function ask(ip: string, port: number, host: string, path: string, key: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const headers = { host, authorization: `Bearer ${key}`, connection: 'close' };
  request({ host: ip, port, path, headers, agent: false }, (answer) => {
    answer.resume();
    resolve(answer.statusCode ?? 0);
  })
    .on('error', reject)
    .end();
  return promise;
}

it.runIf(outer !== undefined).each(['0.0.0.0', '::', outer ?? ''])('on %s', async (listenIp) => {
  const rig = await startRig({ listenIp, accounts: 1 });
  try {
    rig.app.mount({
      request: (_request, response) => {
        response.writeHead(200).end();
        return true;
      },
      upgrade: () => false,
    });
    const port = Number(new URL(rig.baseUrl).port);
    const at = (ip: string, host: string, path: string) => ask(ip, port, host, path, rig.apiKey);
    const [here, there] = [`127.0.0.1:${port}`, `${outer}:${port}`];
    expect(await at('127.0.0.1', here, '/v1/models')).toBe(200);
    expect(await at(outer ?? '', there, '/v1/models')).toBe(200);
    // A name that somebody made point here.
    expect(await at(outer ?? '', `evil.example:${port}`, '/v1/models')).toBe(403);
    // The face's own pages.
    expect(await at('127.0.0.1', here, '/own')).toBe(200);
    expect(await at(outer ?? '', there, '/own')).toBe(404);
  } finally {
    await rig.stop();
  }
});
