import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeyBook } from '../../src-main/core/keys/key-book.ts';
import { recordingLog, troublesIn } from '../support/host.ts';
import { fakeClock } from './fake-clock.ts';

const facts = { name: 'Ada', expiresAt: null, models: null, tiers: null, requestsPerDay: null, tokensPerDay: null };

let dataDir: string;
let log: ReturnType<typeof recordingLog>;
const path = () => join(dataDir, 'keys.json');
const open = () => new KeyBook({ dataDir, troubles: troublesIn(dataDir), clock: fakeClock(), log });

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'slipstream-keys-'));
  log = recordingLog();
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

describe('the file of API keys', () => {
  it('has what was made, for the next run', async () => {
    const key = await (await open()).create(facts);
    expect((await open()).find(key)?.name()).toBe('Ada');
    expect(log.lines).toEqual([]);
  });

  it('of a newer Slipstream stays as it is, and opens nothing', async () => {
    const newer = '{"version":2,"keys":[{"name":"Ada"}]}';
    writeFileSync(path(), newer);
    const book = await open();
    await expect(book.create(facts)).rejects.toMatchObject({
      code: 'store_unwritable',
      message: expect.stringContaining('newer Slipstream'),
    });
    await book.close();
    expect([readFileSync(path(), 'utf8'), book.list(), log.lines.length]).toEqual([newer, [], 1]);
  });

  it('that the system does not give stays where it is', async () => {
    mkdirSync(path());
    const book = await open();
    await expect(book.create(facts)).rejects.toMatchObject({ code: 'store_unwritable' });
    expect(readdirSync(dataDir)).toEqual(['keys.json']);
  });

  it('that takes one of two changes at once has that one alone', async () => {
    const book = open();
    for (const name of ['Ada', 'Bob']) await book.create({ ...facts, name });
    const [ada, bob] = book.list().map(({ id }) => id);
    rmSync(path());
    mkdirSync(path());
    const first = book.revoke(ada ?? '').catch(() => rmSync(path(), { recursive: true }));
    const second = book.revoke(bob ?? '');
    await first;
    expect(await second).toBe('Bob');
    expect(book.list().map(({ name }) => name)).toEqual(['Ada']);
    expect(
      open()
        .list()
        .map(({ name }) => name),
    ).toEqual(['Ada']);
  });

  it('that is damaged is set aside', async () => {
    writeFileSync(path(), '{"version":1,"keys":[{');
    await (await open()).create(facts);
    expect(readdirSync(dataDir)).toHaveLength(2);
  });
});
