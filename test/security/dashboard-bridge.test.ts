import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCredentials } from '../../src-main/node/bridge-credentials.ts';
import { plainSettings } from '../renderer/fixtures.ts';
import { type BridgeRig, greet, openSocket, startBridgeRig } from '../support/bridge-rig.ts';

const refused = 4401;
const stopping = 1001;
const invalidPayload = 1007;
const tooBig = 1009;

describe('the bridge', () => {
  let rig: BridgeRig;
  beforeEach(async () => {
    rig = await startBridgeRig();
  });
  afterEach(() => rig.stop());

  const asCommand = async () => {
    const socket = await rig.connect();
    expect(await greet(socket, { control: rig.controlToken })).toEqual({ welcome: { session: null } });
    return socket;
  };
  const asPage = async () => {
    const socket = await rig.connect(rig.origin);
    const answer = await greet(socket, { ticket: rig.bridge.mintTicket() });
    expect(answer).toEqual({ welcome: { session: expect.stringMatching(/^[\w-]{43}$/) } });
    return socket;
  };

  describe('lets in', () => {
    it('a page of our own with a ticket, and again with the session it became', async () => {
      const first = await rig.connect(rig.origin);
      const { welcome } = (await greet(first, { ticket: rig.bridge.mintTicket() })) as { welcome: { session: string } };
      const reloaded = await rig.connect(rig.origin);
      expect(await greet(reloaded, { session: welcome.session })).toEqual({ welcome: { session: welcome.session } });
    });

    it('a page under each of our names', async () => {
      const port = new URL(rig.origin).port;
      for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
        const page = await rig.connect(`http://${host}:${port}`);
        expect(await greet(page, { ticket: rig.bridge.mintTicket() })).toMatchObject({ welcome: {} });
      }
    });

    it('a command with the control token', async () => {
      await asCommand();
    });
  });

  describe('closes with 4401', () => {
    it('a ticket that was used before', async () => {
      const ticket = rig.bridge.mintTicket();
      await greet(await rig.connect(rig.origin), { ticket });
      const second = await rig.connect(rig.origin);
      second.send({ hello: { ticket } });
      expect(await second.closed).toBe(refused);
    });

    it.each<[string, (rig: BridgeRig) => unknown]>([
      ['an unknown ticket', () => ({ hello: { ticket: 'x'.repeat(43) } })],
      ['an unknown session', () => ({ hello: { session: 'x'.repeat(43) } })],
      ['a ticket used as a session', ({ bridge }) => ({ hello: { session: bridge.mintTicket() } })],
      ['the control token from a page', ({ controlToken }) => ({ hello: { control: controlToken } })],
      ['two credentials at once', ({ bridge }) => ({ hello: { ticket: bridge.mintTicket(), session: 'x' } })],
      ['a call before the hello', () => ({ id: 1, name: 'app.apiKey', input: null })],
      ['an empty object', () => ({})],
      ['JSON that is not an object', () => '[]'],
      ['what is not JSON', () => '{"hello":'],
    ])('%s', async (_name, message) => {
      const page = await rig.connect(rig.origin);
      page.send(message(rig));
      expect(await page.closed).toBe(refused);
    });

    it('a ticket from a program that names no origin', async () => {
      const socket = await rig.connect();
      socket.send({ hello: { ticket: rig.bridge.mintTicket() } });
      expect(await socket.closed).toBe(refused);
    });

    it('a wrong control token', async () => {
      const socket = await rig.connect();
      socket.send({ hello: { control: `${rig.controlToken}x` } });
      expect(await socket.closed).toBe(refused);
    });

    it('a hello in a binary frame', async () => {
      const socket = await rig.connect();
      socket.raw.send(Buffer.from(JSON.stringify({ hello: { control: rig.controlToken } })), { binary: true });
      expect(await socket.closed).toBe(refused);
    });
  });

  it.each([
    'https://evil.example',
    'http://127.0.0.1',
    'http://127.0.0.1:1',
    'null',
    'file://',
    'http://127.0.0.1.evil.example',
    'app://bundle',
  ])('refuses the upgrade of a page from %s', async (origin) => {
    await expect(rig.connect(origin)).rejects.toThrow('403');
  });

  it('refuses our own address over https', async () => {
    await expect(rig.connect(rig.origin.replace('http', 'https'))).rejects.toThrow('403');
  });

  it('takes its exact path only', async () => {
    const base = rig.origin.replace('http', 'ws');
    await expect(openSocket(`${base}/_slipstream/bridge?ticket=x`)).rejects.toThrow();
    await expect(openSocket(`${base}/_slipstream/`)).rejects.toThrow();
  });

  it('answers a plain request with 426 and nothing else', async () => {
    const response = await fetch(`${rig.origin}/_slipstream/bridge`);
    expect([response.status, await response.text()]).toEqual([426, '']);
  });

  it('answers calls by their id', async () => {
    const socket = await asCommand();
    socket.send({ id: 7, name: 'settings.set', input: { fastPolicy: 'on' } });
    expect(await socket.next()).toEqual({ id: 7, result: { ok: true, value: { ...plainSettings, fastPolicy: 'on' } } });
  });

  it.each([
    ['an unknown call', { name: 'app.exec', input: null }, 'call_unknown'],
    ['a name of the prototype', { name: 'constructor', input: null }, 'call_unknown'],
    ['a wrong input', { name: 'settings.set', input: { fastPolicy: 'ludicrous' } }, 'call_invalid'],
    ['a failure of ours', { name: 'accounts.remove', input: { id: 'x' } }, 'account_unknown'],
  ])('answers %s with its code', async (_name, call, code) => {
    const socket = await asCommand();
    socket.send({ id: 1, ...call });
    expect(await socket.next()).toMatchObject({ id: 1, result: { ok: false, error: { code } } });
  });

  it('refuses a page a call that is for commands', async () => {
    const page = await asPage();
    page.send({ id: 1, name: 'app.dashboardUrl', input: null });
    expect(await page.next()).toMatchObject({ result: { ok: false, error: { code: 'call_refused' } } });
  });

  it('tells of a bug in a handler its code only, and logs the rest', async () => {
    const page = await asPage();
    page.send({ id: 1, name: 'accounts.list', input: null });
    const answer = JSON.stringify(await page.next());
    expect(answer).toContain('internal');
    expect(answer).not.toMatch(/TypeError|canary|\.ts/);
    expect(rig.logLines).toContainEqual(expect.objectContaining({ level: 'error' }));
  });

  it.each([
    ['what is not JSON', 'nonsense'],
    ['a call with extra members', '{"id":1,"name":"app.apiKey","input":null,"as":"command"}'],
    ['a call without an input', '{"id":1,"name":"app.apiKey"}'],
    ['a call without an id', '{"name":"app.apiKey","input":null}'],
  ])('closes on %s', async (_name, text) => {
    const socket = await asCommand();
    socket.send(text);
    expect(await socket.closed).toBe(invalidPayload);
  });

  it('closes on a message over 2 MiB', async () => {
    const socket = await asCommand();
    socket.send({ id: 1, name: 'accounts.import', input: { text: 'x'.repeat(2 * 1024 * 1024) } });
    expect(await socket.closed).toBe(tooBig);
  });

  it('pushes deltas to those let in, and to nobody else', async () => {
    const page = await asPage();
    const stranger = await rig.connect(rig.origin);
    const heard: unknown[] = [];
    stranger.raw.on('message', (data) => heard.push(data));
    const delta = { seq: 1, kind: 'settings', settings: { ...plainSettings, fastPolicy: 'on' } } as const;
    rig.push(delta);
    expect(await page.next()).toEqual({ delta });
    stranger.send({});
    await stranger.closed;
    expect(heard).toEqual([]);
  });

  it('drops a reader that does not read, and keeps the others', async () => {
    const slow = await asCommand();
    const quick = await asCommand();
    slow.raw.pause();
    let seq = 0;
    let isClosed = false;
    void slow.closed.then(() => {
      isClosed = true;
    });
    const text = 'x'.repeat(1024 * 1024);
    while (seq < 64) {
      seq += 1;
      rig.push({ seq, kind: 'accounts', accounts: [{ email: text } as never] });
      expect(await quick.next()).toMatchObject({ delta: { seq } });
    }
    slow.raw.resume();
    await slow.closed;
    expect(isClosed).toBe(true);
  });

  it('takes at most 64 connections', async () => {
    const sockets = await Promise.all(Array.from({ length: 64 }, () => rig.connect()));
    await expect(rig.connect()).rejects.toThrow('503');
    sockets[0]?.raw.close();
    await sockets[0]?.closed;
    await vi.waitFor(() => rig.connect());
  });

  it('says 1001 when it stops', async () => {
    const page = await asPage();
    rig.bridge.close();
    expect(await page.closed).toBe(stopping);
  });
});

