import { EventEmitter } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import type { Clock } from '../../src-main/core/ports.ts';
import { loadQuietly, waitForStop } from '../../src-main/node/stop-signals.ts';

function start(before: (source: EventEmitter) => void = () => {}) {
  const source = new EventEmitter();
  before(source);
  const exitNow = vi.fn();
  let nowMs = 0;
  const clock: Clock = { monotonicMs: () => nowMs, epochMs: () => nowMs, after: () => ({ cancel: () => {} }) };
  const stopped = waitForStop(source, clock, exitNow);
  const send = (signal: string, afterMs: number) => {
    nowMs += afterMs;
    source.emit(signal, signal);
  };
  return { stopped, exitNow, send };
}

describe('stop signals', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'])('%s asks for a clean stop', async (signal) => {
    const { stopped, exitNow, send } = start();
    send(signal, 0);
    await stopped;
    expect(exitNow).not.toHaveBeenCalled();
  });

  it('one that a library sends its own process once more, however late, is no second one', () => {
    const { exitNow, send } = start((source) => {
      source.once('SIGTERM', () => queueMicrotask(() => send('SIGTERM', 1_000)));
    });
    send('SIGTERM', 0);
    return Promise.resolve().then(() => expect(exitNow).not.toHaveBeenCalled());
  });

  it('a second signal exits at once', () => {
    const { exitNow, send } = start();
    send('SIGINT', 0);
    send('SIGINT', 1_000);
    expect(exitNow).toHaveBeenCalledOnce();
  });

  it('another signal right after the first exits at once', () => {
    const { exitNow, send } = start();
    send('SIGINT', 0);
    send('SIGTERM', 5);
    expect(exitNow).toHaveBeenCalledOnce();
  });

  it('the copies of one Ctrl-C that the terminal and npm send are one signal', () => {
    const { exitNow, send } = start();
    send('SIGINT', 0);
    send('SIGINT', 5);
    expect(exitNow).not.toHaveBeenCalled();
  });
});

describe('code that is loaded late', () => {
  it('hears no signal that asks to stop, and who heard them before hears them still', async () => {
    const source = new EventEmitter() as EventEmitter & Pick<NodeJS.Process, 'listeners' | 'removeListener'>;
    const [first, library] = [vi.fn(), vi.fn()];
    source.once('SIGTERM', first);
    const loaded = await loadQuietly(async () => {
      source.once('SIGTERM', library);
      source.on('SIGINT', library);
      return 'loaded';
    }, source);
    source.emit('SIGTERM');
    source.emit('SIGINT');
    expect([loaded, first.mock.calls.length, library.mock.calls.length]).toEqual(['loaded', 1, 0]);
  });
});
