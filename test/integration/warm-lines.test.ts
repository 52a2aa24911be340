import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { createServer, getCACertificates, setDefaultCACertificates, type TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ConnectionTimer } from '../../src-main/core/upstream/connection-timer.ts';
import { Dialler } from '../../src-main/core/upstream/dialler.ts';
import { ProxyRoutes } from '../../src-main/core/upstream/proxy.ts';
import { WarmLines } from '../../src-main/core/upstream/warm-lines.ts';
import { startConnectProxy } from '../support/connect-proxy.ts';
import { makeSelfSigned } from '../support/self-signed.ts';
import { fakeClock } from '../unit/fake-clock.ts';
import { startPool } from './pool-rig.ts';

const certificate = makeSelfSigned();
const trusted = getCACertificates();
beforeAll(() => setDefaultCACertificates([...trusted, certificate.cert]));
afterAll(() => setDefaultCACertificates(trusted));

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** A far end that counts who comes. */
async function farEnd() {
  const open = new Set<TLSSocket>();
  let count = 0;
  const server = createServer(certificate, (socket) => {
    count += 1;
    open.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
    socket.resume();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  undo.push(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/backend-api/codex`;
  return { url, open, count: () => count };
}

function warmLines(proxy: string | null = null) {
  const clock = fakeClock();
  const routes = new ProxyRoutes(() => proxy, clock);
  const lines = new WarmLines(clock, routes);
  undo.push(() => lines.stop());
  return { clock, lines };
}

const soon = (check: () => void) => vi.waitFor(check, { timeout: 5_000, interval: 5 });
/** Long enough for a connection on loopback that should not be made. */
const aWhile = () => new Promise((resolve) => setTimeout(resolve, 60));

describe('connections that are kept warm', () => {
  it('are one after a turn, two when wanted in quick succession, and never more', async () => {
    const far = await farEnd();
    const { clock, lines } = warmLines();
    expect(lines.take(far.url)).toBeNull();
    await aWhile();
    expect(far.count()).toBe(0);
    clock.advance(60_000);
    for (let turn = 0; turn < 5; turn += 1) lines.noteTurn(far.url);
    await soon(() => expect(clock.pending).toBe(1));
    const taken = [lines.take(far.url)];
    lines.noteTurn(far.url);
    await soon(() => expect(clock.pending).toBe(1));
    taken.push(lines.take(far.url));
    for (let turn = 0; turn < 5; turn += 1) lines.noteTurn(far.url);
    await soon(() => expect(clock.pending).toBe(2));
    await aWhile();
    // Two are taken, and the takers' own.
    expect([far.open.size, taken.includes(null)]).toEqual([4, false]);
    for (const socket of taken) socket?.destroy();
  });

  it('are renewed before they are old while turns were lately, and end with them', async () => {
    const far = await farEnd();
    const { clock, lines } = warmLines();
    lines.noteTurn(far.url);
    for (let minute = 1; minute <= 4; minute += 1) {
      await soon(() => expect([far.count(), far.open.size, clock.pending]).toEqual([minute, 1, 1]));
      clock.advance(45_000);
    }
    await soon(() => expect(far.open.size).toBe(0));
    await aWhile();
    expect([far.count(), clock.pending]).toEqual([4, 0]);
  });

  it('are replaced when the far end closes one, unless it does so at once', async () => {
    const far = await farEnd();
    const { clock, lines } = warmLines();
    lines.noteTurn(far.url);
    await soon(() => expect([far.count(), clock.pending]).toEqual([1, 1]));
    clock.advance(20_000);
    for (const socket of far.open) socket.end();
    await soon(() => expect([far.count(), clock.pending]).toEqual([2, 1]));
    for (const socket of far.open) socket.end();
    await soon(() => expect(clock.pending).toBe(0));
    await aWhile();
    expect([far.count(), lines.take(far.url)]).toEqual([2, null]);
  });

  it('are closed on a change of the network, and for good when the program stops', async () => {
    const far = await farEnd();
    const { lines } = warmLines();
    lines.noteTurn(far.url);
    await soon(() => expect(far.open.size).toBe(1));
    lines.close();
    await soon(() => expect(far.open.size).toBe(0));
    lines.noteTurn(far.url);
    await soon(() => expect(far.open.size).toBe(1));
    lines.stop();
    await soon(() => expect(far.open.size).toBe(0));
    lines.noteTurn(far.url);
    await aWhile();
    expect(far.count()).toBe(2);
  });

  it('go through the proxy, and not at all where there is no TLS to agree on', async () => {
    const far = await farEnd();
    const proxy = await startConnectProxy();
    undo.push(() => proxy.stop());
    const { lines } = warmLines(proxy.url);
    lines.noteTurn('http://127.0.0.1:1/backend-api/codex');
    lines.noteTurn(far.url);
    await soon(() => expect(far.open.size).toBe(1));
    expect(proxy.asked).toEqual([`CONNECT ${new URL(far.url).host}`]);
    await soon(() => expect(lines.take(far.url)?.destroy()).toBeDefined());
  });

  it('serve those who share a way also once the first of them has another', async () => {
    const far = await farEnd();
    const proxy = await startConnectProxy();
    undo.push(() => proxy.stop());
    const own = new Map<string, string>();
    const clock = fakeClock();
    const routes = new ProxyRoutes(() => null, clock);
    routes.followAccounts((id) => own.get(id) ?? null);
    const lines = new WarmLines(clock, routes);
    undo.push(() => lines.stop());
    lines.noteTurn(far.url, 'first');
    await soon(() => expect(clock.pending).toBe(1));
    lines.take(far.url, 'first')?.destroy();
    own.set('first', proxy.url);
    lines.noteTurn(far.url, 'second');
    await soon(() => expect(clock.pending).toBe(1));
    expect([lines.take(far.url, 'first'), proxy.asked]).toEqual([null, []]);
    const line = lines.take(far.url, 'second');
    expect(line).not.toBeNull();
    line?.destroy();
  });

  it('leave a proxy that says nothing, and do not wait for it', async () => {
    const held = new Set<Socket>();
    const silent = createTcpServer((socket) => {
      held.add(socket);
      socket.on('close', () => held.delete(socket)).resume();
    });
    await new Promise<void>((resolve) => {
      silent.listen(0, '127.0.0.1', resolve);
    });
    undo.push(() => silent.close());
    const clock = fakeClock();
    const address = silent.address() as AddressInfo;
    const routes = new ProxyRoutes(() => `http://127.0.0.1:${address.port}`, clock);
    const dialler = new Dialler(clock, routes, () => {});
    undo.push(() => dialler.closeWaiting(true));
    const baseUrl = 'https://127.0.0.1:1/backend-api/codex';
    for (let time = 0; time < 3; time += 1) {
      const timer = new ConnectionTimer(() => clock.monotonicMs());
      const dialled = dialler.dial({ baseUrl, headers: [] }, timer, new AbortController().signal);
      if (time === 2) dialler.noteTurn(baseUrl);
      await soon(() => expect(held.size).toBe(time === 2 ? 2 : 1));
      clock.advance(5_000);
      expect(await dialled).toMatchObject({ ok: false, outcome: { fault: 'timeout' } });
      await soon(() => expect([held.size, clock.pending]).toEqual([0, 0]));
    }
  });

  it('are passed over where the far end answers nothing', async () => {
    const { lines, clock } = warmLines();
    lines.noteTurn('https://127.0.0.1:1/backend-api/codex');
    await aWhile();
    expect([lines.take('https://127.0.0.1:1/backend-api/codex'), clock.pending]).toEqual([null, 0]);
  });
});