describe('the bridge of the desktop face', () => {
  it('lets in commands and no page at all', async () => {
    const rig = await startBridgeRig({ allowDashboard: false });
    try {
      await expect(rig.connect(rig.origin)).rejects.toThrow('403');
      const socket = await rig.connect();
      expect(await greet(socket, { control: rig.controlToken })).toEqual({ welcome: { session: null } });
    } finally {
      await rig.stop();
    }
  });
});

describe('bridge credentials', () => {
  let nowMs = 0;
  const clock = { monotonicMs: () => nowMs, epochMs: () => nowMs, after: () => ({ cancel: () => {} }) };
  const page = { origin: 'http://127.0.0.1:2575', agent: '' };
  const browsers = {
    enrol: () => null,
    challenge: () => null,
    proves: () => false,
    list: () => [],
    revoke: () => {},
    onRevoke: () => () => {},
  };
  const make = () => createCredentials({ clock, controlToken: 'control', browsers });

  it('are random: 32 bytes each', () => {
    const { mintTicket } = make();
    const tickets = new Set(Array.from({ length: 100 }, mintTicket));
    expect(tickets.size).toBe(100);
    for (const ticket of tickets) expect(Buffer.from(ticket, 'base64url')).toHaveLength(32);
  });

  it('a ticket is good for a minute', () => {
    const credentials = make();
    const [early, late] = [credentials.mintTicket(), credentials.mintTicket()];
    nowMs += 59_999;
    expect(credentials.admit({ ticket: early }, page)).toMatchObject({ caller: 'screen' });
    nowMs += 1;
    expect(credentials.admit({ ticket: late }, page)).toBeNull();
  });

  it('the oldest of more than 50 sessions goes', () => {
    const credentials = make();
    const sessions = Array.from({ length: 51 }, () => {
      const admission = credentials.admit({ ticket: credentials.mintTicket() }, page);
      return admission?.session ?? '';
    });
    const isGood = (session = '') => credentials.admit({ session }, page) !== null;
    expect(sessions.map(isGood)).toEqual([false, ...Array.from({ length: 50 }, () => true)]);
  });
});
