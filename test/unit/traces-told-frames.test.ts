import { describe, expect, it } from 'vitest';
import { closeCodeOf, closeFrame } from '../../src-main/core/own-frame.ts';
import type { KeptFrame } from '../../src-main/core/traces/frame-log.ts';
import { HarPart } from '../../src-main/core/traces/har.ts';
import { Redactor } from '../../src-main/core/traces/redaction.ts';
import { toldFrames } from '../../src-main/core/traces/told-frames.ts';
import { makeDetail } from '../renderer/detail-fixtures.ts';
import { makeRow } from '../renderer/fixtures.ts';

/** What a client was told, out of all frames of its turn. */

const frame = (direction: KeptFrame['direction'], type: string, atMs: number, more: object = {}): KeptFrame => {
  const data = Buffer.from(JSON.stringify({ type, ...more }));
  return { direction, type, atMs, bytes: data.length, data };
};
const came = (type: string, atMs: number, more: object = {}) => frame('upstream-in', type, atMs, more);
const own = (type: string, atMs: number) => frame('client-out', type, atMs);
const asked = frame('client-in', 'body', 0);

/** The last attempt begins at 97 ms. */
const detail = makeDetail(makeRow({ status: 'failed' }));
const namesOf = (frames: readonly KeptFrame[]) => frames.map(({ direction, type }) => `${direction} ${type}`);
const told = (...frames: readonly KeptFrame[]) => namesOf(toldFrames([asked, ...frames], detail));

const created = came('response.created', 200);
const delta = came('response.output_text.delta', 300);

describe('a client was told', () => {
  it('what upstream sent in the last attempt, to its end', () => {
    expect(told(came('response.created', 90), created, delta, came('response.completed', 400))).toEqual([
      'upstream-in response.created',
      'upstream-in response.output_text.delta',
      'upstream-in response.completed',
    ]);
  });

  it.each([
    ['an error', came('error', 400)],
    ['a failed response', came('response.failed', 400)],
    ['an end by a new name', came('response.over', 400, { response: { status: 'failed' } })],
    ['a completed response that is too long', came('response.completed', 400)],
  ])('in place of %s what Slipstream made of it', (_what, end) => {
    expect(told(created, delta, end, own('error', 400))).toEqual([
      'upstream-in response.created',
      'upstream-in response.output_text.delta',
      'client-out error',
    ]);
  });

  it('nothing that upstream sent after the first of its own words', () => {
    expect(told(created, delta, own('a', 400), delta, own('b', 400), delta)).toEqual([
      'upstream-in response.created',
      'upstream-in response.output_text.delta',
      'client-out a',
      'client-out b',
    ]);
  });

  it.each([
    [9_999, ['client-out error']],
    [10_000, ['upstream-in response.created', 'upstream-in keepalive', 'client-out error']],
  ])('of an answer without content what was not held back any more after %i ms', (heldMs, names) => {
    expect(told(created, came('keepalive', 250), own('error', 200 + heldMs))).toEqual(names);
    expect(told(came('keepalive', 250), own('error', 60_000))).toEqual(['client-out error']);
  });

  it('in place of what Slipstream wrote anew that, each where it belongs, though it was told later', () => {
    const alias = { response: { model: 'gpt-5.5-fast' } };
    const rewritten = (type: string) => frame('client-out', type, 300, alias);
    const other = came('response.created', 90);
    const held = [created, came('keepalive', 210), came('response.in_progress', 220)];
    const anew = [rewritten('response.created'), rewritten('response.in_progress')];
    const end = [came('response.completed', 400), rewritten('response.completed')];
    const frames = [asked, other, ...held, delta, ...anew, delta];
    const whole = [anew[0], held[1], anew[1], delta, delta];
    expect(toldFrames(frames, detail)).toEqual(whole);
    expect(toldFrames([...frames, ...end], detail)).toEqual([...whole, end[1]]);
    expect(toldFrames([...frames, own('error', 400)], detail)).toEqual([...whole, own('error', 400)]);
    expect(toldFrames([asked, ...held, ...anew, own('error', 301)], detail)).toHaveLength(4);
  });

  it('what was held back before an end that Slipstream wrote anew', () => {
    expect(told(created, came('response.done', 210), own('response.completed', 210))).toEqual([
      'upstream-in response.created',
      'client-out response.completed',
    ]);
  });

  it('its own words alone where no attempt was made', () => {
    expect(namesOf(toldFrames([asked, own('body', 1)], { ...detail, attempts: [] }))).toEqual(['client-out body']);
  });
});

describe('a close', () => {
  it('is known by its type', () => {
    expect(closeCodeOf(closeFrame(1009).type)).toBe(1009);
    for (const type of ['close', 'close 10090', 'xclose 1009', 'response.create']) expect(closeCodeOf(type)).toBeNull();
  });
});

