import { describe, expect, it } from 'vitest';
import { BodyMemory } from '../../src-main/core/traces/body-memory.ts';
import { RowFeed } from '../../src-main/core/traces/feed.ts';
import type { RequestRow } from '../../src-main/shared/model.ts';
import { fakeClock } from './fake-clock.ts';

describe('the memory of bodies', () => {
  const body = (bytes: number) => Buffer.alloc(bytes, 1);

  it('keeps what fits its budget, and drops the oldest first', () => {
    const memory = new BodyMemory(10);
    memory.keep('a', body(4));
    memory.keep('b', body(4));
    expect([memory.get('a')?.length, memory.get('b')?.length]).toEqual([4, 4]);
    memory.keep('c', body(4));
    expect([memory.get('a'), memory.get('b')?.length, memory.get('c')?.length]).toEqual([null, 4, 4]);
  });

  it('keeps a body of exactly the budget alone, and none above it', () => {
    const memory = new BodyMemory(10);
    memory.keep('a', body(4));
    memory.keep('whole', body(10));
    expect([memory.get('a'), memory.get('whole')?.length]).toEqual([null, 10]);
    memory.keep('more', body(11));
    expect([memory.get('whole')?.length, memory.get('more')]).toEqual([10, null]);
  });

  it('counts a body that is kept again once, as the newest', () => {
    const memory = new BodyMemory(10);
    for (let round = 0; round < 100; round += 1) memory.keep('a', body(6));
    memory.keep('b', body(4));
    memory.keep('a', body(6));
    expect([memory.get('a')?.length, memory.get('b')?.length]).toEqual([6, 4]);
    memory.keep('c', body(1));
    expect([memory.get('a')?.length, memory.get('b'), memory.get('c')?.length]).toEqual([6, null, 1]);
  });

  it('drops the oldest in their order however many there are, whatever is forgotten or kept again meanwhile', () => {
    const memory = new BodyMemory(10);
    for (let number = 0; number < 3_000; number += 1) {
      memory.keep(`${number}`, body(4));
      expect([memory.get(`${number - 2}`), memory.get(`${number}`)?.length]).toEqual([null, 4]);
      if (number % 7 === 0) memory.forget(`${number - 1}`);
      if (number === 1_500) for (let again = 0; again < 1_200; again += 1) memory.keep('same', body(1));
    }
    memory.keep('whole', body(10));
    expect([memory.get('2999'), memory.get('same'), memory.get('whole')?.length]).toEqual([null, null, 10]);
  });

  it('gives texts of any length and script back as they were, side by side', () => {
    const memory = new BodyMemory(10);
    const texts = Array.from({ length: 400 }, (_, number) =>
      '€ä😀x'.charAt(number % 4).repeat((number * 997) % 40_000),
    );
    const kept = texts.map((text) => memory.textAside(text));
    expect(kept.every((bytes, index) => bytes.equals(Buffer.from(texts[index] ?? '')))).toBe(true);
  });

  it('has room again for what was forgotten, and forgets what it never had', () => {
    const memory = new BodyMemory(10);
    memory.keep('a', body(10));
    memory.forget('a');
    memory.forget('never');
    memory.keep('b', body(5));
    memory.keep('c', body(5));
    expect([memory.get('a'), memory.get('b')?.length, memory.get('c')?.length]).toEqual([null, 5, 5]);
  });

  it('counts what running turns hold, which is half of it at most', () => {
    const memory = new BodyMemory(10);
    memory.keep('a', body(4));
    memory.keep('b', body(4));
    expect([memory.hold(3), memory.hold(3), memory.hold(2)]).toEqual([true, false, true]);
    expect([memory.get('a'), memory.get('b')?.length]).toEqual([null, 4]);
    memory.release(5);
    memory.keep('c', body(6));
    expect([memory.get('b')?.length, memory.get('c')?.length]).toEqual([4, 6]);
  });

  it('forgets the old body where the new one is too large', () => {
    const memory = new BodyMemory(10);
    memory.keep('a', body(5));
    memory.keep('a', body(50));
    expect(memory.get('a')).toBeNull();
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
