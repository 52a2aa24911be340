import { describe, expect, it } from 'vitest';
import { headerRecord, headerValue, headerValues, pairHeaders } from '../../src-main/core/headers.ts';
import { sameSecret } from '../../src-main/core/same-secret.ts';
import { OwnHosts } from '../../src-main/core/server/addresses.ts';
import {
  checkHost,
  checkKey,
  checkOrigin,
  concealCredentials,
  splitPathKey,
} from '../../src-main/core/server/guard.ts';
import { SlipstreamError } from '../../src-main/shared/errors.ts';
import type { RawHeader } from '../../src-main/shared/model.ts';

/** The code of what a check throws, or `ok`. */
function verdict(check: () => void): string {
  try {
    check();
    return 'ok';
  } catch (error) {
    return error instanceof SlipstreamError ? error.code : 'something else';
  }
}

const allowed = new OwnHosts(2575, ['127.0.0.1', '::1']);

describe('the Host header', () => {
  it.each<[readonly RawHeader[], string]>([
    [[['Host', '127.0.0.1:2575']], 'ok'],
    [[['host', 'localhost:2575']], 'ok'],
    [[['Host', 'LOCALHOST:2575']], 'ok'],
    [[['Host', '[::1]:2575']], 'ok'],
    [[], 'host_invalid'],
    [[['Host', '']], 'host_invalid'],
    [[['Host', '  ']], 'host_invalid'],
    [
      [
        ['Host', '127.0.0.1:2575'],
        ['host', '127.0.0.1:2575'],
      ],
      'host_invalid',
    ],
    [
      [
        ['Host', '127.0.0.1:2575'],
        ['Host', 'evil.test'],
      ],
      'host_invalid',
    ],
    [[['Host', 'evil.test']], 'host_refused'],
    [[['Host', 'evil.test:2575']], 'host_refused'],
    [[['Host', '127.0.0.1']], 'host_refused'],
    [[['Host', '127.0.0.1:2576']], 'host_refused'],
    [[['Host', '127.0.0.1:2575.evil.test']], 'host_refused'],
    [[['Host', 'user@127.0.0.1:2575']], 'host_refused'],
    [[['Host', '127.0.0.1:2575,evil.test']], 'host_refused'],
    [[['Host', '0.0.0.0:2575']], 'host_refused'],
    [[['Host', '127.0.0.2:2575']], 'host_refused'],
    [[['Host', 'localhost.:2575']], 'host_refused'],
    [[['X-Forwarded-Host', '127.0.0.1:2575']], 'host_invalid'],
  ])('%j: %s', (headers, expected) => {
    expect(verdict(() => checkHost(headers, allowed, '127.0.0.1'))).toBe(expected);
  });
});

describe('the Origin header', () => {
  it.each<[readonly RawHeader[], readonly string[], string]>([
    [[], [], 'ok'],
    [[['Origin', 'https://evil.test']], [], 'origin_refused'],
    [[['origin', 'null']], [], 'origin_refused'],
    [[['Origin', '']], [], 'origin_refused'],
    [[['Origin', 'http://127.0.0.1:2575']], [], 'origin_refused'],
    [[['Origin', 'https://app.test']], ['https://app.test'], 'ok'],
    [[['Origin', 'https://app.test.evil.test']], ['https://app.test'], 'origin_refused'],
    [[['Origin', 'https://app.test:8443']], ['https://app.test'], 'origin_refused'],
    [
      [
        ['Origin', 'https://app.test'],
        ['Origin', 'https://evil.test'],
      ],
      ['https://app.test'],
      'origin_refused',
    ],
  ])('%j with %j allowed: %s', (headers, origins, expected) => {
    expect(verdict(() => checkOrigin(headers, origins))).toBe(expected);
  });
});

