/** Faults before a request is accepted, and plain HTTP answers written straight to a socket. */
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { SimulatedAccount } from '../accounts/accounts.ts';
import { httpErrorBody, type Refusal } from '../rules/refusal.ts';
import { usageLimit } from '../rules/usage-limit.ts';
import { sleep } from '../turns/timing.ts';
import { type AcceptFault, refusalOf } from './fault-table.ts';

/** What is left to do after a fault: go on, say no, or nothing (the socket is dead or will never hear more). */
export type AcceptOutcome =
  | { readonly go: 'on' }
  | { readonly go: 'refuse'; readonly refusal: Refusal; readonly body: string | undefined }
  | { readonly go: 'nowhere' };

const goOn: AcceptOutcome = { go: 'on' };

/** Carries out an accept fault; `acceptDelayMs` is waited for in any case. Synchronous if there is nothing to wait for. */
export function accept(
  acceptDelayMs: number,
  socket: Duplex,
  fault: AcceptFault | undefined,
  account: SimulatedAccount | undefined,
): AcceptOutcome | Promise<AcceptOutcome> {
  const delayMs = acceptDelayMs + (fault?.kind === 'slow' ? fault.delayMs : 0);
  if (delayMs > 0) return sleep(delayMs).then(() => strike(socket, fault, account));
  return strike(socket, fault, account);
}

function strike(socket: Duplex, fault: AcceptFault | undefined, account: SimulatedAccount | undefined): AcceptOutcome {
  if (!fault || fault.kind === 'slow') return goOn;
  if (fault.kind === 'status') {
    const refusal = refusalOf(fault, { usageLimit: (resetsAt) => usageLimit(account, resetsAt) });
    const headers = { ...refusal.headers, ...fault.headers };
    return { go: 'refuse', refusal: { ...refusal, status: fault.status, headers }, body: fault.body };
  }
  if (fault.kind === 'reset') resetSocket(socket);
  return { go: 'nowhere' };
}

/** RST if the socket can, an abrupt end otherwise. */
export function resetSocket(socket: Duplex): void {
  if ('resetAndDestroy' in socket && typeof socket.resetAndDestroy === 'function') socket.resetAndDestroy();
  else socket.destroy();
}

/** Answers an upgrade request with a status instead of 101, and ends the connection. */
export function refuseUpgrade(socket: Duplex, refusal: Refusal, body = httpErrorBody(refusal)): void {
  const lines = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? 'Error'}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    ...Object.entries(refusal.headers ?? {}).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}
