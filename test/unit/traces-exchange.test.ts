import { describe, expect, it } from 'vitest';
import { Recorder } from '../../src-main/core/traces/recorder.ts';
import { Redactor } from '../../src-main/core/traces/redaction.ts';
import type { ExchangeStart, ExchangeWatch } from '../../src-main/core/watch.ts';
import { TraceDetail } from '../../src-main/shared/model.ts';
import { english } from '../../src-main/shared/words/english.ts';
import { tell } from '../../src-main/shared/words/told.ts';
import { othersWords } from '../../src-main/shared/words/told-text.ts';
import { recordingLog } from '../support/host.ts';
import { jwt } from './account-fixtures.ts';
import { fakeClock } from './fake-clock.ts';

function recording() {
  const clock = fakeClock();
  const redactor = new Redactor();
  const recorder = new Recorder({ clock, log: recordingLog(), redactor, clientLabel: () => 'curl 8' });
  const begin = (more: Partial<ExchangeStart> = {}) =>
    recorder.begin({
      id: 'one',
      dialect: 'responses',
      clientTransport: 'http',
      kind: 'turn',
      method: 'POST',
      path: '/v1/responses',
      headers: [['user-agent', 'curl/8']],
      body: Buffer.from('{"model":"gpt-5.5"}'),
      model: 'gpt-5.5',
      tierAsked: null,
      acceptedMs: clock.monotonicMs(),
      bodyReadMs: clock.monotonicMs(),
      ...more,
    });
  const detail = (id = 'one') => {
    const found = recorder.detail(id);
    if (found === null) throw new Error('no such trace');
    return found;
  };
  return { clock, redactor, recorder, begin, detail };
}

const target = { id: 'a1', label: 'an…@e…' };

function attemptOn(watch: ExchangeWatch, tier: string | null = null) {
  const hint = tier === null ? 'model=gpt-5.5' : `model=gpt-5.5;tier=${tier}`;
  return watch.attempt({
    transport: 'ws',
    account: target,
    url: 'wss://chatgpt.com/backend-api/codex/responses',
    isIncrement: false,
    headers: [
      ['authorization', 'Bearer account-token-1'],
      ['originator', 'codex_exec'],
      ['x-codex-routing-hint', hint],
    ],
    body: Buffer.from('{"type":"response.create"}'),
  });
}

