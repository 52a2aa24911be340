import { describe, expect, it } from 'vitest';
import { BodyMemory } from '../../src-main/core/traces/body-memory.ts';
import { FrameLog, unpackFrames } from '../../src-main/core/traces/frame-log.ts';
import { Marks } from '../../src-main/core/traces/marks.ts';
import { parity } from '../../src-main/core/traces/parity.ts';
import { Redactor } from '../../src-main/core/traces/redaction.ts';

describe('the log of frames', () => {
  it('is the same packed as unpacked', () => {
    const log = new FrameLog(new BodyMemory(64 * 1024 * 1024));
    log.add('client-in', 'body', 7, 0, null);
    log.add('upstream-out', 'response.create', 11, 1.25, null);
    log.add('upstream-in', 'response.output_text.delta', 5, 2.5, Buffer.from('hällo'.slice(0, 4)));
    log.add('upstream-in', 'response.completed', 0, 3.75, Buffer.alloc(0));
    log.add('client-out', 'ütf', 4_000_000_000, 4, null);
    expect(unpackFrames(Buffer.concat(log.pack()))).toEqual(log.list());
    expect(log.list().map(({ direction, type, bytes, atMs }) => [direction, type, bytes, atMs])).toEqual([
      ['client-in', 'body', 7, 0],
      ['upstream-out', 'response.create', 11, 1.25],
      ['upstream-in', 'response.output_text.delta', 5, 2.5],
      ['upstream-in', 'response.completed', 0, 3.75],
      ['client-out', 'ütf', 4_000_000_000, 4],
    ]);
  });

  it('keeps no more than 4 MiB of an exchange, and goes on counting', () => {
    const log = new FrameLog(new BodyMemory(64 * 1024 * 1024));
    const mebibyte = Buffer.alloc(1024 * 1024);
    for (let index = 0; index < 6; index += 1) log.add('upstream-in', 'big', mebibyte.length, index, mebibyte);
    expect(log.list().map(({ data }) => data !== null)).toEqual([true, true, true, true, false, false]);
    expect([log.kept, log.dropped]).toEqual([6, 0]);
  });

  it('has room for what Slipstream itself told, however much came before it', () => {
    const log = new FrameLog(new BodyMemory(64 * 1024 * 1024));
    const kibibyte = Buffer.alloc(1024);
    for (let index = 0; index < 6_000; index += 1) log.add('upstream-in', 'big', kibibyte.length, index, kibibyte);
    log.add('client-out', 'message_stop', kibibyte.length, 6_000, kibibyte);
    expect(log.list().at(-1)).toMatchObject({ direction: 'client-out', type: 'message_stop', data: kibibyte });
  });

  it('asks the budget for all it takes, keeps nothing of what a frame was cut from, and gives all back', () => {
    let held = 0;
    const holds: number[] = [];
    const log = new FrameLog({
      hold: (bytes) => {
        holds.push(bytes);
        held += bytes;
        return true;
      },
      release: (bytes) => {
        held -= bytes;
      },
    });
    const network = Buffer.alloc(64 * 1024, 'n');
    for (let index = 0; index < 1_900; index += 1) {
      const data = network.subarray(index, index + 200);
      log.add('upstream-in', 'response.output_text.delta', data.length, index, data);
    }
    network.fill('x');
    expect(log.list().every(({ data }) => String(data) === 'n'.repeat(200))).toBe(true);
    // No more than twice the frames, in a few pieces.
    expect(held).toBeGreaterThan(1_900 * 220);
    expect(held).toBeLessThan(2 * 1_900 * 220);
    expect(holds.length).toBeLessThan(12);
    const memory = new BodyMemory(64 * 1024 * 1024);
    const packed = memory.keep(...log.pack());
    expect(memory.get(packed)?.buffer.byteLength).toBe(1_900 * 220);
    expect(held).toBe(0);
  });

  it('knows that frames came where the budget has no room for them', () => {
    const log = new FrameLog({ hold: () => false, release: (bytes) => expect(bytes).toBe(0) });
    for (let index = 0; index < 500; index += 1) log.add('upstream-in', 'big', 9, index, Buffer.from('some text'));
    expect(log.list().map(({ atMs, data }) => [atMs, data])).toEqual(
      Array.from({ length: 500 }, (_, at) => [at, null]),
    );
    expect(unpackFrames(Buffer.concat(log.pack()))).toHaveLength(500);
  });

  it('tells the name of any type, however many came before it, and the beginning of a long one', () => {
    const log = new FrameLog(new BodyMemory(64 * 1024 * 1024));
    for (let index = 0; index < 1_500; index += 1) {
      const data = index % 2 === 0 ? Buffer.from(`data ${index}`) : null;
      log.add('upstream-in', `made-up-${index}`, 1, index, data);
    }
    log.add('client-in', 'ż'.repeat(10_000), 1, 1_500, Buffer.from('last'));
    const frames = log.list();
    expect(frames.map(({ type }) => type)).toEqual([
      ...Array.from({ length: 1_500 }, (_, index) => `made-up-${index}`),
      'ż'.repeat(80),
    ]);
    expect(frames.map(({ data }) => data?.toString())).toEqual([
      ...Array.from({ length: 1_500 }, (_, index) => (index % 2 === 0 ? `data ${index}` : undefined)),
      'last',
    ]);
    expect(unpackFrames(Buffer.concat(log.pack()))).toEqual(frames);
  });
});

describe('marks of events', () => {
  it('take reasoning for the first token, and the last text for the end', () => {
    const marks = new Marks();
    marks.noteEvent('response.created', 1);
    expect(marks.firstTokenMs()).toBeNull();
    marks.noteEvent('response.reasoning_summary_text.delta', 5);
    marks.noteEvent('response.output_text.delta', 9);
    marks.noteEvent('response.output_text.delta', 12);
    marks.noteEvent('response.refusal.delta', 20);
    marks.noteEvent('response.output_text.delta', 30);
    expect(marks.firstTokenMs()).toBe(5);
    expect(marks.sorted().map(({ name, atMs }) => [name, atMs])).toEqual([
      ['firstEvent', 1],
      ['firstReasoning', 5],
      ['firstText', 9],
      ['lastText', 30],
    ]);
  });
});

describe('parity with the official client', () => {
  const shape = {
    headers: ['originator', 'version'],
    optionalHeaders: ['x-codex-a'],
    fields: ['model'],
    optionalFields: ['tools'],
  };
  const sent = { profile: '0.169', transport: 'ws' as const };

  it('names what is missing and what is too much, whatever the case of a header', () => {
    const headers: [string, string][] = [
      ['Originator', 'x'],
      ['x-codex-a', '1'],
      ['cookie', 'c'],
    ];
    expect(parity({ ...sent, headers, fields: ['tools', 'user'] }, shape, new Redactor())).toEqual({
      ...sent,
      headers: { missing: ['version'], extra: ['cookie'] },
      fields: { missing: ['model'], extra: ['user'] },
    });
  });

  it('tells no secret that a client has for a name', () => {
    const redactor = new Redactor();
    redactor.addSecret('a-secret-of-somebody');
    const told = parity(
      { ...sent, headers: [['a-secret-of-somebody', '1']], fields: ['a-secret-of-somebody'] },
      shape,
      redactor,
    );
    expect(JSON.stringify(told)).not.toContain('somebody');
  });
});
