import * as conventions from '@opentelemetry/semantic-conventions/incubating';
import parse from 'parse-prometheus-text-format';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Collector, startCollector } from '../support/collector.ts';
import { startConnectProxy } from '../support/connect-proxy.ts';
import { type Rig, startRig } from '../support/slipstream.ts';
import { ask, post } from '../support/turn-client.ts';

let rig: Rig;
let collector: Collector;

beforeAll(async () => {
  [collector, rig] = await Promise.all([startCollector(), startRig({ traceKeeping: 'none' })]);
});
afterAll(async () => {
  await rig.stop();
  await collector.stop();
});

const secretWords = 'the-words-that-were-said';
const look = (headers: Record<string, string> = { authorization: `Bearer ${rig.apiKey}` }, method = 'GET') =>
  fetch(`${rig.baseUrl}/metrics`, { method, headers });
const families = async () => parse(await (await look()).text());
const sampleOf = async (name: string) => (await families()).find((family) => family.name === name)?.metrics ?? [];
const sum = (samples: readonly { readonly value?: string }[]) =>
  samples.reduce((total, { value }) => total + Number(value), 0);

describe('figures for Prometheus', () => {
  it('are not there until they are switched on', async () => {
    expect((await look()).status).toBe(404);
    await rig.app.handlers['settings.set']({ metrics: true });
    expect((await look()).status).toBe(200);
  });

  it('are for who has the API key or the token of their own, which opens nothing else and can be replaced', async () => {
    const { token } = await rig.app.handlers['metrics.access']({ renew: false });
    const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
    expect((await look(bearer(token))).status).toBe(200);
    expect((await look({ 'x-api-key': rig.apiKey })).status).toBe(200);
    expect((await look({})).status).toBe(401);
    expect((await look(bearer('wrong-key'))).status).toBe(401);
    expect((await look({ ...bearer(token), origin: 'https://evil.example' })).status).toBe(403);
    expect((await look(bearer(token), 'POST')).status).toBe(405);
    expect((await fetch(`${rig.baseUrl}/v1/models`, { headers: bearer(token) })).status).toBe(401);
    const { token: next } = await rig.app.handlers['metrics.access']({ renew: true });
    expect([(await look(bearer(token))).status, (await look(bearer(next))).status]).toEqual([401, 200]);
    expect(JSON.stringify(rig.app.snapshot())).not.toContain(next);
  });

  it('count turns, tries, tokens and times in a form that a parser reads, each family with its help', async () => {
    await post(rig, ask(`Reply with exactly: ${secretWords}`));
    await post(rig, ask('hello', { model: 'gpt-5.5' }));
    const all = await families();
    for (const { name, help } of all) expect([name, help.length > 5]).toEqual([name, true]);
    const names = all.map(({ name }) => name);
    for (const name of ['slipstream_turns_total', 'slipstream_attempts_total', 'slipstream_tokens_total']) {
      expect(names).toContain(name);
    }
    expect(sum(await sampleOf('slipstream_turns_total'))).toBe(2);
    expect((await sampleOf('slipstream_turns_total'))[0]?.labels).toMatchObject({
      kind: 'turn',
      dialect: 'responses',
      transport: 'ws',
      status: 'completed',
    });
    expect((await sampleOf('slipstream_turn_duration_seconds'))[0]).toMatchObject({ buckets: { '+Inf': '2' } });
    expect((await sampleOf('slipstream_first_token_seconds'))[0]).toMatchObject({ buckets: { '+Inf': '2' } });
    expect(await sampleOf('slipstream_accounts')).toMatchObject([{ labels: { state: 'ready' }, value: '1' }]);
    expect(await sampleOf('slipstream_running_turns')).toMatchObject([{ value: '0' }]);
    const text = await (await look()).text();
    expect(text).not.toMatch(new RegExp(`${secretWords}|@|${rig.apiKey}`));
  });

  it('grow no further than they may, whatever clients call themselves and their models', async () => {
    const hostile = Array.from({ length: 45 }, (_, index) => ({
      model: `model-${index}-evil`,
      agent: `agent-${index}-${'x'.repeat(index * 3)}/1.${index}`,
    }));
    await Promise.all(hostile.map(({ model, agent }) => post(rig, ask('hello', { model }), { 'user-agent': agent })));
    const clients = await sampleOf('slipstream_client_turns_total');
    expect(new Set(clients.map(({ labels }) => labels?.client)).size).toBeLessThanOrEqual(31);
    expect(clients.some(({ labels }) => labels?.client === 'other')).toBe(true);
    const models = new Set((await sampleOf('slipstream_turns_total')).map(({ labels }) => labels?.model));
    expect([...models].filter((model) => model?.startsWith('model-'))).toEqual([]);
    expect(sum(await sampleOf('slipstream_turns_total'))).toBe(47);
  });
});

