import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ServerMessage } from '../../src-main/shared/bridge-wire.ts';
import { connectSource } from '../../src-renderer/bridge.ts';

/** A socket whose other end is the test. */
class FakeSocket {
  static readonly all: FakeSocket[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { readonly data: string }) => void) | null = null;
  onclose: ((event: { readonly code: number }) => void) | null = null;
  readonly sent: unknown[] = [];
  isClosed = false;

  constructor() {
    FakeSocket.all.push(this);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.isClosed = true;
  }

  say(message: ServerMessage): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

describe('the connection of a page', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    FakeSocket.all.length = 0;
    const location = { host: '127.0.0.1:2575', hash: '#ticket=t', pathname: '/', search: '', origin: 'http://x' };
    const tab = { location, setTimeout, clearTimeout, addEventListener: () => undefined };
    vi.stubGlobal('window', tab);
    vi.stubGlobal('location', location);
    vi.stubGlobal('document', { addEventListener: () => undefined, visibilityState: 'visible' });
    vi.stubGlobal('history', { replaceState: () => undefined });
    vi.stubGlobal('WebSocket', FakeSocket);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  async function connect() {
    const source = connectSource();
    await vi.waitFor(() => expect(FakeSocket.all).toHaveLength(1));
    const [socket] = FakeSocket.all;
    if (socket === undefined) throw new Error('There is no socket.');
    socket.say({ welcome: { session: 's' } });
    expect(source.connection.state()).toBe('live');
    return { ...source, socket };
  }

  it('is made anew where a call has no answer and nothing else came either, as after a sleep', async () => {
    const { bridge, connection, socket } = await connect();
    const call = bridge.invoke('settings.get', null);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await call).toMatchObject({ ok: false });
    expect([connection.state(), socket.isClosed]).toEqual(['reconnecting', true]);
    await vi.waitFor(() => expect(FakeSocket.all).toHaveLength(2));
    FakeSocket.all[1]?.onopen?.();
    expect(FakeSocket.all[1]?.sent).toEqual([{ hello: { session: 's' } }]);
  });

  it('stays where one call is slow and others are told of', async () => {
    const { bridge, connection, socket } = await connect();
    const call = bridge.invoke('settings.get', null);
    await vi.advanceTimersByTimeAsync(20_000);
    socket.say({ delta: { seq: 1, kind: 'problems', problems: [] } });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await call).toMatchObject({ ok: false });
    expect([connection.state(), socket.isClosed]).toEqual(['live', false]);
  });
});