describe('a new session', () => {
  it('is upgraded on the warm connection, and on a new one where nothing is warm after a change of the network', async () => {
    const rig = await startPool({}, { tls: certificate });
    undo.push(() => rig.stop());
    let sessions = 0;
    const stepsOfNext = async () => {
      sessions += 1;
      const turn = rig.turn(`session ${sessions}`);
      expect(await turn.outcome).toEqual({ kind: 'finished' });
      return turn.steps();
    };
    expect(await stepsOfNext()).toEqual(['tcp', 'tls', 'upgrade']);
    await vi.waitFor(async () => expect(await stepsOfNext()).toEqual(['upgrade']));
    rig.pool.suspectIdle();
    expect(await stepsOfNext()).toEqual(['tcp', 'tls', 'upgrade']);
    // Each has a socket of its own all the same.
    expect(new Set(rig.connections()).size).toBe(sessions);
  });

  it('is tried on a new connection where the warm one has died unseen', async () => {
    const far = await farEnd();
    const clock = fakeClock();
    const dialler = new Dialler(clock, new ProxyRoutes(() => null, clock), () => {});
    undo.push(() => dialler.closeWaiting(true));
    dialler.noteTurn(far.url);
    await soon(() => expect([clock.pending, far.open.size]).toEqual([1, 1]));
    for (const socket of far.open) socket.once('data', () => socket.destroy());
    const timer = new ConnectionTimer(() => clock.monotonicMs());
    const abort = new AbortController();
    const dialling = dialler.dial({ baseUrl: far.url, headers: [] }, timer, abort.signal);
    await soon(() => expect([far.count(), timer.phases.map(({ name }) => name)]).toEqual([2, ['tcp', 'tls']]));
    abort.abort();
    expect(await dialling).toEqual({ ok: false, outcome: { kind: 'aborted' } });
  });
});
