import { describe, expect, it } from 'vitest';
import { relayablePath } from '../../src-main/core/server/relay-path.ts';

describe('a path that is relayed', () => {
  it.each([
    ['/alpha/search', '', '/alpha/search'],
    ['/images/generations', 'a=1&b=%2F..', '/images/generations?a=1&b=%2F..'],
    ['/responses/resp_1/input_items', 'after=x?y', '/responses/resp_1/input_items?after=x?y'],
    ['/files/a%20b.png', '', '/files/a%20b.png'],
    ['/agents/~me@here:1', '', '/agents/~me@here:1'],
    ['/a/..b/.c', '', '/a/..b/.c'],
  ])('goes on as it came: %s?%s', (path, query, expected) => {
    expect(relayablePath(path, query)).toBe(expected);
  });

  it.each([
    '',
    '/',
    'alpha/search',
    '//evil.example/x',
    '/alpha//search',
    '/..',
    '/alpha/../../wham/usage',
    '/alpha/./search',
    '/alpha/.../search',
    '/%2e%2e/wham/usage',
    '/alpha/.%2E/x',
    '/alpha/%2e/x',
    '/alpha/..;/x',
    '/alpha/..;a=b/x',
    '/alpha%2f..%2fwham',
    '/alpha%5c..%5cwham',
    '/alpha\\..\\wham',
    '/%252e%252e/wham',
    '/alpha/%00',
    '/alpha/%0d%0aHost:evil',
    '/alpha/%c3%28',
    '/alpha/%zz',
    '/alpha/x%3fy',
    '/alpha/x%23y',
    '/alpha/ä',
    '/alpha/x y',
    '/alpha/x#y',
    `/${'a'.repeat(3_000)}`,
  ])('never leaves the base: %s', (path) => {
    expect(relayablePath(path, '')).toBeNull();
  });

  it.each(['/accounts/check', '/me', '/ME', '/m%65', '/oauth/token', '/auth/logout', '/wham/usage', '/billing/x'])(
    'is not about accounts: %s',
    (path) => {
      expect(relayablePath(path, '')).toBeNull();
    },
  );

  it.each(['a b', 'a#b', 'a\u0001', 'ä', 'a'.repeat(20_000)])('has a query that HTTP can carry: %s', (query) => {
    expect(relayablePath('/alpha/search', query)).toBeNull();
  });
});
