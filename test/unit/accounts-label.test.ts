import { describe, expect, it } from 'vitest';
import { accountLabel } from '../../src-main/core/accounts/account.ts';
import { account, accountsInMemory, authFile } from './account-fixtures.ts';
import { fakeClock } from './fake-clock.ts';

const accountsOf = (importedAs?: 'demo') =>
  accountsInMemory(fakeClock(), importedAs === undefined ? {} : { importedAs });

describe('how an account is named where its e-mail is not shown', () => {
  it.each([
    ['annabelle@example.test', 'plus', 'an…@e… (plus)'],
    ['annabelle@example.test', null, 'an…@e…'],
    ['a@b', 'pro', 'a…@b… (pro)'],
    ['no address', 'pro', 'no… (pro)'],
    ['@example.test', null, '…@e…'],
  ])('%s, %s: %s', (email, plan, label) => {
    expect(accountLabel({ email, plan })).toBe(label);
  });

  it('numbers those that would have one name, by age, and no others', async () => {
    const { accounts, store } = accountsOf();
    const email = 'ann@example.test';
    await store.add(account('aaaaaaaaaaaaaaaa', { email, addedAt: 2 }));
    await store.add(account('bbbbbbbbbbbbbbbb', { email, addedAt: 1 }));
    await store.add(account('cccccccccccccccc', { email, addedAt: 3, plan: 'team' }));
    const labels = () => accounts.views().map(({ id, label }) => [id[0], label]);
    expect(labels()).toEqual([
      ['b', 'an…@e… (plus) #1'],
      ['a', 'an…@e… (plus) #2'],
      ['c', 'an…@e… (team)'],
    ]);
    await store.remove('bbbbbbbbbbbbbbbb');
    expect(labels()[0]).toEqual(['a', 'an…@e… (plus)']);
  });
});

describe('where an imported account came from', () => {
  it.each([
    [undefined, 'import'],
    ['demo', 'demo'],
  ] as const)('%s: %s', async (importedAs, source) => {
    const { accounts } = accountsOf(importedAs);
    await accounts.importFile(authFile());
    expect(accounts.views()).toMatchObject([{ source }]);
  });
});
