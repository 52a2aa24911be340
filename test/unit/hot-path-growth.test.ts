import { hash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BoundedMap } from '../../src-main/core/bounded-map.ts';
import { KeyBook } from '../../src-main/core/keys/key-book.ts';
import { Recorder } from '../../src-main/core/traces/recorder.ts';
import { Redactor } from '../../src-main/core/traces/redaction.ts';
import { type Chain, Chains } from '../../src-main/core/turn/chains.ts';
import { Issuers } from '../../src-main/core/turn/issuers.ts';
import { oneOffSession, Sessions } from '../../src-main/core/turn/sessions.ts';
import { SocketIndex } from '../../src-main/core/upstream/socket-index.ts';
import { recordingLog, troublesIn } from '../support/host.ts';
import { probeOf } from '../support/read-texts.ts';
import { assistant, user } from '../support/turn-client.ts';
import { walkedBy } from '../support/walked.ts';
import { account, accountsInMemory } from './account-fixtures.ts';
import { fakeClock } from './fake-clock.ts';

/** What each turn asks for costs the same, however many there are of what it is found among. */

const dirs: string[] = [];
afterAll(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
});

const named = (count: number, name: string) => Array.from({ length: count }, (_none, index) => `${name}-${index}`);

async function accountsOf(count: number) {
  const { store, accounts } = accountsInMemory(fakeClock());
  for (const id of named(count, 'account')) await store.add(account(id));
  accounts.views();
  return { store, accounts };
}

function keysOf(count: number): KeyBook {
  const dataDir = mkdtempSync(join(tmpdir(), 'slipstream-growth-'));
  dirs.push(dataDir);
  const limits = { expiresAt: null, models: null, tiers: null, requestsPerDay: null, tokensPerDay: null };
  const used = { day: 0, requests: 0, tokens: 0 };
  const keys = named(count, 'key').map((name) => ({
    ...{ name, id: name, hash: hash('sha256', name, 'hex'), createdAt: 0, lastUsedAt: null, used },
    ...limits,
  }));
  writeFileSync(join(dataDir, 'keys.json'), JSON.stringify({ version: 1, keys }));
  return new KeyBook({ dataDir, troubles: troublesIn(dataDir), clock: fakeClock(), log: recordingLog() });
}

const conversation = [user('hello'), assistant('hi'), user('more')];
const probe = probeOf({ model: 'gpt-5.5', input: conversation }, 'gpt-5.5', null);

function sessionsOf(count: number): Sessions {
  const sessions = new Sessions();
  for (const name of named(count, 'session')) {
    sessions.resolve(name);
    sessions.note(oneOffSession(), { factsHash: name.padEnd(44, '.'), prefixes: [], hasUser: true }, name);
  }
  return sessions;
}

function chainsOf(count: number): Chains {
  const chains = new Chains();
  for (const responseId of named(count, 'response'))
    chains.remember({ responseId, session: oneOffSession(), itemsHash: responseId, fieldsHash: '' } as Chain);
  return chains;
}

function recorderOf(count: number): (id: string) => void {
  const clock = fakeClock();
  const recorder = new Recorder({ clock, log: recordingLog(), redactor: new Redactor(), clientLabel: () => 'curl 8' });
  const body = Buffer.from('{"model":"gpt-5.5"}');
  const turn = (id: string) => {
    const asked = { clientTransport: 'http', kind: 'turn', method: 'POST', path: '/v1/responses', model: 'm' } as const;
    const watch = recorder.begin({
      ...{ ...asked, id, dialect: 'responses', headers: [], body, tierAsked: null, acceptedMs: 0, bodyReadMs: 0 },
    });
    watch.session(id);
    watch.ended('completed', null);
  };
  for (const id of named(count, 'turn')) turn(id);
  return turn;
}