/** The client's entry of the HAR of a turn. */
function entryOf(
  frames: readonly KeptFrame[],
  { type = 'text/event-stream', isCodex = false, withBodies = true, body = null, ...row }: Record<string, unknown> = {},
) {
  const redactor = new Redactor();
  const har = new HarPart({ version: '1', baseUrl: 'http://127.0.0.1:1', withBodies: withBodies === true, redactor });
  const clientResponse = { status: 200, headers: [['content-type', String(type)]] as [string, string][] };
  const made = makeDetail(makeRow({ dialect: 'responses', clientTransport: 'http', ...row }), { clientResponse });
  const turn = { ...made, clientRequest: { ...made.clientRequest, body: body === null ? null : String(body) } };
  har.add({ detail: turn, frames, isCodex: isCodex === true });
  return JSON.parse(har.finished().text).log.entries[0];
}

describe('the answer in a HAR file', () => {
  it('of a stream has each event that was told, and private ones for Codex alone', () => {
    const frames = [created, came('codex.rate_limits', 210), came('', 220), delta, own('error', 400)];
    const named = (isCodex: boolean) =>
      entryOf(frames, { isCodex }).response.content.text.match(/^(?:event: \S+|data: \{"type":""\})$/gm);
    const [first, ...others] = ['created', 'output_text.delta'].map((name) => `event: response.${name}`);
    expect(named(false)).toEqual([first, ...others, 'event: error']);
    expect(named(true)).toEqual([first, 'event: codex.rate_limits', 'data: {"type":""}', ...others, 'event: error']);
  });

  it('in another dialect has the end alone, and says so where there was more', () => {
    const chat = entryOf([created, delta, own('chat.completion.chunk', 400)], { dialect: 'chat' }).response.content;
    expect(chat).toMatchObject({ text: 'data: {"type":"chat.completion.chunk"}\n\n', comment: expect.anything() });
    const messages = entryOf([created, own('error', 400)], { dialect: 'messages' }).response.content;
    expect(messages.text).toBe('event: error\ndata: {"type":"error"}\n\n');
    expect(messages).not.toHaveProperty('comment');
    expect(entryOf([created, delta], { dialect: 'chat' }).response.content).not.toHaveProperty('text');
  });

  it('of one body is that body where Slipstream made it', () => {
    const type = 'application/json; charset=utf-8';
    expect(entryOf([created, own('body', 400)], { type }).response.content.text).toBe('{"type":"body"}');
    for (const none of [[created, delta], [{ ...own('body', 400), data: null }]])
      expect(entryOf(none, { type }).response.content).toMatchObject({ size: 0, mimeType: type });
    expect(entryOf([created, own('body', 400)], { type, withBodies: false }).response.content.size).toBe(0);
  });

  it('on a websocket has a close as its code, and no message of it', () => {
    const close = { ...closeFrame(1009), direction: 'client-out' as const, atMs: 400 };
    const entry = entryOf([frame('client-in', 'response.create', 0), created, delta, close], { clientTransport: 'ws' });
    expect(entry._closeCode).toBe(1009);
    expect(entry._webSocketMessages.map(({ _type }: { _type: string }) => _type)).toEqual([
      'response.create',
      'response.created',
      'response.output_text.delta',
    ]);
    expect(entryOf([created, delta], { clientTransport: 'ws' })).not.toHaveProperty('_closeCode');
  });

  it('on a websocket has what was told in the order it was told in, in the words of its lane', () => {
    const body = JSON.stringify({ stream_id: 'a' });
    const frames = [
      frame('client-in', 'response.create', 0),
      created,
      frame('client-in', 'response.note', 250),
      delta,
      frame('client-out', 'response.created', 310, { stream_id: 'a' }),
      frame('client-in', 'response.note', 320),
      { ...delta, data: null },
      own('error', 400),
    ];
    const messagesTo = (isCodex: boolean) => {
      const messages: { _type: string; time: number; data: string; _bytes: number }[] = entryOf(frames, {
        clientTransport: 'ws',
        isCodex,
        body,
      })._webSocketMessages;
      const firstMs = (messages[0]?.time ?? 0) * 1000;
      return messages.map(({ _type, time, data }) => [
        _type,
        Math.round(time * 1000 - firstMs),
        data === '' ? null : JSON.parse(data).stream_id,
      ]);
    };
    const told = (lane: string | undefined) => [
      ['response.create', 0, 'a'],
      ['response.note', 250, undefined],
      ['response.created', 310, 'a'],
      ['response.output_text.delta', 310, lane],
      ['response.note', 320, undefined],
      ['response.output_text.delta', 320, null],
      ['error', 400, undefined],
    ];
    expect(messagesTo(false)).toEqual(told('a'));
    expect(messagesTo(true)).toEqual(told(undefined));
  });

  it('of a stream has upstream’s events on one line each, as they were told', () => {
    const wide = { ...delta, data: Buffer.from('{\r\n  "type": "response.output_text.delta",\n  "delta": "a\\nb"\n}') };
    const text = 'event: response.output_text.delta\ndata: {"type":"response.output_text.delta","delta":"a\\nb"}\n\n';
    expect(entryOf([wide]).response.content.text).toBe(text);
    const unread = { ...delta, data: Buffer.from('no\nJSON') };
    expect(entryOf([unread]).response.content.text).toContain('data: no\nJSON\n\n');
  });
});
