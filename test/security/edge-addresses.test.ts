import { createServer, type Server } from 'node:http';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import {
  addressesToOpen,
  canonicalHost,
  canonicalIp,
  OwnHosts,
  readAddress,
} from '../../src-main/core/server/addresses.ts';
import { openPorts } from '../../src-main/core/server/open-ports.ts';

/** Where Slipstream listens, and who else may be there. */

const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'));
const taken: Server[] = [];

afterEach(() => Promise.all(taken.splice(0).map((server) => new Promise((resolve) => server.close(resolve)))));

function occupy(host: string, port = 0): Promise<number> {
  const server = createServer();
  taken.push(server);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, ipv6Only: host === '::1' }, () => {
      const address = server.address();
      resolve(typeof address === 'object' ? (address?.port ?? 0) : 0);
    });
  });
}

/** Holds a port on an address of the two, while nobody has it on the other one. */
async function occupyAlone(host: string, other: string): Promise<number> {
  for (;;) {
    const port = await occupy(host);
    const isFree = await occupy(other, port).catch(() => null);
    if (isFree === null) continue;
    const server = taken.pop();
    await new Promise((resolve) => server?.close(resolve));
    return port;
  }
}

const doors = () => ['127.0.0.1', '::1'].map((ip) => ({ ip, server: createServer() }));

async function open(port: number) {
  const found = await openPorts(doors, port);
  taken.push(...found.doors.map(({ server }) => server));
  return found;
}

describe('an address', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::1', '::1'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['FE80::00AB', 'fe80::ab'],
    ['::ffff:192.168.1.5', '::ffff:c0a8:105'],
    ['fe80::1%eth0', 'fe80::1%eth0'],
    ['localhost', null],
    ['127.1', null],
    ['1'.repeat(5_000), null],
  ])('%.40s has one spelling', (text, spelling) => {
    expect(canonicalIp(text)).toBe(spelling);
  });

  it.each([
    ['[::1]:2575', '[::1]:2575'],
    ['[0:0::1]:2575', '[::1]:2575'],
    ['[FE80::AB]:80', '[fe80::ab]:80'],
    ['LocalHost:1', 'localhost:1'],
    ['[::1', '[::1'],
    ['[x]:1', '[x]:1'],
  ])('in a Host header, %s', (host, spelling) => {
    expect(canonicalHost(host)).toBe(spelling);
  });

  it.each([
    ['127.1', '127.0.0.1'],
    ['0x7f.1', '127.0.0.1'],
    ['2130706433', '127.0.0.1'],
    ['[::1]', '::1'],
    ['localhost', '127.0.0.1'],
    ['::ffff:192.168.1.5', '192.168.1.5'],
    ['::FFFF:c0a8:105', '192.168.1.5'],
    ['0', '0.0.0.0'],
    ['[::]', '::'],
    ['fe80::1%eth0', 'fe80::1%eth0'],
    ['host.example', null],
    ['1.2.3.4.5', null],
    ['10.0.0.1:80', null],
    ['', null],
    ['1'.repeat(5_000), null],
  ])('is read as a person spells it: %.40s', (text, ip) => {
    expect(readAddress(text)).toBe(ip);
  });

  it.each([
    [null, ['127.0.0.1', '::1']],
    ['127.1', ['127.0.0.1', '::1']],
    ['::1', ['127.0.0.1', '::1']],
    ['10.0.0.5', ['127.0.0.1', '::1', '10.0.0.5']],
    ['0.0.0.0', ['0.0.0.0', '::1']],
    ['::', ['0.0.0.0', '::']],
  ])('beside the loopback ones, %s, opens each door once', (extra, ips) => {
    expect(addressesToOpen(extra)).toEqual(ips);
  });

  it('is named by its own port, and without one on port 80 alone', () => {
    const named = (port: number, opened: string[], host: string, localIp?: string) =>
      new OwnHosts(port, opened).has(host, localIp);
    expect(named(80, ['127.0.0.1', '10.0.0.5'], '10.0.0.5')).toBe(true);
    expect(named(81, ['127.0.0.1', '10.0.0.5'], '10.0.0.5')).toBe(false);
    for (const host of ['127.0.0.1:81', 'localhost:81', '[::1]:81', '[fe80::ab]:81'])
      expect(named(81, ['127.0.0.1', 'fe80::ab%eth0'], host)).toBe(true);
  });

  it('of all addresses is the one that the client came to, and no name that points there', () => {
    const hosts = new OwnHosts(81, ['0.0.0.0', '::1']);
    expect(hosts.has('10.0.0.5:81', '10.0.0.5')).toBe(true);
    expect(hosts.has('10.0.0.5:81', '::ffff:10.0.0.5')).toBe(true);
    expect(hosts.has('10.0.0.6:81', '10.0.0.5')).toBe(false);
    expect(hosts.has('evil.example:81', '10.0.0.5')).toBe(false);
    expect(new OwnHosts(81, ['127.0.0.1']).has('10.0.0.5:81', '10.0.0.5')).toBe(false);
  });
});

describe('a port', () => {
  it.runIf(hasIpv6)('is not taken while another program holds it on ::1, and its address is told', async () => {
    const port = await occupyAlone('::1', '127.0.0.1');
    await expect(open(port)).rejects.toMatchObject({
      code: 'port_taken',
      message: expect.stringContaining(`[::1]:${port}`),
    });
    // Nothing is left behind on the other address.
    await occupy('127.0.0.1', port);
  });

  it('is not taken while another program holds it on 127.0.0.1', async () => {
    const port = await occupy('127.0.0.1');
    await expect(open(port)).rejects.toMatchObject({
      code: 'port_taken',
      message: expect.stringContaining(`127.0.0.1:${port}`),
    });
  });

  it('that is left to the system is free on every address', async () => {
    const { port, doors: opened } = await open(0);
    expect(port).toBeGreaterThan(0);
    expect(opened.map(({ ip }) => ip)).toEqual(hasIpv6 ? ['127.0.0.1', '::1'] : ['127.0.0.1']);
  });
});
