import { subscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';
import type { ConnectionPhase } from '../../shared/model.ts';
import type { ConnectionTimer } from './connection-timer.ts';
import { skipContinue } from './continue-answers.ts';

/** How undici's connections come about. It tells by diagnostics channels, which every request of the process passes. */

/** Hears when a request's head goes out, and over which connection. */
export type OnSent = (connection: { readonly reused: boolean; readonly phases: readonly ConnectionPhase[] }) => void;

const timers = new WeakMap<object, ConnectionTimer>();
const used = new WeakSet<object>();
const listeners = new WeakMap<object, OnSent>();
/** Set while a request is being made, which undici does at once. */
let making: OnSent | null = null;

function members(message: unknown): { readonly request: object | null; readonly socket: object | null } {
  const { request = null, socket = null } = (message ?? {}) as { request?: object | null; socket?: object | null };
  return { request, socket };
}

subscribe('undici:request:create', (message) => {
  const { request } = members(message);
  if (request !== null && making !== null) listeners.set(request, making);
});

subscribe('undici:client:sendHeaders', (message) => {
  const { request, socket } = members(message);
  if (socket === null) return;
  if (socket instanceof Socket) skipContinue(socket);
  const reused = used.has(socket);
  used.add(socket);
  if (request !== null) listeners.get(request)?.({ reused, phases: reused ? [] : (timers.get(socket)?.phases ?? []) });
});

/** Makes a request, and says when it is sent. */
export function tellingWhenSent<T>(make: () => T, onSent: OnSent): T {
  making = onSent;
  try {
    return make();
  } finally {
    making = null;
  }
}

/** Follows a socket that is about to connect; the first request on it tells what that took. */
export function timeSocket(socket: Socket, timer: ConnectionTimer): void {
  timer.watch(socket);
  timers.set(socket, timer);
}
