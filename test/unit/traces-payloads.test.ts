import { describe, expect, it, vi } from 'vitest';
import type { RecordedExchange } from '../../src-main/core/traces/exchange.ts';
import { PayloadReader } from '../../src-main/core/traces/payload-reader.ts';
import { Recorder } from '../../src-main/core/traces/recorder.ts';
import { Redactor } from '../../src-main/core/traces/redaction.ts';
import { TraceDatabase } from '../../src-main/core/traces/store/database.ts';
import { MemoryTraceStore } from '../../src-main/core/traces/store/memory-store.ts';
import { StoreWriter } from '../../src-main/core/traces/store/store-writer.ts';
import type { EndedExchange } from '../../src-main/core/traces/store/trace-store.ts';
import { maxPayloads, maxPieceChars } from '../../src-main/shared/store-limits.ts';
import { recordingLog } from '../support/host.ts';
import { fakeClock } from './fake-clock.ts';

const secret = 'rt_0123456789abcdef-known';

function stand() {
  const clock = fakeClock();
  const redactor = new Redactor();
  redactor.addSecret(secret);
  const recorder = new Recorder({ clock, log: recordingLog(), redactor, clientLabel: () => 'curl' });
  const store = new MemoryTraceStore();
  const reader = new PayloadReader(recorder, store, redactor);
  const begin = (id: string, body: string) => {
    const watch = recorder.begin({
      id,
      dialect: 'responses',
      clientTransport: 'http',
      kind: 'turn',
      method: 'POST',
      path: '/v1/responses',
      headers: [],
      body: Buffer.from(body),
      model: 'gpt-5.5',
      tierAsked: null,
      acceptedMs: 0,
      bodyReadMs: 0,
    });
    const says = (type: string, members: object = {}) => {
      const data = Buffer.from(JSON.stringify({ type, ...members }));
      watch.frame('upstream-in', type, data.length, data);
    };
    return { watch, says };
  };
  return { clock, recorder, store, reader, begin };
}

const delta = (text: string) => ({ item_id: 'm', output_index: 0, delta: text });

describe('the texts of a turn', () => {
  it('come piece by piece, redacted before they are cut', async () => {
    const { reader, begin } = stand();
    // The first piece ends within the secret.
    const body = `${'a'.repeat(maxPieceChars - 9)}${secret}${'b'.repeat(100)}`;
    begin('one', body);
    const first = await reader.text({ id: 'one', part: 'client', offset: 0 });
    const second = await reader.text({ id: 'one', part: 'client', offset: first.next ?? 0 });
    expect(first).toMatchObject({ isCut: false, next: maxPieceChars });
    expect(second.next).toBeNull();
    expect(`${first.text}${second.text}`).toBe(body.replace(secret, '<redacted>'));
    expect(first.totalChars).toBe(body.length - secret.length + '<redacted>'.length);
  });

  it('say that they are longer than what is shown', async () => {
    const { reader, begin } = stand();
    begin('one', 'x'.repeat(8 * 1024 * 1024 + 5));
    expect(await reader.text({ id: 'one', part: 'client', offset: 8 * 1024 * 1024 - 7 })).toEqual({
      text: 'xxxxxxx',
      totalChars: 8 * 1024 * 1024,
      isCut: true,
      next: null,
    });
  });

  it('are those of the frames that carried them', async () => {
    const { reader, begin } = stand();
    const { watch, says } = begin('one', '{"input":"hi"}');
    watch.attempt({
      transport: 'ws',
      account: { id: 'a', label: 'a' },
      url: 'wss://chatgpt.com/x',
      headers: [],
      isIncrement: false,
      body: Buffer.from('{"type":"response.create"}'),
    });
    watch.frame('upstream-out', 'response.create', 26);
    says('response.created', { key: secret });
    const texts = await Promise.all([0, 1, 2, 3].map((part) => reader.text({ id: 'one', part, offset: 0 })));
    expect(texts.map(({ text }) => text)).toEqual([
      '{"input":"hi"}',
      '{"type":"response.create"}',
      '{"type":"response.created","key":"<redacted>"}',
      null,
    ]);
    expect((await reader.text({ id: 'nobody', part: 'upstream', offset: 0 })).text).toBeNull();
  });
});

