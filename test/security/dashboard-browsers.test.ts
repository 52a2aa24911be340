import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBrowserKeys } from '../../src-main/node/browser-keys.ts';
import { signedText } from '../../src-main/shared/signed-text.ts';
import { type BridgeRig, greet, startBridgeRig, type TestSocket } from '../support/bridge-rig.ts';
import { realClock, recordingLog, troublesIn } from '../support/host.ts';

const refused = 4401;

interface Key {
  readonly publicKey: string;
  readonly privateKey: KeyObject;
}
interface Challenge {
  readonly instance: string;
  readonly nonce: string;
}

function makeKey(namedCurve = 'P-256'): Key {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve });
  return { publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64url'), privateKey };
}

function signed(text: string, { privateKey }: Key): string {
  return sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url');
}

describe('a browser that stays signed in', () => {
  let rig: BridgeRig;
  beforeEach(async () => {
    rig = await startBridgeRig();
  });
  afterEach(() => rig.stop());

  const enrol = async (key: Key, origin = rig.origin) => {
    const socket = await rig.connect(origin);
    const answer = await greet(socket, { ticket: rig.bridge.mintTicket(), publicKey: key.publicKey });
    const { welcome } = answer as { welcome: { session: string; browser: string } };
    return { ...welcome, socket };
  };
  const challenged = async (browser: string, origin = rig.origin) => {
    const socket = await rig.connect(origin);
    const { challenge } = (await greet(socket, { browser })) as { challenge: Challenge };
    return { socket, challenge };
  };
  const answer = async (socket: TestSocket, proof: string) => {
    socket.send({ proof });
    return Promise.race([socket.next(), socket.closed]);
  };

  it('is let in by its signature, and told apart from who only knows its name', async () => {
    const key = makeKey();
    const { browser } = await enrol(key);
    const { socket, challenge } = await challenged(browser);
    const proof = signed(signedText({ ...challenge, origin: rig.origin }), key);
    expect(await answer(socket, proof)).toEqual({ welcome: { session: expect.any(String), browser } });
    expect(rig.browsers.list()).toMatchObject([{ id: browser, origin: rig.origin }]);
  });

  const cases: readonly [string, (facts: { challenge: Challenge; origin: string; key: Key }) => string][] = [
    ['by another key', ({ challenge, origin }) => signed(signedText({ ...challenge, origin }), makeKey())],
    [
      'for another origin',
      ({ challenge, key }) => signed(signedText({ ...challenge, origin: 'http://127.0.0.1:1' }), key),
    ],
    [
      'for another instance',
      ({ challenge, origin, key }) => signed(signedText({ ...challenge, instance: 'x'.repeat(36), origin }), key),
    ],
    [
      'for another connection',
      ({ challenge, origin, key }) => signed(signedText({ ...challenge, nonce: 'x'.repeat(43), origin }), key),
    ],
    ['of nothing', ({ key }) => signed('', key)],
    ['that is empty', () => ''],
    ['that is no base64', () => '\u0000%%%'],
  ];
  it.each(cases)('refuses a signature %s', async (_name, makeProof) => {
    const key = makeKey();
    const { browser } = await enrol(key);
    const { socket, challenge } = await challenged(browser);
    expect(await answer(socket, makeProof({ challenge, origin: rig.origin, key }))).toBe(refused);
  });

  it('refuses a signature that was used before', async () => {
    const key = makeKey();
    const { browser } = await enrol(key);
    const first = await challenged(browser);
    const proof = signed(signedText({ ...first.challenge, origin: rig.origin }), key);
    expect(await answer(first.socket, proof)).toMatchObject({ welcome: {} });
    const second = await challenged(browser);
    expect(await answer(second.socket, proof)).toBe(refused);
  });

  it.each<[string, unknown]>([
    ['a call', { id: 1, name: 'app.apiKey', input: null }],
    ['another hello', { hello: { session: 'x' } }],
    ['a proof with more beside it', { proof: 'x', as: 'command' }],
  ])('refuses %s in place of the proof', async (_name, message) => {
    const { browser } = await enrol(makeKey());
    const { socket } = await challenged(browser);
    socket.send(message);
    expect(await socket.closed).toBe(refused);
  });

  it('asks no proof of a name it does not know, under another of our names, or from a program', async () => {
    const { browser } = await enrol(makeKey());
    const elsewhere = rig.origin.replace('127.0.0.1', 'localhost');
    for (const [origin, name] of [
      [rig.origin, 'x'.repeat(43)],
      [elsewhere, browser],
      [undefined, browser],
    ] as const) {
      const socket = await rig.connect(origin);
      socket.send({ hello: { browser: name } });
      expect(await socket.closed).toBe(refused);
    }
  });

  it('forgets a browser that is signed out: its tabs, their sessions, and a challenge that is under way', async () => {
    const key = makeKey();
    const { browser, session, socket } = await enrol(key);
    const kept = await enrol(makeKey());
    const underWay = await challenged(browser);
    rig.browsers.revoke(browser);
    expect(await socket.closed).toBe(refused);
    const proof = signed(signedText({ ...underWay.challenge, origin: rig.origin }), key);
    expect(await answer(underWay.socket, proof)).toBe(refused);
    for (const hello of [{ session }, { browser }]) {
      const again = await rig.connect(rig.origin);
      again.send({ hello });
      expect(await again.closed).toBe(refused);
    }
    expect(rig.browsers.list().map(({ id }) => id)).toEqual([kept.browser]);
    const other = await rig.connect(rig.origin);
    expect(await greet(other, { session: kept.session })).toMatchObject({ welcome: {} });
  });

  it('enrols nobody without a good ticket, and no key of another kind', async () => {
    const bad = await rig.connect(rig.origin);
    bad.send({ hello: { ticket: 'x'.repeat(43), publicKey: makeKey().publicKey } });
    expect(await bad.closed).toBe(refused);
    for (const publicKey of ['', 'nonsense', makeKey('secp256k1').publicKey]) {
      const socket = await rig.connect(rig.origin);
      const welcome = await greet(socket, { ticket: rig.bridge.mintTicket(), publicKey });
      expect(welcome).toEqual({ welcome: { session: expect.any(String) } });
    }
    expect(rig.browsers.list()).toEqual([]);
  });
});

