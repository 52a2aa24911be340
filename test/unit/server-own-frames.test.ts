import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import type { EventTranslator } from '../../src-main/core/dialects/translation.ts';
import { CompactSink } from '../../src-main/core/server/compact-sink.ts';
import type { FrameWriter } from '../../src-main/core/server/frame-writer.ts';
import { JsonSink } from '../../src-main/core/server/json-sink.ts';
import { sendError } from '../../src-main/core/server/send.ts';
import { SseSink } from '../../src-main/core/server/sse-sink.ts';
import { TranslatedJsonSink } from '../../src-main/core/server/translated-json-sink.ts';
import { WebsocketSink } from '../../src-main/core/server/websocket-sink.ts';
import type { TurnSink } from '../../src-main/core/turn/turn.ts';
import { makeEvent, readEvent, wireEvent } from '../../src-main/core/wire-event.ts';
import { SlipstreamError } from '../../src-main/shared/errors.ts';
import { fakeClock } from './fake-clock.ts';

/** What a sink says that its client was told: nothing where there is nobody to take it. */

const listener = { resume: () => {}, threw: () => {}, told: () => {}, enough: () => {} };
const error = new SlipstreamError('upstream_closed');
const translator: EventTranslator = {
  event: () => [],
  failure: () => [],
  answer: () => ({ type: 'message' }),
};
const end = makeEvent({ type: 'response.incomplete', response: { status: 'incomplete' } });

function response(method = 'POST'): ServerResponse {
  const request = new IncomingMessage(new Socket());
  request.method = method;
  return new ServerResponse(request);
}

const stream = (to: ServerResponse): TurnSink => {
  const sink = new SseSink(to, false, listener, fakeClock());
  sink.open({ headers: [] });
  return sink;
};

const typesOf = (frames: ReturnType<TurnSink['fail']>) => frames.map(({ type }) => type);

describe('a client that is gone was told', () => {
  it.each<[string, (to: ServerResponse) => TurnSink, string]>([
    ['a stream', stream, 'error'],
    ['a stream that has not begun', (to) => new SseSink(to, false, listener, fakeClock()), 'body'],
    ['one object', (to) => new JsonSink(to), 'body'],
  ])('no error in %s', (_what, sinkOn, type) => {
    expect(typesOf(sinkOn(response()).fail(error))).toEqual([type]);
    const gone = response();
    const sink = sinkOn(gone);
    gone.destroy();
    expect(sink.fail(error)).toEqual([]);
  });

  it('no end of its own', () => {
    expect(typesOf(stream(response()).own(end))).toEqual(['response.incomplete']);
    const gone = response();
    const sink = stream(gone);
    gone.destroy();
    expect(sink.own(end)).toEqual([]);
  });

  it('nothing on a websocket', () => {
    const [send, close] = [vi.fn(), vi.fn()];
    const sinkTo = (isOpen: boolean) =>
      new WebsocketSink({ isOpen, isFull: false, send } as unknown as FrameWriter, { close, cut: () => {} }, null, {
        event: () => {},
        told: () => {},
      });
    const tooBig = new SlipstreamError('message_too_big');
    const all = (sink: TurnSink) => [sink.own(end), sink.fail(error), sink.fail(tooBig), sink.end()].map(typesOf);
    expect(all(sinkTo(false))).toEqual([[], [], [], []]);
    expect([send.mock.calls, close.mock.calls]).toEqual([[], []]);
    expect(all(sinkTo(true))).toEqual([['response.incomplete'], ['error'], ['close 1009'], []]);
    expect(send).toHaveBeenCalledTimes(2);
    expect(close).toHaveBeenCalledExactlyOnceWith(1009);
  });
});

describe('a body was told', () => {
  it('to whoever asked for one, and only once', () => {
    const answer = response();
    const { frames } = sendError(answer, error);
    expect(frames).toMatchObject([{ type: 'body', bytes: frames[0]?.data.length }]);
    expect(JSON.parse(String(frames[0]?.data))).toMatchObject({ error: { code: 'upstream_closed' } });
    expect(sendError(answer, error).frames).toEqual([]);
    expect(sendError(response('HEAD'), error).frames).toEqual([]);
  });

  it.each<[string, (to: ServerResponse) => TurnSink]>([
    ['a Responses object', (to) => new JsonSink(to)],
    ['a compaction', (to) => new CompactSink(to)],
    ['a Messages object', (to) => new TranslatedJsonSink(to, 'messages', translator)],
  ])('as %s, whosever words it is made of', (_what, sinkTo) => {
    const [relayed, cut] = [sinkTo(response()), sinkTo(response())];
    relayed.event(end);
    const told = relayed.end();
    expect(told).toMatchObject([{ type: 'body', bytes: told[0]?.data.length }]);
    expect(relayed.told.headers).toContainEqual(['content-length', String(told[0]?.bytes)]);
    expect(cut.own(end)).toEqual([]);
    expect(cut.end()).toEqual(told);
    const gone = response();
    gone.destroy();
    const toNobody = sinkTo(gone);
    toNobody.event(end);
    expect(toNobody.end()).toEqual([]);
  });
});

describe('an event that Slipstream wrote anew', () => {
  const came = wireEvent(Buffer.from('{"type":"response.in_progress","response":{}}'));

  it.each([false, true])(
    'is told to a stream as it was told, and one of upstream’s is not; of Codex: %j',
    (isCodex) => {
      const told = vi.fn();
      const to = response();
      const sink = new SseSink(to, isCodex, { ...listener, told }, fakeClock());
      sink.open({ headers: [] });
      sink.event(came);
      sink.event(readEvent(came));
      expect(told).not.toHaveBeenCalled();
      sink.event(end);
      expect(told).toHaveBeenCalledExactlyOnceWith([{ type: end.type, bytes: end.data.length, data: end.data }]);
      expect(sink.own(end)).toHaveLength(1);
      to.destroy();
      sink.event(end);
      expect(told.mock.calls.slice(1)).toEqual([[[]]]);
    },
  );

  it.each([null, 'a'])('is told on a websocket as it was told there; in the lane %j', (lane) => {
    const [send, told, event] = [vi.fn(), vi.fn(), vi.fn()];
    const writer = { isOpen: true, isFull: false, send };
    const sink = new WebsocketSink(writer as unknown as FrameWriter, { close: () => {}, cut: () => {} }, lane, {
      event,
      told,
    });
    sink.event(came);
    expect(told).not.toHaveBeenCalled();
    sink.event(end);
    const data = send.mock.calls[1]?.[0];
    expect(JSON.parse(String(data)).stream_id ?? null).toBe(lane);
    expect(told).toHaveBeenCalledExactlyOnceWith([{ type: end.type, bytes: data.length, data }]);
    expect(sink.own(end)).toEqual(told.mock.calls[0]?.[0]);
    writer.isOpen = false;
    sink.event(end);
    expect(told).toHaveBeenCalledOnce();
    expect(event).toHaveBeenCalledTimes(4);
  });
});
