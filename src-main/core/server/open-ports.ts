import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SlipstreamError } from '../../shared/errors.ts';
import { hostOf } from './addresses.ts';

/** One address to listen on, as a server that is not listening yet. */
export interface Door {
  readonly ip: string;
  readonly server: Server;
}

/** Codes of machines without IPv6: there is nobody else on its loopback address either. */
const absentCodes = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EPROTONOSUPPORT']);
/** Ports that are free on one address may be taken on the other. */
const portTries = 20;

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
}

function listenOn({ ip, server }: Door, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: ip, port, ipv6Only: ip.includes(':') }, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function listenError(cause: unknown, ip: string, port: number): SlipstreamError {
  if (codeOf(cause) === 'EADDRINUSE')
    return new SlipstreamError('port_taken', {
      message: `Port ${port} is taken by another program, at ${hostOf(ip, port)}. Stop it, or choose one with --port.`,
      cause,
    });
  if (absentCodes.has(codeOf(cause)))
    return new SlipstreamError('request_invalid', {
      message: `This machine has no address ${ip} to listen on. Choose another with --listen.`,
      cause,
    });
  const text = cause instanceof Error ? cause.message : String(cause);
  return new SlipstreamError('internal', { message: `Slipstream cannot listen: ${text}`, cause });
}

function close(doors: readonly Door[]): Promise<unknown> {
  return Promise.all(doors.map(({ server }) => new Promise((resolve) => server.close(resolve))));
}

/**
 * Listens on the same port of every address; 0 takes one that is free on all. ::1 is left out where the machine has none, but
 * not where another program holds it: clients that say `localhost` would send that program the API key. Throws `port_taken`,
 * with nothing left listening.
 */
export async function openPorts(
  makeDoors: () => readonly Door[],
  wanted: number,
): Promise<{
  readonly port: number;
  readonly doors: readonly Door[];
}> {
  for (let tries = 1; ; tries += 1) {
    const open: Door[] = [];
    let port = wanted;
    try {
      for (const door of makeDoors()) {
        try {
          port = await listenOn(door, port);
          open.push(door);
        } catch (cause) {
          if (door.ip === '::1' && absentCodes.has(codeOf(cause))) continue;
          throw listenError(cause, door.ip, port);
        }
      }
      return { port, doors: open };
    } catch (error) {
      await close(open);
      const mayTryAnother = wanted === 0 && tries < portTries;
      if (!mayTryAnother || !(error instanceof SlipstreamError) || error.code !== 'port_taken') throw error;
    }
  }
}