const rows: readonly [string, (count: number) => unknown][] = [
  [
    'the account of a session that has one, among accounts',
    async (count) => {
      const { accounts } = await accountsOf(count);
      return () => accounts.choose('account-0', new Set(), { model: 'gpt-5.5' });
    },
  ],
  [
    'what a turn tells of its account, among accounts',
    async (count) => {
      const { accounts, store } = await accountsOf(count);
      const own = store.require('account-0');
      return () => {
        accounts.turnBegins(own.id)();
        accounts.verdicts.served(own.id, 'gpt-5.5', 1);
        accounts.noteUsage(own.id, { primary: null, secondary: null, readAt: 1 });
        accounts.label(own);
      };
    },
  ],
  [
    'an API key and what it has used, among keys',
    (count) => {
      const book = keysOf(count);
      return () => {
        book.find('key-1')?.admit({ model: 'gpt-5.5', tier: null, counts: true });
        book.meterOf('key-1')(7);
      };
    },
  ],
  [
    'a session, among sessions',
    (count) => {
      const sessions = sessionsOf(count);
      return () => {
        sessions.resolve('session-1');
        sessions.resolve('a new one');
        sessions.find({ factsHash: 'f'.repeat(44), prefixes: probe.prefixes, hasUser: true });
      };
    },
  ],
  [
    'a chain, among chains',
    (count) => {
      const chains = chainsOf(count);
      return () => {
        chains.find(oneOffSession(), probe, () => true);
        chains.remember({ responseId: 'r', session: oneOffSession(), itemsHash: '', fieldsHash: '' } as Chain);
        chains.endingIn('r');
      };
    },
  ],
  [
    'who issued a value, among values',
    (count) => {
      const issuers = new Issuers();
      for (const value of named(count, 'value')) issuers.note(value, 'a');
      return () => {
        issuers.note('one more', 'a');
        issuers.of('value-1');
      };
    },
  ],
  [
    'a turn that is recorded, among turns',
    (count) => {
      const turn = recorderOf(count);
      return () => turn('one more');
    },
  ],
  [
    "a session's sockets, among sockets",
    (count) => {
      const sockets = new SocketIndex<{ key: string; accountId: string }>();
      for (const key of named(count, 'key')) sockets.add({ key, accountId: `of ${key}` });
      return () => [...sockets.ofKey('key-1'), ...sockets.ofAccount('of key-1')];
    },
  ],
];

describe('what a turn walks to find', () => {
  it.each(rows)('%s is the same for 20 and for 2,000', async (_name, make) => {
    const [few, many] = [await make(20), await make(2_000)] as (() => unknown)[];
    if (few === undefined || many === undefined) throw new Error('nothing to run');
    // One that is full has to drop one, or two.
    expect(walkedBy(many) - walkedBy(few)).toBeLessThanOrEqual(2);
  });

  it('is counted at all: an array that is searched, a set and a map that are walked', () => {
    const list = [1, 2, 3];
    expect(walkedBy(() => list.find((one) => one === 1))).toBe(3);
    expect(walkedBy(() => [...new Set(list)])).toBe(4);
    expect(
      walkedBy(() => {
        for (const _each of new Map([[1, 1]]));
      }),
    ).toBe(2);
  });
});

describe('a bounded map', () => {
  it('looks for its oldest from the beginning but once, however many come', () => {
    let looks = 0;
    class Counted extends BoundedMap<number, number> {
      override entries() {
        looks += 1;
        return super.entries();
      }
    }
    const map = new Counted(100);
    for (let key = 0; key < 10_000; key += 1) map.set(key, key);
    expect([looks, map.size, map.get(9_900), map.get(9_899)]).toEqual([1, 100, 9_900, undefined]);
    // Within the limit nobody looks; long after it a new look begins.
    for (let round = 0; round < 10; round += 1) for (let key = 9_900; key < 10_000; key += 1) map.renew(key, -key);
    map.renew(9_950, 0);
    expect(looks).toBe(1);
    map.set(10_000, 0);
    expect([looks, map.has(9_900), map.has(9_950)]).toEqual([2, false, true]);
  });
});
