import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import type { FrameWriter } from '../../src-main/core/server/frame-writer.ts';
import { JsonSink } from '../../src-main/core/server/json-sink.ts';
import { sendError } from '../../src-main/core/server/send.ts';
import { SseSink } from '../../src-main/core/server/sse-sink.ts';
import { WebsocketSink } from '../../src-main/core/server/websocket-sink.ts';
import type { TurnSink } from '../../src-main/core/turn/turn.ts';
import { makeEvent } from '../../src-main/core/wire-event.ts';
import { SlipstreamError } from '../../src-main/shared/errors.ts';
import { fakeClock } from './fake-clock.ts';

/** What a sink says that its client was told: nothing where there is nobody to take it. */

const listener = { resume: () => {}, threw: () => {}, told: () => {}, enough: () => {} };
const error = new SlipstreamError('upstream_closed');
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
      new WebsocketSink(
        { isOpen, isFull: false, send } as unknown as FrameWriter,
        { close, cut: () => {} },
        null,
        () => {},
      );
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

  it('by Slipstream itself only where the answer’s end is its own', () => {
    const [relayed, cut] = [new JsonSink(response()), new JsonSink(response())];
    relayed.event(end);
    expect(relayed.end()).toEqual([]);
    expect(cut.own(end)).toEqual([]);
    expect(cut.end()).toMatchObject([{ type: 'body' }]);
  });
});