describe('what upstream sent', () => {
  it('comes in pages, and goes on while the turn runs', async () => {
    const { reader, begin } = stand();
    const { says } = begin('one', '{}');
    for (let index = 0; index < maxPayloads + 20; index += 1) says('response.output_text.delta', delta(`${index} `));
    const first = await reader.payloads({ id: 'one', from: 0, which: 'all' });
    const second = await reader.payloads({ id: 'one', from: first.next, which: 'all' });
    expect([first.payloads.length, second.payloads.length]).toEqual([maxPayloads, 20]);
    expect([second.next, second.total]).toEqual([maxPayloads + 21, maxPayloads + 21]);
    says('response.completed');
    const third = await reader.payloads({ id: 'one', from: second.next, which: 'all' });
    expect(third.payloads.map(({ index, type }) => [index, type])).toEqual([[maxPayloads + 21, 'response.completed']]);
  });

  it('hides a secret that came in pieces, also where some were read before', async () => {
    const { reader, begin } = stand();
    const { says } = begin('one', '{}');
    says('response.output_text.delta', delta(secret.slice(0, 9)));
    says('response.output_text.delta', delta(secret.slice(9, 15)));
    await reader.payloads({ id: 'one', from: 0, which: 'all' });
    says('response.output_text.delta', delta(secret.slice(15)));
    const { payloads } = await reader.payloads({ id: 'one', from: 0, which: 'all' });
    expect(payloads.map(({ text }) => JSON.parse(text ?? '').delta)).toEqual(Array(3).fill('<redacted>'));
  });

  it('is told without the pieces of items where only their ends are wanted', async () => {
    const { reader, begin } = stand();
    const { says } = begin('one', '{}');
    says('response.created');
    says('response.output_text.delta', delta('a'));
    says('response.output_item.done', { item: {} });
    says('response.completed');
    const { payloads } = await reader.payloads({ id: 'one', from: 0, which: 'ends' });
    expect(payloads.map(({ type }) => type)).toEqual([
      'response.created',
      'response.output_item.done',
      'response.completed',
    ]);
  });

  it('has the ends of items and of the turn, however many frames came before them', async () => {
    const { reader, begin, recorder } = stand();
    const { says } = begin('one', '{}');
    for (let index = 0; index < 6_000; index += 1) says('response.output_text.delta', delta('x'));
    says('response.output_item.done', { item: { text: 'all of it' } });
    says('response.completed');
    const { payloads, total } = await reader.payloads({ id: 'one', from: 5_000, which: 'ends' });
    expect(payloads.map(({ type }) => type)).toEqual(['response.output_item.done', 'response.completed']);
    expect([total, recorder.detail('one')?.framesDropped]).toEqual([5_002, 1_001]);
  });
});

