import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { maskedFrame } from '../../src-main/core/upstream/masked-frame.ts';

it('is read by a server as it was sent, whatever its length and place in memory', async () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const address = server.address();
  const client = new WebSocket(`ws://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
  try {
    const came: Promise<[WebSocket]> = once(server, 'connection') as Promise<[WebSocket]>;
    const [answer]: [IncomingMessage] = (await once(client, 'upgrade')) as [IncomingMessage];
    const [heard] = await came;
    const lengths = [126, 127, 2_050, 65_535, 65_536, 65_537, 65_538, 65_539, 1_000_003];
    const texts = lengths.map((bytes, index) =>
      Buffer.from(`${'x'.repeat(index)}${'aé☃'.repeat(bytes / 6)}${'y'.repeat(bytes % 6)}`).subarray(index),
    );
    expect(texts.map(({ length }) => length)).toEqual(lengths);
    for (const text of texts) {
      const frame = maskedFrame(text);
      expect(frame.subarray(frame.length - text.length).equals(text)).toBe(false);
      const message = once(heard, 'message');
      answer.socket.write(frame);
      const [data, isBinary] = await message;
      expect(isBinary).toBe(false);
      expect(Buffer.compare(data, text)).toBe(0);
    }
  } finally {
    client.terminate();
    server.close();
  }
});
