import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { connectBridge } from '../../src-main/node/bridge-client.ts';
import { CallMessage } from '../../src-main/shared/bridge-wire.ts';
import type { ErrorCode } from '../../src-main/shared/errors.ts';
import { failure } from '../../src-main/shared/result.ts';

/** A command on a running instance that answers each call with this failure. */
async function connected(code: ErrorCode) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket) => {
    socket.once('message', () => {
      socket.on('message', (data) => {
        const { id } = CallMessage.parse(JSON.parse(String(data)));
        socket.send(JSON.stringify({ id, result: failure(code, 'As it says.') }));
      });
      socket.send(JSON.stringify({ welcome: { session: null } }));
    });
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const bridge = await connectBridge({
    pid: 1,
    startedAt: 1,
    controlUrl: `ws://127.0.0.1:${port}/`,
    controlToken: 'x'.repeat(43),
  });
  onTestFinished(() => {
    bridge.close();
    server.close();
  });
  return bridge;
}

it.each(['call_unknown', 'call_invalid'] as const)(
  'an instance that answers a right call with %s is told to be of another version',
  async (code) => {
    const bridge = await connected(code);
    const message = expect.stringContaining('it is another version. Restart it.');
    expect(await bridge.invoke('keys.list', null)).toMatchObject({ ok: false, error: { message } });
  },
);

it('what an instance says of a wrong input, or of anything else, stays as it says it', async () => {
  const said = { ok: false, error: { message: 'As it says.' } };
  const wrong = { id: 7 } as unknown as { readonly id: string };
  expect(await (await connected('call_invalid')).invoke('keys.revoke', wrong)).toMatchObject(said);
  expect(await (await connected('key_unknown')).invoke('keys.list', null)).toMatchObject(said);
});
