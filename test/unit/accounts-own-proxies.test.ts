import { expect, it } from 'vitest';
import type { Account } from '../../src-main/core/accounts/account.ts';
import { OwnProxies } from '../../src-main/core/accounts/own-proxies.ts';
import { account } from './account-fixtures.ts';

const proxyUrl = 'http://proxy.test:8080';

/** The proxies over accounts that are put there as a whole. */
function proxiesOver(first: readonly Account[]) {
  let accounts = first;
  let changed = () => {};
  const proxies = new OwnProxies({
    get: (id) => accounts.find((one) => one.id === id) ?? null,
    list: () => accounts,
    onChange: (listener) => {
      changed = listener;
      return () => {};
    },
  });
  const put = (...next: readonly Account[]) => {
    accounts = next;
    changed();
  };
  return { of: (id: string) => proxies.of(id), put, hide: () => (accounts = []) };
}

it('the proxy of an account is still told when it was removed, from the very moment on', () => {
  const { of, put, hide } = proxiesOver([account('ann', { proxyUrl }), account('bob')]);
  expect([of('ann'), of('bob'), of('nobody')]).toEqual([proxyUrl, null, null]);
  hide();
  expect(of('ann')).toBe(proxyUrl);
  put();
  expect([of('ann'), of('bob')]).toEqual([proxyUrl, null]);
});

it('an account that came back without one has none, also when it is removed again', () => {
  const { of, put } = proxiesOver([account('ann', { proxyUrl })]);
  put();
  put(account('ann'));
  expect(of('ann')).toBeNull();
  put();
  expect(of('ann')).toBeNull();
});

it('of those that were removed the latest hundred are kept', () => {
  const { of, put } = proxiesOver([account('first', { proxyUrl })]);
  for (let count = 0; count < 100; count += 1) put(account(`later-${count}`, { proxyUrl }));
  expect(of('first')).toBe(proxyUrl);
  put();
  expect([of('first'), of('later-0'), of('later-99')]).toEqual([null, proxyUrl, proxyUrl]);
});