describe('the record of an exchange', () => {
  it('tells its times to the microsecond', () => {
    const { clock, begin, detail } = recording();
    clock.advance(0.1);
    const watch = begin({ bodyReadMs: clock.monotonicMs() + 0.123_456_7 });
    clock.advance(1.234_567_8);
    attemptOn(watch);
    clock.advance(1 / 3);
    watch.ended('completed', null);
    const { row, marks, waterfall, ownMs, attempts } = detail();
    expect(row.totalMs).toBe(1.568);
    expect(marks.map(({ atMs }) => atMs)).toEqual([0, 0.123]);
    expect([attempts[0]?.startedMs, ownMs]).toEqual([1.235, 1.112]);
    expect(waterfall.map(({ startMs, endMs }) => [startMs, endMs])).toEqual([
      [0, 0.123],
      [0.123, 1.235],
      [1.235, 1.568],
    ]);
  });

  it('has names that the client chose without secrets, and no longer than a filter can ask for', () => {
    const { redactor, recorder, begin } = recording();
    redactor.addSecret('a-token-of-an-account');
    const odd = `a-token-of-an-account ${'x'.repeat(1_000)}`;
    begin({ model: odd, tierAsked: odd, effort: odd });
    const [running] = recorder.running();
    for (const text of [running?.row.model, running?.row.tierAsked, running?.effort]) {
      expect(text).not.toContain('a-token');
      expect(text).toHaveLength(200);
    }
  });

  it('says when upstream last sent something, while it runs, and tells of it once a second', () => {
    const { clock, recorder, begin } = recording();
    const watch = begin();
    const row = () => recorder.rows()[0];
    expect(row()).not.toHaveProperty('lastEventAt');
    let told = 0;
    recorder.onChange(() => {
      told += 1;
    });
    const startedAt = row()?.startedAt ?? 0;
    for (let event = 0; event < 25; event += 1) {
      watch.frame('upstream-in', 'response.output_text.delta', 1);
      watch.frame('client-out', 'response.output_text.delta', 1);
      expect(row()?.lastEventAt).toBe(startedAt + event * 100);
      clock.advance(100);
    }
    expect(told).toBe(3);
    watch.ended('completed', null);
    expect(row()).not.toHaveProperty('lastEventAt');
  });

  it('takes what Slipstream itself told for no event of upstream’s, and for no moment of the answer', () => {
    const { clock, begin, detail } = recording();
    const watch = begin();
    attemptOn(watch);
    const figures = () => {
      const { row, marks, attempts } = detail();
      return { marks, attempts, firstTokenMs: row.firstTokenMs, lastEventAt: row.lastEventAt };
    };
    const before = figures();
    clock.advance(5);
    const told = Buffer.from('{"type":"response.output_text.delta"}');
    watch.frame('client-out', 'response.output_text.delta', told.length, told);
    expect(figures()).toEqual(before);
    expect(detail().frames.at(-1)).toEqual({
      direction: 'client-out',
      type: 'response.output_text.delta',
      bytes: 37,
      atMs: 5,
    });
  });

  it('lists 500 changes at most, and says how many more there were', () => {
    const { begin, detail } = recording();
    const change = (index: number) =>
      ({ step: 'body', path: `body.input[${index}].id`, action: 'set', why: othersWords('w') }) as const;
    const note = { profile: '0.169', tierSent: null, model: 'gpt-5.5', fields: [], modelHasTier: null };
    const watch = begin();
    watch.normalised({ ...note, changes: Array.from({ length: 500 }, (_, index) => change(index)) });
    expect(detail().changes).toHaveLength(500);
    watch.normalised({ ...note, changes: Array.from({ length: 70_000 }, (_, index) => change(index)) });
    expect(detail().changes).toHaveLength(501);
    expect(detail().changes.at(-1)).toMatchObject({ why: tell('why.more', { count: 69500 }) });
  });

  it('has the first token at the first delta, reasoning counted', () => {
    const { clock, begin, detail } = recording();
    const watch = begin();
    const at = (ms: number, type: string) => {
      clock.advance(ms);
      watch.frame('upstream-in', type, 10);
    };
    at(100, 'response.created');
    at(50, 'response.reasoning_summary_text.delta');
    at(50, 'response.output_text.delta');
    at(50, 'response.output_text.delta');
    expect(detail().row.firstTokenMs).toBe(150);
    expect(Object.fromEntries(detail().marks.map(({ name, atMs }) => [name, atMs]))).toMatchObject({
      accepted: 0,
      firstEvent: 100,
      firstReasoning: 150,
      firstText: 200,
      lastText: 250,
    });
  });

  it('has the marks of the last attempt: what an attempt before it left was never seen', () => {
    const { clock, begin, detail } = recording();
    const watch = begin();
    for (const attempt of ['first', 'second']) {
      clock.advance(10);
      attemptOn(watch);
      watch.mark('requestSent');
      clock.advance(10);
      watch.frame('upstream-in', 'response.created', 10, Buffer.from('{}'));
      watch.frame('upstream-in', 'response.reasoning_summary_text.delta', 10, Buffer.from('{}'));
      if (attempt === 'first') watch.frame('upstream-in', 'response.output_text.delta', 10, Buffer.from('{}'));
    }
    const at = (wanted: string) => detail().marks.find(({ name }) => name === wanted)?.atMs;
    expect(at('requestSent')).toBe(30);
    expect(at('firstEvent')).toBe(40);
    expect(detail().row.firstTokenMs).toBe(40);
    expect(at('firstText')).toBeUndefined();
    expect(at('lastText')).toBeUndefined();
  });

  it('orders marks by time', () => {
    const { clock, begin, detail } = recording();
    const watch = begin();
    for (const name of ['normalised', 'accountChosen', 'upstreamReady', 'requestSent'] as const) {
      clock.advance(3);
      watch.mark(name);
    }
    const times = detail().marks.map(({ atMs }) => atMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it("counts Slipstream's own share without the wait for a connection", () => {
    const { clock, begin, detail } = recording();
    const watch = begin();
    clock.advance(2);
    const attempt = attemptOn(watch);
    clock.advance(500);
    attempt.ready({ reused: false, status: 101, headers: [] });
    watch.mark('upstreamReady');
    clock.advance(1);
    watch.mark('requestSent');
    expect(detail().ownMs).toBe(3);
  });

  it("counts no failed attempt as Slipstream's own share", () => {
    const { clock, begin, detail } = recording();
    const watch = begin();
    clock.advance(2);
    const failed = attemptOn(watch);
    clock.advance(700);
    failed.ended({ status: 426, closeCode: null, error: null, said: null });
    const attempt = attemptOn(watch);
    clock.advance(500);
    attempt.ready({ reused: false, status: 200, headers: [] });
    watch.mark('upstreamReady');
    watch.mark('requestSent');
    expect(detail().ownMs).toBe(2);
  });

  it('keeps the first 5,000 frames and counts the others', () => {
    const { begin, detail } = recording();
    const watch = begin();
    for (let index = 0; index < 5_500; index += 1) watch.frame('upstream-in', 'response.output_text.delta', 1);
    expect(detail().frames).toHaveLength(5_000);
    // One more: the frame of the client's own request.
    expect(detail().framesDropped).toBe(501);
  });

  it('shares one budget of 64 MiB with all others, those that still run included', () => {
    const { recorder, begin } = recording();
    const budgetBytes = 64 * 1024 * 1024;
    const data = Buffer.alloc(1024 * 1024);
    const kept = (id: string) =>
      (recorder.exchange(id)?.frames() ?? []).reduce((total, frame) => total + (frame.data?.length ?? 0), 0) +
      (recorder.rawBody(id)?.length ?? 0);
    const watches = Array.from({ length: 30 }, (_, index) => {
      const watch = begin({ id: `turn-${index}`, body: data });
      for (let frame = 0; frame < 4; frame += 1) watch.frame('upstream-in', 'a.delta', data.length, data);
      return watch;
    });
    const total = () => watches.reduce((sum, _watch, index) => sum + kept(`turn-${index}`), 0);
    expect(total()).toBeLessThanOrEqual(budgetBytes);
    expect(total()).toBeGreaterThan(budgetBytes * 0.9);
    for (const watch of watches) watch.ended('completed', null);
    expect(total()).toBeLessThanOrEqual(budgetBytes);
    expect(kept('turn-0')).toBeGreaterThan(0);
    const after = begin({ id: 'after', body: data });
    for (let frame = 0; frame < 4; frame += 1) after.frame('upstream-in', 'a.delta', data.length, data);
    after.ended('completed', null);
    expect(kept('after')).toBe(5 * data.length);
  });

  it('fits the contract at every stage', () => {
    const { begin, detail } = recording();
    const watch = begin();
    expect(TraceDetail.parse(detail())).toMatchObject({ row: { status: 'running', totalMs: null } });
    const attempt = attemptOn(watch, 'priority');
    attempt.ready({ reused: true, status: 101, headers: [['x-request-id', 'r']] });
    attempt.ended({
      status: null,
      closeCode: 1011,
      error: { code: 'upstream_closed', message: 'gone' },
      said: { code: null, message: null, param: null, closeCode: 1011, closeReason: 'going away' },
    });
    watch.ended('failed', { code: 'upstream_closed', message: 'gone' });
    expect(TraceDetail.parse(detail())).toMatchObject({
      row: {
        status: 'failed',
        attempts: 1,
        transport: 'ws',
        error: { code: 'upstream_closed' },
        said: { closeReason: 'going away' },
      },
      attempts: [{ reused: true, closeCode: 1011, said: { closeCode: 1011 } }],
    });
  });

  it('lists the newest first and forgets the oldest of more than 1,000', () => {
    const { recorder, begin } = recording();
    for (let index = 0; index < 1_005; index += 1) begin({ id: `id-${index}` });
    const ids = recorder.rows().map(({ id }) => id);
    expect([ids.length, ids[0], ids.at(-1)]).toEqual([1_000, 'id-1004', 'id-5']);
    expect(recorder.detail('id-4')).toBeNull();
  });
});

describe('what a trace does not show', () => {
  it('credentials in headers, errors and bodies', () => {
    const { redactor, begin, detail } = recording();
    redactor.addSecret('account-token-1');
    const token = jwt({ sub: 'me' });
    const watch = begin({
      headers: [['cookie', 'session=abc']],
      body: Buffer.from(`{"input":"${token} account-token-1"}`),
    });
    const attempt = attemptOn(watch);
    attempt.ready({ reused: false, status: 101, headers: [['set-cookie', 'cf=secretcookie']] });
    const said = { code: 'account-token-1', message: token, param: 'account-token-1', closeCode: null };
    // A secret that the cut would go through.
    const closeReason = `${' '.repeat(990)}account-token-1`;
    attempt.ended({
      status: null,
      closeCode: null,
      error: { code: 'account-token-1', message: `refused account-token-1` },
      said: { ...said, closeReason },
    });
    watch.committed(200, [['set-cookie', 'cf=secretcookie']]);
    watch.ended('failed', { code: 'x', message: `refused ${token}` });
    const text = JSON.stringify(detail());
    for (const secret of ['account-to', token, 'session=abc', 'secretcookie']) expect(text).not.toContain(secret);
  });

  it('a secret that a long body is cut in the middle of', () => {
    const { redactor, begin, detail } = recording();
    const secret = `known-secret-${'s'.repeat(100)}`;
    redactor.addSecret(secret);
    begin({ body: Buffer.from(`${' '.repeat(512 * 1024 - 40)}${secret}`) });
    // Not `toContain`: a failure would print half a megabyte.
    expect(detail().clientRequest.body?.includes('known-secret')).toBe(false);
  });

  it('members of a body that are named like credentials', () => {
    const { begin, detail } = recording();
    const tool = { type: 'mcp', server_url: 'https://mcp.test', headers: { 'x-api-key': 'opaque-credential' } };
    begin({ body: Buffer.from(JSON.stringify({ model: 'gpt-5.5', tools: [tool] })) });
    expect(detail().clientRequest.body).toContain('https://mcp.test');
    expect(detail().clientRequest.body).not.toContain('opaque-credential');
  });
});

it('a tier that upstream echoes is kept as a name may be long, and without secrets', () => {
  const { begin, detail, redactor } = recording();
  redactor.addSecret('account-token-1');
  const watch = begin();
  watch.finalEvent({ tierEchoed: `account-token-1 ${'x'.repeat(500_000)}`, usage: null });
  watch.ended('completed', null);
  expect(detail().row.tierEchoed).toHaveLength(200);
  expect(detail().row.tierEchoed).not.toContain('account-token-1');
});

describe('S8: the echoed tier is never proof', () => {
  function fast(tierSent: string | null, tierEchoed: string) {
    const { begin, detail } = recording();
    const watch = begin();
    watch.normalised({ profile: '0.169', tierSent, model: 'gpt-5.5', changes: [], fields: [], modelHasTier: true });
    attemptOn(watch, tierSent);
    watch.finalEvent({ tierEchoed, usage: null });
    watch.ended('completed', null);
    return detail();
  }

  it('S8: what upstream echoes is kept apart from what was sent', () => {
    expect(fast('priority', 'default').row).toMatchObject({ tierSent: 'priority', tierEchoed: 'default' });
  });

  it('S8: the conditions for fast are the same whatever is echoed', () => {
    expect(fast('priority', 'default').fastConditions).toEqual(fast('priority', 'priority').fastConditions);
    expect(fast(null, 'priority').fastConditions).toEqual(fast(null, 'default').fastConditions);
    expect(fast('priority', 'default').fastConditions.every(({ met }) => met)).toBe(true);
    expect(
      fast(null, 'priority')
        .fastConditions.filter(({ met }) => met)
        .map(({ name }) => english.told(name)),
    ).toEqual(['Websocket upstream', 'Official originator', 'Model offers the tier']);
  });
});
