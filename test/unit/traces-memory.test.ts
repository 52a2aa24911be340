import { describe, expect, it } from 'vitest';
import { BodyMemory } from '../../src-main/core/traces/body-memory.ts';
import { ExchangeBodies } from '../../src-main/core/traces/exchange-bodies.ts';
import { RowFeed } from '../../src-main/core/traces/feed.ts';
import { Redactor } from '../../src-main/core/traces/redaction.ts';
import type { RequestRow } from '../../src-main/shared/model.ts';
import { fakeClock } from './fake-clock.ts';

describe('the memory of bodies', () => {
  const body = (bytes: number) => Buffer.alloc(bytes, 1);

  it('keeps what fits its budget, and drops the oldest first', () => {
    const memory = new BodyMemory(10);
    const [a, b] = [memory.keep(body(4)), memory.keep(body(4))];
    expect([memory.get(a)?.length, memory.get(b)?.length]).toEqual([4, 4]);
    const c = memory.keep(body(4));
    expect([memory.get(a), memory.get(b)?.length, memory.get(c)?.length]).toEqual([null, 4, 4]);
  });

  it('keeps a body of exactly the budget alone, and none above it', () => {
    const memory = new BodyMemory(10);
    const a = memory.keep(body(4));
    const whole = memory.keep(body(10));
    expect([memory.get(a), memory.get(whole)?.length]).toEqual([null, 10]);
    const more = memory.keep(body(11));
    expect([memory.get(whole)?.length, memory.get(more)]).toEqual([10, null]);
  });

  it('puts pieces together', () => {
    const memory = new BodyMemory(10);
    const kept = memory.keep(Buffer.from('ab'), Buffer.from('cde'));
    expect(memory.get(kept)?.toString()).toBe('abcde');
  });

  it('drops the oldest in their order however many there are, whatever is forgotten meanwhile', () => {
    const memory = new BodyMemory(10);
    const kept: number[] = [];
    for (let number = 0; number < 3_000; number += 1) {
      kept.push(memory.keep(body(4)));
      expect([memory.get(kept.at(-3) ?? 0), memory.get(kept.at(-1) ?? 0)?.length]).toEqual([null, 4]);
      if (number % 7 === 0) memory.forget(kept.at(-2) ?? 0);
    }
    const whole = memory.keep(body(10));
    expect([memory.get(kept.at(-1) ?? 0), memory.get(whole)?.length]).toEqual([null, 10]);
  });

  it('gives texts of any length and script back as they were, side by side', () => {
    const memory = new BodyMemory(10);
    const texts = Array.from({ length: 400 }, (_, number) =>
      '€ä😀x'.charAt(number % 4).repeat((number * 997) % 40_000),
    );
    const kept = texts.map((text) => memory.textAside(text));
    expect(kept.every((bytes, index) => bytes.equals(Buffer.from(texts[index] ?? '')))).toBe(true);
  });

  it('has room again for what was forgotten, once', () => {
    const memory = new BodyMemory(10);
    const a = memory.keep(body(10));
    for (let again = 0; again < 3; again += 1) memory.forget(a);
    const [b, c] = [memory.keep(body(5)), memory.keep(body(5))];
    expect([memory.get(a), memory.get(b)?.length, memory.get(c)?.length]).toEqual([null, 5, 5]);
    const d = memory.keep(body(1));
    expect([memory.get(b), memory.get(c)?.length, memory.get(d)?.length]).toEqual([null, 5, 1]);
  });

  it('counts what running turns hold, which is half of it at most', () => {
    const memory = new BodyMemory(10);
    const [a, b] = [memory.keep(body(4)), memory.keep(body(4))];
    expect([memory.hold(3), memory.hold(3), memory.hold(2)]).toEqual([true, false, true]);
    expect([memory.get(a), memory.get(b)?.length]).toEqual([null, 4]);
    memory.release(5);
    const c = memory.keep(body(6));
    expect([memory.get(b)?.length, memory.get(c)?.length]).toEqual([4, 6]);
  });
});

