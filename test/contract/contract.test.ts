import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientHandlers } from '../../src-main/clients/handlers.ts';
import { Redactor } from '../../src-main/core/traces/redaction.ts';
import { faceHandlers } from '../../src-main/node/face-handlers.ts';
import { type CallInput, type CallName, contract, type Handlers, isCallName } from '../../src-main/shared/contract.ts';
import { CoinRequest, LabRequest } from '../../src-main/shared/lab.ts';
import { Delta } from '../../src-main/shared/model.ts';
import { type Rig, startRig } from '../support/slipstream.ts';

const names = Object.keys(contract).filter(isCallName);
const long = 'x'.repeat(2_000_000);

/** What no call takes. */
const never: readonly unknown[] = [undefined, 0, true, 'x', [], [null]];

/** What each call must not take besides. */
const keyFacts = { name: 'a', expiresAt: null, models: null, tiers: null, requestsPerDay: null, tokensPerDay: null };

const wrong: { readonly [K in CallName]?: readonly unknown[] } = {
  'app.snapshot': [{}],
  'app.status': [{}],
  'app.apiKey': [{}],
  'app.dashboardUrl': [{}],
  'app.diagnostics': [{}],
  'updates.get': [{}],
  'updates.install': [{}],
  'requests.dragHar': [null, {}, { ids: [] }, { ids: [7] }],
  'settings.get': [{}],
  'settings.set': [
    null,
    { paused: 'yes' },
    { paused: null },
    { startAtLogin: 'yes' },
    { startAtLogin: 1 },
    { originator: 'two words' },
    { originator: '' },
    { originator: 'a\nb' },
    { allowedOrigins: ['not a url'] },
    { allowedOrigins: ['javascript:alert(1)'] },
    { allowedOrigins: 'https://a.test' },
    { proxyUrl: 'file:///etc/passwd' },
    { caFile: '' },
    { metrics: 'on' },
    { opensAhead: 'yes' },
    { fastShortcut: 'F' },
    { notices: ['news'] },
    { quietHours: { fromMinute: 0, toMinute: 1440 } },
    { updates: true },
    { otlpEndpoint: 'http://user:secret@collector.test' },
    { otlpEndpoint: 'ftp://collector.test' },
    { fastPolicy: 'fast' },
    { fastPolicy: true },
    { fastPolicy: null },
    { strategy: 'cheapest' },
    { pinnedAccountId: 7 },
  ],
  'keys.list': [{}],
  'keys.create': [
    null,
    {},
    { name: 'a' },
    { ...keyFacts, name: '' },
    { ...keyFacts, tokensPerDay: 0 },
    { ...keyFacts, models: [] },
    { ...keyFacts, expiresAt: 8.65e15 },
    { ...keyFacts, expiresAt: -1 },
  ],
  'keys.update': [null, { id: 'a' }, { id: 7, facts: keyFacts }],
  'keys.revoke': [null, {}, { id: 7 }, { id: long }],
  'metrics.access': [null, {}, { renew: 'yes' }],
  'accounts.list': [{}],
  'accounts.preview': [null, {}, { text: 7 }, { text: long }],
  'accounts.import': [null, {}, { text: 7 }, { text: long }, { path: '/etc/passwd' }],
  'accounts.setEnabled': [
    null,
    {},
    { id: 'a' },
    { enabled: true },
    { id: 'a', enabled: 'yes' },
    { id: long, enabled: true },
  ],
  'accounts.setProxy': [null, { id: 'a' }, { id: 'a', proxyUrl: 'file:///x' }, { id: 'a', proxyUrl: '' }],
  'ways.test': [null, {}, { accountId: null }, { accountId: long, proxyUrl: null }, { accountId: null, proxyUrl: 'x' }],
  'accounts.setWebsockets': [null, { id: 'a' }, { id: 'a', websockets: 'no' }, { id: 7, websockets: null }],
  'accounts.tryAgain': [null, {}, { id: 7 }],
  'accounts.remove': [null, {}, { id: 7 }, { id: long }],
  'accounts.readUsage': [null, {}, { id: 7 }, { id: long }],
  'accounts.freshenUsage': [{}],
  'accounts.link': [null, {}, { path: '' }, { path: 7 }, { path: long }],
  'accounts.setNickname': [
    null,
    {},
    { id: 'a' },
    { id: 'a', nickname: ' ' },
    { id: 'a', nickname: '\u200b\u202e\u3164' },
    { id: 'a', nickname: 'n'.repeat(41) },
    { id: 'a', nickname: 'two\nlines' },
  ],
  'accounts.setPriority': [
    null,
    { id: 'a' },
    { id: 'a', priority: 1.5 },
    { id: 'a', priority: 101 },
    { id: 'a', priority: '1' },
  ],
  'accounts.signOut': [null, { id: 'a' }, { id: 'a', revoke: 'yes' }, { revoke: true }],
  'signIn.start': [null, {}, { method: 'password' }, { method: null }],
  'signIn.cancel': [null, {}, { id: 7 }, { id: long }],
  'signIn.paste': [null, { id: 'a' }, { id: 'a', url: long }, { url: 'http://x' }],
  'signIn.wait': [null, {}, { id: 7 }],
  'signIn.dismiss': [null, {}, { id: 7 }, { id: long }],
  'requests.detail': [null, {}, { id: 7 }, { id: long }],
  'requests.test': [null, {}, { model: '' }, { model: long }],
  'clients.list': [{}],
  'clients.plan': [null, {}, { id: 'codex' }, { mode: 'login' }, { id: 'codex', mode: long }],
  'clients.snippet': [null, {}, { id: 'codex' }, { id: 7, mode: 'login' }, { id: long, mode: 'login' }],
  'clients.apply': [null, { id: 'codex', mode: 'login' }, { id: 'codex', mode: 'login', hash: long }],
  'clients.undoPlan': [null, {}, { id: 7 }, { id: long }],
  'clients.undo': [null, {}, { id: 7 }, { id: long }, { id: 'codex', hash: null }, { id: 'codex', hash: long }],
};

