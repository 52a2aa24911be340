import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sayRaw, statusOfRaw } from '../support/raw-connection.ts';
import { type Rig, startRig } from '../support/slipstream.ts';

/** Who gets past the door: every way of naming a host, an origin and a key, on every kind of route. */

const allowedOrigin = 'https://app.example';
let rig: Rig;

beforeAll(async () => {
  rig = await startRig({ settings: { allowedOrigins: [allowedOrigin] } });
});

afterAll(() => rig.stop());

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
}

function send(method: string, path: string, headers: Record<string, string>): Promise<Answer> {
  const { port } = new URL(rig.baseUrl);
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, method, path, headers, setHost: false }, (response) => {
      response.resume().on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers }));
    });
    outgoing.on('error', reject).end();
  });
}

const portOf = () => new URL(rig.baseUrl).port;

const hosts: readonly (readonly [string, () => string | null, number | null])[] = [
  ['127.0.0.1 with the port', () => `127.0.0.1:${portOf()}`, null],
  ['localhost with the port', () => `localhost:${portOf()}`, null],
  ['LOCALHOST with the port', () => `LOCALHOST:${portOf()}`, null],
  ['[::1] with the port', () => `[::1]:${portOf()}`, null],
  ['[::1] in another spelling', () => `[0:0::0001]:${portOf()}`, null],
  ['no host', () => null, 400],
  ['an empty host', () => '', 400],
  ['a foreign name', () => `evil.example:${portOf()}`, 403],
  ['a name that resolves here', () => `localtest.me:${portOf()}`, 403],
  ['another port', () => '127.0.0.1:1', 403],
  ['no port', () => '127.0.0.1', 403],
  ['another loopback address', () => `127.0.0.2:${portOf()}`, 403],
  ['an address that is no spelling of it', () => `0x7f.1:${portOf()}`, 403],
];

const origins: readonly (readonly [string, string | null, number | null])[] = [
  ['no origin', null, null],
  ['the allowed origin', allowedOrigin, null],
  ['a foreign origin', 'https://evil.example', 403],
  ['the opaque origin', 'null', 403],
  ['its own address', 'http://127.0.0.1:1', 403],
  ['a longer one', `${allowedOrigin}.evil.example`, 403],
  ['another scheme', 'http://app.example', 403],
];

type Key = readonly [name: string, headers: () => Record<string, string>, prefix: () => string, status: number | null];
const keys: readonly Key[] = [
  ['a bearer', () => ({ authorization: `Bearer ${rig.apiKey}` }), () => '', null],
  ['an x-api-key', () => ({ 'x-api-key': rig.apiKey }), () => '', null],
  ['a path key beside a foreign bearer', () => ({ authorization: 'Bearer e30.e30.x' }), () => `/k/${rig.apiKey}`, null],
  ['no key', () => ({}), () => '', 401],
  ['a wrong bearer', () => ({ authorization: 'Bearer wrong' }), () => '', 401],
  ['a wrong path key beside a right bearer', () => ({ authorization: `Bearer ${rig.apiKey}` }), () => '/k/wrong', 401],
];

const routes: readonly (readonly [method: string, path: string, status: number])[] = [
  ['GET', '/v1/models', 200],
  ['GET', '/v1/nothing', 404],
  ['DELETE', '/v1/models', 405],
];

/** The first of the checks that refuses: host, origin, key. */
const expected = (statuses: readonly (number | null)[], served: number) =>
  statuses.find((one) => one !== null) ?? served;

const table = hosts.flatMap(([host, hostOf, hostStatus]) =>
  origins.flatMap(([origin, value, originStatus]) =>
    keys.map(([key, headersOf, prefixOf, keyStatus]) => ({
      name: `${host}, ${origin}, ${key}`,
      hostOf,
      value,
      headersOf,
      prefixOf,
      statuses: [hostStatus, originStatus, keyStatus],
    })),
  ),
);

describe('the door of the proxy', () => {
  it(`judges each of ${table.length} ways to knock, on ${routes.length} routes`, async () => {
    expect(table.length * routes.length).toBeGreaterThan(246);
    for (const { name, hostOf, value, headersOf, prefixOf, statuses } of table) {
      const host = hostOf();
      const headers = {
        ...headersOf(),
        ...(host === null ? {} : { host }),
        ...(value === null ? {} : { origin: value }),
      };
      const answers = await Promise.all(routes.map(([method, path]) => send(method, `${prefixOf()}${path}`, headers)));
      expect(
        answers.map(({ status }) => status),
        name,
      ).toEqual(routes.map(([, , served]) => expected(statuses, served)));
      const isSeen = value === allowedOrigin && statuses[0] === null;
      for (const answer of answers)
        expect(answer.headers['access-control-allow-origin'], name).toBe(isSeen ? allowedOrigin : undefined);
    }
  });

  it('refuses two hosts', async () => {
    const head = `GET /v1/models HTTP/1.1\r\nhost: 127.0.0.1:${portOf()}\r\nhost: evil.example\r\nx-api-key: ${rig.apiKey}\r\n\r\n`;
    expect(statusOfRaw(await sayRaw(rig, head))).toBe(400);
  });

  it('answers the preflight of an allowed origin without a key, and of no other', async () => {
    const host = `127.0.0.1:${portOf()}`;
    const ask = (origin: string) =>
      send('OPTIONS', '/v1/responses', {
        host,
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization, content-type',
      });
    expect(await ask(allowedOrigin)).toMatchObject({
      status: 204,
      headers: {
        'access-control-allow-origin': allowedOrigin,
        'access-control-allow-headers': 'authorization, content-type',
        'access-control-allow-methods': 'GET, POST',
        vary: 'origin',
      },
    });
    const refused = await ask('https://evil.example');
    expect(refused.status).toBe(403);
    expect(refused.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('lets an allowed page read answers and errors, streams among them', async () => {
    const ask = (key: string, stream: boolean) =>
      fetch(`${rig.baseUrl}/v1/responses`, {
        method: 'POST',
        headers: { origin: allowedOrigin, authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'gpt-5.5', input: 'hi', stream }),
      });
    for (const answer of [await ask(rig.apiKey, true), await ask(rig.apiKey, false), await ask('wrong', true)]) {
      expect(answer.headers.get('access-control-allow-origin')).toBe(allowedOrigin);
      expect(answer.headers.get('vary')).toBe('origin');
      await answer.text();
    }
  });
});
