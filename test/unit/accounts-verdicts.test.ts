import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseAccountFile } from '../../src-main/core/accounts/account-file.ts';
import { Accounts } from '../../src-main/core/accounts/accounts.ts';
import { AccountStore } from '../../src-main/core/accounts/store.ts';
import type { VerdictBook } from '../../src-main/core/accounts/verdict-book.ts';
import { readVerdict, type VerdictKind } from '../../src-main/core/accounts/verdict-table.ts';
import { plainSecrets } from '../../src-main/node/secrets.ts';
import { recordingLog, troublesIn } from '../support/host.ts';
import { account, accountsInMemory, origin } from './account-fixtures.ts';
import { fakeClock } from './fake-clock.ts';

const said = (status: number, code: string | null = null, message = 'no', param: string | null = null) =>
  readVerdict({ status, code, type: null, message, param });

describe('what a refusal says of an account', () => {
  it.each<[number, string | null, string, VerdictKind | null]>([
    [401, 'account_deactivated', '', 'deactivated'],
    [403, 'account_suspended', '', 'deactivated'],
    [401, 'user_disabled', '', 'deactivated'],
    [402, 'deactivated_workspace', '', 'deactivated'],
    [403, 'workspace_is_deleted', '', 'deactivated'],
    [401, null, 'Your OpenAI account has been deactivated, please check your email.', 'deactivated'],
    [402, null, '', 'unpaid'],
    [402, 'payment_required', '', 'unpaid'],
    [429, 'usage_not_included', '', 'plan'],
    [403, 'unsupported_country_region_territory', '', 'region'],
    [403, null, 'Country, region, or territory not supported', 'region'],
    [403, null, '', 'refused'],
    [400, 'model_not_available', '', 'model'],
    [404, 'model_not_found', 'The model `x` does not exist or you do not have access to it.', 'model'],
    [403, null, 'Your plan does not include this model.', 'model'],
    [400, null, 'gpt-5.6-sol is not available on your current plan', 'model'],
    // What is no word on an account
    [401, 'token_expired', 'Provided authentication token is expired.', null],
    [401, 'token_invalidated', 'Your authentication token has been invalidated.', null],
    [404, 'model_not_found', 'The model `x` does not exist.', null],
    [400, null, 'The model does not support image inputs.', null],
    [400, 'unsupported_parameter', "'temperature' is not supported with this model.", null],
    [400, 'invalid_value', 'The account name in input[0] is disabled.', null],
    [500, null, 'Your account has been deactivated.', null],
  ])('%i %s %s: %s', (status, code, message, kind) => {
    expect(said(status, code, message)).toBe(kind);
  });

  it('is no word on the model where another member is at fault', () => {
    const words = "The model is not supported with 'flex'.";
    expect([said(400, null, words, 'service_tier'), said(400, null, words, 'model')]).toEqual([null, 'model']);
  });

  it.each<[number, VerdictKind | null]>([
    [403, 'challenged'],
    [429, 'challenged'],
    [503, null],
  ])('a page of Cloudflare’s with %i is %s', (status, kind) => {
    expect(readVerdict({ status, code: null, type: null, message: '', isPage: true })).toBe(kind);
  });
});

const saying = (kind: VerdictKind, words = '') => ({ kind, scope: null, models: [], untilMs: null, words });

describe('what stands against an account', () => {
  it('is told once while it stands, and again when it is said anew', async () => {
    const clock = fakeClock();
    const told: string[] = [];
    const { accounts } = accountsInMemory(clock, { watchVerdict: (_account, { kind }) => told.push(kind) });
    const { id } = await accounts.add(account('a'.repeat(16)));
    for (let time = 0; time < 3; time += 1) accounts.verdicts.note(id, saying('unpaid'));
    accounts.verdicts.note(id, saying('refused'));
    expect(told).toEqual(['unpaid']);
    clock.advance(31 * 60_000);
    accounts.verdicts.note(id, saying('unpaid'));
    expect(told).toEqual(['unpaid', 'unpaid']);
  });

  it('goes when a turn is served, whatever was said', async () => {
    const { accounts } = accountsInMemory(fakeClock());
    const { id } = await accounts.add(account('a'.repeat(16)));
    accounts.verdicts.note(id, saying('refused'));
    accounts.verdicts.served(id, 'm', fakeClock().epochMs());
    expect(accounts.health(id).verdicts).toEqual([]);
  });

  it.each([
    ['a turn', 'refused', (book: VerdictBook, id: string, askedAtMs: number) => book.served(id, 'm', askedAtMs)],
    [
      'a reading',
      'deactivated',
      (book: VerdictBook, id: string, askedAtMs: number) => book.lift(id, 'quota read', askedAtMs),
    ],
  ] as const)('stays where %s was under way already when it was said', async (_what, kind, ends) => {
    const clock = fakeClock();
    const { accounts } = accountsInMemory(clock);
    const { id } = await accounts.add(account('a'.repeat(16)));
    const askedAtMs = clock.epochMs();
    clock.advance(1_000);
    accounts.verdicts.note(id, saying(kind));
    ends(accounts.verdicts, id, askedAtMs);
    expect(accounts.health(id).verdicts).toMatchObject([{ kind }]);
    ends(accounts.verdicts, id, clock.epochMs());
    expect(accounts.health(id).verdicts).toEqual([]);
  });

  it('is not lengthened by turns that ran side by side', async () => {
    const clock = fakeClock();
    const { accounts } = accountsInMemory(clock);
    const { id } = await accounts.add(account('a'.repeat(16)));
    for (let time = 0; time < 20; time += 1) accounts.verdicts.note(id, saying('refused'));
    clock.advance(5 * 60_000);
    expect(accounts.choose(null, new Set()).id).toBe(id);
    expect(accounts.views()[0]?.state).toBe('ready');
  });
});

describe('after a restart', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'slipstream-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  async function opened() {
    const store = new AccountStore({
      dataDir,
      troubles: troublesIn(dataDir),
      secrets: plainSecrets,
      clock: fakeClock(),
      log: recordingLog(),
    });
    await store.load();
    const policy = () => ({ strategy: 'most-headroom', pinnedAccountId: null }) as const;
    const accounts = new Accounts({
      store,
      clock: fakeClock(),
      log: recordingLog(),
      origin,
      encrypted: () => false,
      policy,
    });
    return { store, accounts };
  }

  it('what stands long still does, what is of the moment or the place does not', async () => {
    const first = await opened();
    const id = 'b'.repeat(16);
    await first.accounts.add(account(id));
    for (const kind of ['deactivated', 'region', 'refused'] as const)
      first.accounts.verdicts.note(id, saying(kind, 'No.'));
    // The last write of the queue.
    await first.store.update(id, { priority: 1 });
    const { accounts } = await opened();
    expect(accounts.health(id).verdicts.map(({ kind, words }) => [kind, words])).toEqual([['deactivated', 'No.']]);
    expect(() => accounts.choose(null, new Set())).toThrow(/deactivated.*No\./);
  });

  it('a kind of verdict that nobody knows here costs the account nothing', () => {
    const { tokens: _tokens, ...facts } = account('c'.repeat(16));
    const verdicts = [{ kind: 'hexed' }, 7, null];
    const parsed = parseAccountFile(JSON.stringify({ ...facts, version: 4, verdicts, sealedTokens: '' }));
    expect(parsed).toMatchObject({ kind: 'ok', file: { verdicts: [] } });
  });
});