/** Calls whose answer needs more than a sample input; tested where their doing is tested. */
const elsewhere: readonly string[] = [
  'signIn.paste',
  'lab.confirm',
  'lab.continuation',
  'lab.continue',
  'profiles.learn',
  'profiles.learnFrom',
  'requests.dragHar',
  'requests.mark',
  'requests.stop',
];

function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length > 60 ? `${text.slice(0, 40)}… (${text.length} characters)` : text;
}

describe('the input of every call', () => {
  it.each(
    names.flatMap((name) => [...never, ...(wrong[name] ?? [])].map((input) => [name, brief(input), input] as const)),
  )('%s refuses %s', (name, _shown, input) => {
    expect(contract[name].input.safeParse(input).success).toBe(false);
  });

  it.each(names)('%s says who may call it', (name) => {
    const { callers } = contract[name];
    expect(callers.length).toBeGreaterThan(0);
    expect(callers.filter((caller) => caller !== 'screen' && caller !== 'command')).toEqual([]);
  });

  it.each(['', 'toString', 'constructor', '__proto__', 'app.snapshot ', 'APP.SNAPSHOT'])('%j names no call', (name) => {
    expect(isCallName(name)).toBe(false);
  });
});

describe('what the handlers of a composed app answer', () => {
  let rig: Rig;
  let handlers: Handlers;
  let firstId: string;
  let requestId: string;

  /** A valid input for each call; those that take something away come with something of their own. */
  const samples: { readonly [K in CallName]?: () => Promise<CallInput<K>> | CallInput<K> } = {
    'app.snapshot': () => null,
    'app.status': () => null,
    'app.apiKey': () => null,
    'app.dashboardUrl': () => null,
    'app.diagnostics': () => null,
    'app.rotateKey': () => null,
    'browsers.list': () => null,
    'updates.get': () => null,
    'updates.check': () => null,
    'updates.download': () => null,
    'updates.install': () => null,
    'updates.postpone': () => null,
    'browsers.revoke': () => ({ id: 'none' }),
    'settings.get': () => null,
    'settings.set': () => ({
      paused: false,
      startAtLogin: false,
      originator: 'codex_vscode',
      fastPolicy: 'on',
      strategy: 'round-robin',
      pinnedAccountId: firstId,
    }),
    'keys.list': () => null,
    'keys.create': () => keyFacts,
    'keys.update': async () => ({ id: await keyId('changed'), facts: { ...keyFacts, name: 'changed twice' } }),
    'keys.revoke': async () => ({ id: await keyId('revoked') }),
    'metrics.access': () => ({ renew: false }),
    'accounts.list': () => null,
    'accounts.preview': () => ({ text: rig.simulator.addAccount().authJson() }),
    'accounts.import': () => ({ text: rig.simulator.addAccount().authJson() }),
    'accounts.setEnabled': () => ({ id: firstId, enabled: true }),
    'accounts.setProxy': () => ({ id: firstId, proxyUrl: null }),
    'ways.test': () => ({ accountId: firstId, proxyUrl: null }),
    'accounts.setWebsockets': () => ({ id: firstId, websockets: null }),
    'accounts.tryAgain': () => ({ id: firstId }),
    'accounts.remove': async () => ({ id: await importedId() }),
    'accounts.readUsage': () => ({ id: firstId }),
    'accounts.freshenUsage': () => null,
    'accounts.link': () => {
      const path = join(rig.host.dataDir, 'auth.json');
      writeFileSync(path, rig.simulator.addAccount().authJson());
      return { path };
    },
    'accounts.setPriority': () => ({ id: firstId, priority: 2 }),
    'accounts.setNickname': () => ({ id: firstId, nickname: ' Work ' }),
    'accounts.signOut': async () => ({ id: await importedId(), revoke: true }),
    'signIn.start': () => ({ method: 'device' }),
    'signIn.cancel': async () => ({ id: await signInId() }),
    'signIn.dismiss': async () => ({ id: await signInId() }),
    'signIn.wait': async () => {
      const id = await signInId();
      await rig.app.handlers['signIn.cancel']({ id });
      return { id };
    },
    'requests.detail': () => ({ id: requestId }),
    'requests.text': () => ({ id: requestId, part: 'client', offset: 0 }),
    'requests.payloads': () => ({ id: requestId, from: 0, which: 'ends' }),
    'requests.query': () => ({ filter: {}, cursor: null, limit: 10 }),
    'requests.choices': () => null,
    'sessions.query': () => ({ filter: {}, cursor: null, limit: 10 }),
    'sessions.get': async () => ({ id: (await rig.lastTrace()).row.sessionId ?? '', cursor: null, limit: 10 }),
    'requests.compare': () => ({ a: requestId, b: requestId }),
    'requests.curl': () => ({ id: requestId }),
    'requests.replay': () => ({ id: requestId, tier: 'same', model: null, transport: null }),
    'requests.test': () => ({ model: 'gpt-5.5' }),
    'requests.storeState': () => null,
    'export.har': () => ({ ids: [requestId], filter: {}, limit: 10, withBodies: false }),
    'latency.query': () => ({ metric: 'total', groupBy: 'tier', filter: {}, buckets: 10, bins: 10 }),
    'latency.passive': () => ({ filter: {} }),
    'usage.sums': () => ({ fromDay: null, toDay: null, by: ['day', 'account'] }),
    'usage.windows': () => null,
    'lab.estimate': () => labRequest,
    'coin.start': async () => {
      await rig.app.handlers['settings.set']({ fastPolicy: 'auto' });
      return CoinRequest.parse({});
    },
    'coin.stop': async () => ({
      id: (await handlers['lab.list'](null)).find(({ request }) => request.kind === 'coin')?.id ?? '',
    }),
    'lab.start': () => labRequest,
    'lab.stop': () => null,
    'lab.list': () => null,
    'lab.get': async () => ({ id: (await handlers['lab.list'](null))[0]?.id ?? '' }),
    'requests.clear': () => null,
    'profiles.get': () => null,
    'profiles.compare': async () => {
      const headers = { originator: 'codex_exec', 'user-agent': 'codex_exec/0.171.0', version: '0.171.0' };
      await (await rig.post('/v1/responses', { model: 'gpt-5.5', input: 'Count to 3', stream: true }, headers)).text();
      return { version: '0.171.0', source: 'traffic' };
    },
    'profiles.stop': () => null,
    'profiles.dismiss': () => ({ version: '0.171.0' }),
    'clients.list': () => null,
    'clients.plan': () => ({ id: 'codex', mode: 'provider' }),
    'clients.snippet': () => ({ id: 'opencode', mode: 'provider' }),
    'clients.apply': async () => {
      const { hash } = await handlers['clients.plan']({ id: 'codex', mode: 'provider' });
      return { id: 'codex', mode: 'provider', hash };
    },
    'clients.undoPlan': () => ({ id: 'codex' }),
    'clients.undo': () => ({ id: 'codex' }),
  };

  const labRequest = LabRequest.parse({ pairs: 3, prompt: 'ok' });

  async function keyId(name: string): Promise<string> {
    const { keys } = await handlers['keys.create']({ ...keyFacts, name });
    return keys.find((key) => key.name === name)?.id ?? '';
  }

  async function importedId(): Promise<string> {
    const added = rig.simulator.addAccount();
    const views = await rig.app.handlers['accounts.import']({ text: added.authJson() });
    return views.find(({ email }) => email === added.email)?.id ?? '';
  }

  async function signInId(): Promise<string> {
    // There is one at a time.
    const { signIn } = rig.app.snapshot();
    return signIn?.state === 'waiting' ? signIn.id : (await rig.app.handlers['signIn.start']({ method: 'device' })).id;
  }

  beforeAll(async () => {
    rig = await startRig({ traceKeeping: 'database' });
    const { app, host } = rig;
    const around = { platform: process.platform, env: {}, homeDir: join(host.dataDir, 'home') };
    handlers = {
      ...app.handlers,
      ...clientHandlers({ app, host, redactor: new Redactor(), around }),
      ...faceHandlers({
        app,
        host: { ...host, recentProblems: () => [] },
        redactor: new Redactor(),
      }),
    };
    await (await rig.post('/v1/responses', { model: 'gpt-5.5', input: 'Count to 3', stream: true })).text();
    requestId = (await rig.lastTrace()).row.id;
    firstId = (await rig.app.handlers['accounts.list'](null))[0]?.id ?? '';
  });

  afterAll(() => rig.stop());

  const isSampled = (name: string): name is CallName => Object.hasOwn(samples, name);

  it('is looked at for every call, here or elsewhere', () => {
    expect(names.filter((name) => !isSampled(name) && !elsewhere.includes(name))).toEqual([]);
    expect(Object.keys(handlers).sort()).toEqual([...names].sort());
  });

  it.each(names.filter(isSampled))('%s passes its output schema, with nothing beside it', async (name) => {
    const value = await answer(name);
    const parsed = contract[name].output.parse(value);
    // The schema drops what it does not know: equality says there was nothing of the kind.
    expect(parsed).toEqual(value);
  });

  async function answer<K extends CallName>(name: K): Promise<unknown> {
    const sample: (() => Promise<CallInput<K>> | CallInput<K>) | undefined = samples[name];
    if (sample === undefined) throw new Error(`no sample for ${name}`);
    const handler: (input: CallInput<K>) => unknown = handlers[name];
    const input = await sample();
    expect(contract[name].input.safeParse(input).success).toBe(true);
    return handler(input);
  }

  it('numbers deltas without a gap, each as the schema says', async () => {
    const seen: Delta[] = [];
    const before = rig.app.snapshot().seq;
    const leave = rig.app.onDelta((delta) => seen.push(delta));
    await rig.app.handlers['settings.set']({ fastPolicy: 'off' });
    await rig.app.handlers['accounts.setEnabled']({ id: firstId, enabled: true });
    await rig.app.handlers['settings.set']({ fastPolicy: 'auto' });
    leave();
    expect(seen.map(({ seq }) => seq)).toEqual(seen.map((_delta, index) => before + 1 + index));
    expect(seen.map((delta) => Delta.parse(delta))).toEqual(seen);
    expect(rig.app.snapshot().seq).toBe(seen.at(-1)?.seq);
  });

  it.each([
    ['requests.detail', 'exchange_unknown', () => rig.app.handlers['requests.detail']({ id: 'nonsense' })],
    [
      'accounts.setEnabled',
      'account_unknown',
      () => rig.app.handlers['accounts.setEnabled']({ id: 'x', enabled: true }),
    ],
    ['accounts.remove', 'account_unknown', () => rig.app.handlers['accounts.remove']({ id: 'x' })],
    ['accounts.import', 'account_file_invalid', () => rig.app.handlers['accounts.import']({ text: '{}' })],
  ] as const)('%s fails with %s for what is not there', async (_name, code, act) => {
    await expect((async () => act())()).rejects.toMatchObject({ code });
  });
});