describe('spans for a collector', () => {
  const stored = () => rig.app.handlers['settings.set']({ otlpEndpoint: collector.url });
  const traceId = '0af7651916cd43dd8448eb211c80319c';

  beforeAll(async () => {
    await stored();
    // Loaded by then.
    await rig.app.handlers['metrics.access']({ renew: false });
  });

  it('tell a turn with its tries and moments, as a part of the trace that the client is in', async () => {
    const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
    const own = () => collector.spans.filter((span) => span.traceId === traceId);
    await expect
      .poll(
        async () => {
          if (own().length === 0) await post(rig, ask(`Reply with exactly: ${secretWords}`), { traceparent });
          return own().length;
        },
        { timeout: 15_000, interval: 500 },
      )
      .toBeGreaterThan(5);
    const root = own().find(({ kind }) => kind === 2);
    const attempt = own().find(({ kind, parentSpanId }) => kind === 3 && parentSpanId === root?.spanId);
    expect(root).toMatchObject({ parentSpanId: 'b7ad6b7169203331', isError: false });
    expect(root?.name).toMatch(/^chat gpt/);
    expect(root?.attributes).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'openai.api.type': 'responses',
      'http.response.status_code': 200,
      'slipstream.status': 'completed',
    });
    expect(attempt?.attributes).toMatchObject({ 'slipstream.transport': 'ws', 'slipstream.attempt': 1 });
    expect(Number(attempt?.attributes['gen_ai.usage.output_tokens'])).toBeGreaterThan(0);
    const marks = own().filter(({ name, parentSpanId }) => name.startsWith('until ') && parentSpanId === root?.spanId);
    expect(marks.map(({ name }) => name)).toEqual(expect.arrayContaining(['until normalised', 'until firstText']));
    for (const { startMs, endMs } of own()) expect(endMs).toBeGreaterThanOrEqual(startMs);
    expect(collector.received.join('\n')).not.toMatch(new RegExp(`${secretWords}|${rig.apiKey}|example\\.test`));
  });

  it('hold no secret that a client has for a name, and neither do figures', async () => {
    const secret = `sk-${'a1b2c3d4'.repeat(3)}`;
    const named = (trace: string) => ({
      'user-agent': `${secret}/1.0`,
      'session-id': `session-of-${rig.apiKey}`,
      traceparent: `00-${trace}-b7ad6b7169203331-01`,
    });
    const other = traceId.replace('0af7', '0bf7');
    await post(rig, ask('hello', { model: `model-${rig.apiKey}` }), named(other));
    await expect.poll(() => collector.spans.some((span) => span.traceId === other)).toBe(true);
    const told = [...collector.received, await (await look()).text()].join('\n');
    expect(told).toContain('model-<redacted>');
    expect(told).not.toMatch(new RegExp(`${secret}|${rig.apiKey}`));
  });

  it('use names of the conventions that are current', () => {
    const known = new Set<unknown>(Object.values(conventions));
    const used = new Set(collector.spans.flatMap(({ attributes }) => Object.keys(attributes)));
    const unknown = [...used].filter((name) => !name.startsWith('slipstream.') && !known.has(name));
    expect(unknown).toEqual([]);
    expect([...used]).not.toContain('gen_ai.system');
  });

  it('go through the proxy that is set, as it is then, and past it to a collector on this machine', async () => {
    const proxy = await startConnectProxy({ 'collector.example': '127.0.0.1' });
    const port = new URL(collector.url).port;
    const set = rig.app.handlers['settings.set'];
    const url = new URL(proxy.url);
    url.username = 'ada';
    url.password = 'lovelace';
    /** What waits is sent when the collector is named no more. */
    const sendsTurnTo = (otlpEndpoint: string, hasCome: () => boolean) => {
      const sent = async () => {
        await set({ otlpEndpoint });
        await post(rig, ask('hello'));
        await set({ otlpEndpoint: null });
        return hasCome();
      };
      return expect.poll(sent, { timeout: 15_000, interval: 200 }).toBe(true);
    };
    const before = collector.received.length;
    const isAsked = () => proxy.asked.includes(`CONNECT collector.example:${port}`);
    await set({ proxyUrl: url.href });
    await sendsTurnTo(collector.url, () => collector.received.length > before);
    expect(proxy.asked.filter((line) => line.includes(`:${port}`))).toEqual([]);
    const straight = collector.received.length;
    await sendsTurnTo(`http://collector.example:${port}`, isAsked);
    await expect.poll(() => collector.received.length).toBeGreaterThan(straight);
    const at = proxy.asked.indexOf(`CONNECT collector.example:${port}`);
    expect(proxy.credentials[at]).toBe(`Basic ${Buffer.from('ada:lovelace').toString('base64')}`);
    await set({ proxyUrl: null, otlpEndpoint: collector.url });
    await proxy.stop();
  });

  it('hold no turn up where the collector is silent, and end with the program', async () => {
    collector.setSilent(true);
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(rig, ask('hello'))));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    await rig.app.handlers['settings.set']({ otlpEndpoint: null, metrics: false });
    expect((await look()).status).toBe(404);
    collector.setSilent(false);
  });
});