describe('what was said, on the disk', () => {
  it.each([
    ['is there, redacted, where the user keeps it', true],
    ['is not there where they do not', false],
  ])('%s', async (_name, isKept) => {
    const { clock, recorder, store, reader, begin } = stand();
    const written: EndedExchange[] = [];
    const database = new TraceDatabase(':memory:', { maxRows: 9, maxBytes: 1024 ** 3, maxAgeMs: 1e15 });
    const added = Object.assign(Object.create(store), { add: (exchange: EndedExchange) => written.push(exchange) });
    const writer = new StoreWriter({ store: added, recorder, clock, log: recordingLog(), keepsBodies: () => isKept });
    recorder.onEnded((exchange) => writer.note(exchange));
    const { watch, says } = begin('one', `{"a":"${secret}"}`);
    says('response.output_text.delta', delta(secret.slice(0, 9)));
    says('response.output_text.delta', delta(secret.slice(9)));
    says('response.completed', { key: secret });
    watch.ended('completed', null);
    writer.flush();
    for (const exchange of written) store.add(exchange);
    database.add(written, clock.epochMs());
    recorder.forgetEnded();
    const { payloads } = await reader.payloads({ id: 'one', from: 0, which: 'all' });
    expect(payloads.map(({ text }) => text)).toEqual(
      isKept
        ? [
            JSON.stringify({ type: 'response.output_text.delta', ...delta('<redacted>') }),
            JSON.stringify({ type: 'response.output_text.delta', ...delta('<redacted>') }),
            '{"type":"response.completed","key":"<redacted>"}',
          ]
        : [],
    );
    expect((await reader.text({ id: 'one', part: 'client', offset: 0 })).text).toBe(
      isKept ? '{"a":"<redacted>"}' : null,
    );
    const kept = JSON.parse(database.payloads('one') ?? '[]');
    expect(kept.filter((text: unknown) => text !== null)).toEqual(payloads.map(({ text }) => text));
    database.clear();
    expect(database.payloads('one')).toBeNull();
  });
});

it('what Slipstream itself told is on the disk, however much upstream said before', () => {
  const { recorder, begin } = stand();
  const kept: string[] = [];
  recorder.onEnded((exchange) => kept.push(recorder.compact(exchange).payloads()));
  const { watch, says } = begin('one', '{}');
  for (let index = 0; index < 90; index += 1) says('response.output_text.delta', delta('x'.repeat(30_000)));
  const told = Buffer.from(`{"type":"message_stop","said":"${'y'.repeat(50_000)} ${secret}"}`);
  watch.frame('client-out', 'message_stop', told.length, told);
  watch.ended('incomplete', null);
  const texts: unknown[] = JSON.parse(kept[0] ?? '[]');
  expect(texts.filter((text) => text === null).length).toBeGreaterThan(10);
  expect(texts.at(-1)).toBe(String(told).replace(secret, '<redacted>'));
});

it('many turns that end together are kept before the moment that few wait for', () => {
  const { clock, recorder, store, begin } = stand();
  const writer = new StoreWriter({ store, recorder, clock, log: recordingLog(), keepsBodies: () => false });
  recorder.onEnded((exchange) => writer.note(exchange));
  const added = vi.spyOn(store, 'add');
  const end = (count: number, name: string) => {
    for (let turn = 0; turn < count; turn += 1) begin(`${name}${turn}`, '{}').watch.ended('completed', null);
  };
  end(7, 'few');
  clock.advance(1);
  expect(added).not.toHaveBeenCalled();
  end(2, 'more');
  // Not within a turn's own end.
  expect(added).not.toHaveBeenCalled();
  clock.advance(1);
  expect(added).toHaveBeenCalledTimes(9);
  end(1, 'late');
  clock.advance(1_000);
  expect(added).toHaveBeenCalledTimes(10);
});

describe('a turn that cannot be put into words', () => {
  it('is told in the log, and takes no other turn of its batch with it', async () => {
    const { clock, recorder, store, begin } = stand();
    const log = recordingLog();
    const compact = (exchange: RecordedExchange) => {
      if (exchange.id === 'bad') throw new TypeError('a fault of our own');
      return recorder.compact(exchange);
    };
    const writer = new StoreWriter({ store, recorder: { compact }, clock, log, keepsBodies: () => false });
    recorder.onEnded((exchange) => writer.note(exchange));
    for (const id of ['one', 'bad', 'two']) begin(id, '{}').watch.ended('completed', null);
    clock.advance(1_000);
    expect(log.lines).toEqual([
      {
        level: 'error',
        message: 'A turn could not be kept.',
        fields: { exchange: 'bad', error: expect.any(TypeError) },
      },
    ]);
    const { rows } = await store.query({ filter: {}, cursor: null, limit: 9 });
    expect(rows.map(({ id }) => id).toSorted()).toEqual(['one', 'two']);
  });
});