describe('the bodies of an exchange', () => {
  it('count once, as the newest, where a part comes again', () => {
    const memory = new BodyMemory(10);
    const bodies = new ExchangeBodies(memory, new Redactor());
    for (let attempt = 0; attempt < 100; attempt += 1) bodies.keep('upstream', Buffer.alloc(6, 1));
    const other = memory.keep(Buffer.alloc(4, 1));
    bodies.keep('upstream', Buffer.alloc(6, 1));
    expect([bodies.raw('upstream')?.length, memory.get(other)?.length]).toEqual([6, 4]);
    memory.keep(Buffer.alloc(1, 1));
    expect([bodies.raw('upstream')?.length, memory.get(other)]).toEqual([6, null]);
  });

  it('are gone where one that is too large takes their place, and where all are given up', () => {
    const bodies = new ExchangeBodies(new BodyMemory(10), new Redactor());
    bodies.keep('client', Buffer.alloc(2, 1));
    bodies.keep('upstream', Buffer.alloc(5, 1));
    bodies.keep('upstream', Buffer.alloc(50, 1));
    expect([bodies.raw('client')?.length, bodies.raw('upstream')]).toEqual([2, null]);
    bodies.forget();
    expect(bodies.raw('client')).toBeNull();
  });
});

describe('the feed of rows', () => {
  const row: RequestRow = {
    id: '',
    startedAt: 0,
    client: 'curl',
    dialect: 'responses',
    clientTransport: 'http',
    kind: 'turn',
    sessionId: null,
    model: 'gpt-5.5',
    tierAsked: null,
    tierSent: null,
    tierEchoed: null,
    transport: null,
    account: null,
    attempts: 0,
    status: 'running',
    httpStatus: null,
    error: null,
    said: null,
    firstTokenMs: null,
    totalMs: null,
    usage: null,
  };

  function feedOn(clock = fakeClock()) {
    const batches: string[][] = [];
    const kept = new Map<string, number>();
    const exchange = (id: string, attempts = 0) => ({ id, row: () => ({ ...row, id, attempts }) });
    const keptOf = (id: string) => {
      const attempts = kept.get(id);
      return attempts === undefined ? null : exchange(id, attempts);
    };
    const feed = new RowFeed(clock, keptOf, (rows) => batches.push(rows.map(({ id, attempts }) => `${id}${attempts}`)));
    return { clock, batches, feed, kept, exchange };
  }

  it('hands on a row changed often once a batch, as it is when the batch goes out', () => {
    const { clock, batches, feed, kept, exchange } = feedOn();
    for (const id of ['a', 'b']) {
      kept.set(id, 0);
      feed.note(exchange(id));
    }
    for (let round = 1; round <= 10; round += 1) {
      kept.set('a', round);
      feed.note(exchange('a'));
    }
    expect(batches).toEqual([]);
    clock.advance(50);
    expect(batches).toEqual([['a10', 'b0']]);
  });

  it('sends at most 20 batches a second, however much changes', () => {
    const { clock, batches, feed, kept, exchange } = feedOn();
    kept.set('a', 0);
    for (let ms = 0; ms < 1_000; ms += 1) {
      feed.note(exchange('a'));
      clock.advance(1);
    }
    expect(batches.length).toBeGreaterThanOrEqual(19);
    expect(batches.length).toBeLessThanOrEqual(20);
  });

  it('sets no timer while nothing changes', () => {
    const { clock, batches, feed, kept, exchange } = feedOn();
    expect(clock.pending).toBe(0);
    kept.set('a', 0);
    feed.note(exchange('a'));
    clock.advance(50);
    clock.advance(10_000);
    expect(clock.pending).toBe(0);
    expect(batches).toHaveLength(1);
  });

  it('says nothing of an exchange that was forgotten before the batch goes out', () => {
    const { clock, batches, feed, kept, exchange } = feedOn();
    kept.set('a', 0).set('b', 0);
    feed.note(exchange('a'));
    feed.note(exchange('b'));
    kept.delete('a');
    clock.advance(50);
    expect(batches).toEqual([['b0']]);
  });

  it('hands on what becomes of an exchange that runs longer than it is kept', () => {
    const { clock, batches, feed, exchange } = feedOn();
    feed.note(exchange('long', 7));
    clock.advance(50);
    expect(batches).toEqual([['long7']]);
  });

  it('flushes at once when told to, and does not send the same again', () => {
    const { clock, batches, feed, kept, exchange } = feedOn();
    feed.flush();
    kept.set('a', 0);
    feed.note(exchange('a'));
    feed.flush();
    clock.advance(1_000);
    expect(batches).toEqual([['a0']]);
  });
});
