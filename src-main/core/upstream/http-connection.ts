import { subscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { buildConnector } from 'undici';
import type { ConnectionPhase } from '../../shared/model.ts';
import { ConnectionTimer } from './connection-timer.ts';
import { bothFamilies } from './network-fault.ts';
import type { SocksRoute } from './socks.ts';

/** How undici's connections come about. It tells by diagnostics channels, which every request of the process passes. */

/** Absent: Node's own list of roots. */
type Trust = { readonly secureContext?: SecureContext };

type OnSent = (connection: { readonly reused: boolean; readonly phases: readonly ConnectionPhase[] }) => void;

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
  const reused = used.has(socket);
  used.add(socket);
  if (request !== null) listeners.get(request)?.({ reused, phases: reused ? [] : (timers.get(socket)?.phases ?? []) });
});

/** Makes a request; `onSent` hears when its head goes out, and over which connection. */
export function tellingWhenSent<T>(make: () => T, onSent: OnSent): T {
  making = onSent;
  try {
    return make();
  } finally {
    making = null;
  }
}

/** undici's connector, with each new socket timed. */
export function timedConnector(timeoutMs: number, nowMs: () => number, trust: Trust): buildConnector.connector {
  const connect = buildConnector({ timeout: timeoutMs, ...bothFamilies, ...trust });
  return (options, callback) => {
    const timer = new ConnectionTimer(nowMs);
    // The types say nothing of the socket that comes back.
    const socket: unknown = connect(options, callback);
    if (!(socket instanceof Socket)) return;
    timer.watch(socket);
    timers.set(socket, timer);
  };
}

/** The same through a SOCKS proxy. */
export function socksConnector(
  route: SocksRoute,
  timeoutMs: number,
  nowMs: () => number,
  trust: Trust,
): buildConnector.connector {
  const seal = buildConnector({ timeout: timeoutMs, ...bothFamilies, ...trust });
  return (options, callback) => {
    const timer = new ConnectionTimer(nowMs);
    const isSecure = options.protocol === 'https:';
    const opened = (plain: Socket) => {
      const sealed: unknown = isSecure ? seal({ ...options, httpSocket: plain }, callback) : plain;
      const socket = sealed instanceof Socket ? sealed : plain;
      timer.watch(socket);
      timers.set(socket, timer);
      if (!isSecure) callback(null, plain);
    };
    route
      .open(options.hostname, Number(options.port) || (isSecure ? 443 : 80))
      .then(opened, (error: Error) => callback(error, null));
  };
}
