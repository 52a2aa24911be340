/** A slow line: a stream in front of a socket that delivers every byte later, both ways. */

import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

const MOST_QUEUED_BYTES = 4 * 1024 * 1024;

interface Parcel {
  readonly dueMs: number;
  readonly deliver: () => void;
}

/** Hands parcels over in order, each `delayMs` after it came. */
class DelayLine {
  #delayMs: number;
  #parcels: Parcel[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(delayMs: number) {
    this.#delayMs = delayMs;
  }

  add(deliver: () => void, extraMs = 0): void {
    this.#parcels.push({ dueMs: performance.now() + this.#delayMs + extraMs, deliver });
    this.#arm();
  }

  #arm(): void {
    const [first] = this.#parcels;
    if (!first || this.#timer) return;
    this.#timer = setTimeout(() => this.#deliver(), Math.max(0, Math.ceil(first.dueMs - performance.now())));
  }

  #deliver(): void {
    this.#timer = undefined;
    const nowMs = performance.now();
    while (this.#parcels[0] && this.#parcels[0].dueMs <= nowMs + 0.2) this.#parcels.shift()?.deliver();
    this.#arm();
  }
}

/**
 * The server's view of `socket` over a line with `oneWayMs` of delay. The client's connect is instant on loopback, so
 * its first bytes wait one more round trip, as long as the handshake of TCP would have taken.
 */
export function delayedSocket(socket: Socket, oneWayMs: number): Duplex {
  const inbound = new DelayLine(oneWayMs);
  const outbound = new DelayLine(oneWayMs);
  let first = true;
  let queuedBytes = 0;
  let resumeWrites: (() => void) | undefined;
  const line = new Duplex({
    allowHalfOpen: false,
    read: () => socket.resume(),
    write: (chunk: Buffer, _encoding, done) => {
      queuedBytes += chunk.length;
      outbound.add(() => {
        queuedBytes -= chunk.length;
        if (!socket.destroyed) socket.write(chunk);
        resumeWrites?.();
        resumeWrites = undefined;
      });
      // The line itself holds a window full; more than that pushes back.
      if (queuedBytes < MOST_QUEUED_BYTES) done();
      else resumeWrites = done;
    },
    final: (done) => {
      outbound.add(() => socket.end());
      done();
    },
    destroy: (error, done) => {
      outbound.add(() => socket.destroy());
      done(error);
    },
  });
  socket.on('data', (chunk) => {
    const extraMs = first ? 2 * oneWayMs : 0;
    first = false;
    inbound.add(() => {
      if (!line.destroyed && !line.push(chunk)) socket.pause();
    }, extraMs);
  });
  socket.on('end', () => inbound.add(() => line.push(null)));
  socket.on('error', (error) => inbound.add(() => line.destroy(error)));
  socket.on('close', () => inbound.add(() => line.destroy()));
  return Object.assign(line, {
    setNoDelay: () => line,
    setKeepAlive: () => line,
    setTimeout: () => line,
    resetAndDestroy: () => outbound.add(() => socket.resetAndDestroy()),
    remoteAddress: socket.remoteAddress,
    remotePort: socket.remotePort,
  });
}