describe('the API key', () => {
  const key = 'local-key-0123456789';
  const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln';

  it.each<[readonly RawHeader[], string | null, string]>([
    [[['authorization', `Bearer ${key}`]], null, 'ok'],
    [[['Authorization', `bearer  ${key}`]], null, 'ok'],
    [[['x-api-key', key]], null, 'ok'],
    [[], key, 'ok'],
    [[['authorization', `Bearer ${jwt}`]], key, 'ok'],
    [[['authorization', 'nonsense']], key, 'ok'],
    [[], null, 'key_missing'],
    [[['authorization', key]], null, 'key_missing'],
    [[['authorization', `Basic ${key}`]], null, 'key_missing'],
    [[['authorization', 'Bearer ']], null, 'key_missing'],
    [[['authorization', `Bearer ${jwt}`]], null, 'key_wrong'],
    [[['authorization', `Bearer ${key}x`]], null, 'key_wrong'],
    [[['authorization', `Bearer ${key.slice(1)}`]], null, 'key_wrong'],
    [[['x-api-key', '']], null, 'key_wrong'],
    [[['authorization', `Bearer ${key}`]], 'wrong', 'key_wrong'],
    [[['authorization', `Bearer ${key}`]], '', 'key_wrong'],
    [
      [
        ['x-api-key', 'wrong'],
        ['authorization', `Bearer ${key}`],
      ],
      null,
      'key_wrong',
    ],
  ])('%j with %j in the path: %s', (headers, pathKey, expected) => {
    expect(verdict(() => checkKey(headers, pathKey, { apiKey: key, find: () => null }))).toBe(expected);
  });

  it.each([
    ['/v1/responses', '/v1/responses', null],
    [`/k/${key}/v1/responses`, '/v1/responses', key],
    [`/k/${key}`, '/', key],
    ['/k/', '/', ''],
    ['/k//v1/models', '/v1/models', ''],
    ['/kk/x/v1', '/kk/x/v1', null],
    ['/v1/k/x', '/v1/k/x', null],
    [`/k/${key}/k/other/v1`, '/k/other/v1', key],
  ])('of the path %s', (path, rest, found) => {
    expect(splitPathKey(path)).toEqual({ path: rest, key: found });
  });

  it.each([
    ['same', 'same', true],
    ['same', 'samf', false],
    ['same', 'samesame', false],
    ['samesame', 'same', false],
    ['same', 'same\0', false],
    ['same\0', 'same', false],
    ['', '\0', false],
    ['schlüssel', 'schlüssel', true],
    ['schlüsse', 'schlüssel', false],
    ['x', 'é', false],
    ['', 'same', false],
    ['', '', true],
  ])('compares %j with %j', (given, expected, result) => {
    expect(sameSecret(given, expected)).toBe(result);
  });

  it('is blanked in what is kept, in either header and any case, and everything else stays', () => {
    const headers: RawHeader[] = [
      ['AUTHORIZATION', `Bearer ${key}`],
      ['X-Api-Key', key],
      ['User-Agent', 'curl'],
    ];
    expect(concealCredentials(headers)).toEqual([
      ['AUTHORIZATION', '<redacted>'],
      ['X-Api-Key', '<redacted>'],
      ['User-Agent', 'curl'],
    ]);
  });
});

describe('headers as they are on the wire', () => {
  const headers = pairHeaders(['A', '1', 'b', '2', 'a', '3']);

  it('keep order, case and repeats', () => {
    expect(headers).toEqual([
      ['A', '1'],
      ['b', '2'],
      ['a', '3'],
    ]);
  });

  it('are found whatever their case', () => {
    expect([headerValue(headers, 'a'), headerValue(headers, 'B'), headerValue(headers, 'c')]).toEqual(['1', '2', null]);
    expect(headerValues(headers, 'A')).toEqual(['1', '3']);
  });

  it('become lists where a name repeats', () => {
    expect(headerRecord(pairHeaders(['x', '1', 'x', '2', 'x', '3', 'y', '4']))).toEqual({ x: ['1', '2', '3'], y: '4' });
  });
});