describe('the file of browsers', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'slipstream-browsers-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  const page = {
    origin: 'http://127.0.0.1:2575',
    agent: 'Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0',
  };
  const open = (dir = dataDir) =>
    openBrowserKeys({ dataDir: dir, troubles: troublesIn(dir), clock: realClock, log: recordingLog() });
  const path = () => join(dataDir, 'browsers.json');

  it('keeps browsers and the name of the program over a restart, for its owner alone', () => {
    const key = makeKey();
    const id = open().enrol(key.publicKey, page) ?? '';
    const [first, second] = [open(), open()].map((each) => each.challenge(id, page));
    expect(first?.instance).toBe(second?.instance);
    expect(open().list()).toMatchObject([{ id, name: 'Firefox on Linux', origin: page.origin }]);
    if (process.platform !== 'win32') expect(statSync(path()).mode & 0o777).toBe(0o600);
  });

  it('tells where a browser cannot be forgotten, and has it still', () => {
    const browsers = open();
    const id = browsers.enrol(makeKey().publicKey, page) ?? '';
    rmSync(path());
    mkdirSync(path());
    expect(() => browsers.revoke(id)).toThrow('Nothing was changed');
    expect(browsers.list()).toMatchObject([{ id }]);
    rmSync(path(), { recursive: true });
    browsers.revoke(id);
    expect(open().list()).toEqual([]);
  });

  it('is of no use to another program, whose name differs', () => {
    const key = makeKey();
    const [mine, other] = [open(), open(mkdtempSync(join(dataDir, 'other-')))];
    const id = mine.enrol(key.publicKey, page) ?? '';
    expect(other.challenge(id, page)).toBeNull();
    other.enrol(key.publicKey, page);
    const challenge = other.challenge(id, page) ?? { instance: '', nonce: '' };
    const signature = signed(signedText({ ...challenge, origin: page.origin }), key);
    expect(other.proves(id, page, { challenge, signature })).toBe(true);
    expect(mine.proves(id, page, { challenge, signature })).toBe(false);
  });

  it('holds the 20 that were used last, each once', () => {
    const keys = Array.from({ length: 22 }, () => makeKey());
    const store = open();
    const ids = keys.map(({ publicKey }) => store.enrol(publicKey, page));
    store.enrol(keys[2]?.publicKey ?? '', page);
    expect(store.list().map(({ id }) => id)).toEqual([ids[2], ...ids.slice(3).reverse()]);
  });

  it.each(['', '{', '{"version":1}', '[]'])('lets nobody in where it is damaged: %j', (text) => {
    open().enrol(makeKey().publicKey, page);
    writeFileSync(path(), text);
    const store = open();
    expect(store.list()).toEqual([]);
    expect(store.enrol(makeKey().publicKey, page)).not.toBeNull();
    expect(JSON.parse(readFileSync(path(), 'utf8'))).toMatchObject({ browsers: [{}] });
  });
});
