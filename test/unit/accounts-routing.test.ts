import { describe, expect, it } from 'vitest';
import { AccountRouting, readRouting } from '../../src-main/core/accounts/routing.ts';
import { recordingLog } from '../support/host.ts';
import { account } from './account-fixtures.ts';
import { fakeClock } from './fake-clock.ts';

const entry = (override: unknown, id = 'w') => ({ id, account_routing_override: override });
const upstreamOrigin = 'https://upstream.test';
const body = (...accounts: unknown[]) => Buffer.from(JSON.stringify({ accounts }));
const one = account('aaaaaaaaaaaaaaaa', { workspaceId: 'w' });

describe('what accounts/check says of a workspace', () => {
  it.each<[string, Buffer, string | null | undefined]>([
    ['an override', body(entry('us')), 'us'],
    ['an override among others', body(entry('us', 'v'), entry('us_cr')), 'us_cr'],
    ['no constraint', body(entry('NO_CONSTRAINT')), null],
    ['nothing of overrides', body({ id: 'w' }), null],
    ['the workspace twice', body(entry('us'), entry('us')), undefined],
    ['not the workspace', body(entry('us', 'v')), undefined],
    ['no list', Buffer.from('{"accounts":{}}'), undefined],
    ['no JSON', Buffer.from('<html>'), undefined],
    ['what cannot be a header', body(entry('us\r\nx: y')), undefined],
  ])('%s', (_what, answer, expected) => {
    expect(readRouting(answer, 'w')?.override).toBe(expected);
  });

  it.each([
    ['NO_CONSTRAINT', null],
    ['https://eu.upstream.test', 'https://eu.upstream.test'],
    ['https://eu.upstream.test:443/path', 'https://eu.upstream.test'],
    ['not an address', null],
    [undefined, null],
  ])('wants its turns at %s', (wanted, expected) => {
    expect(readRouting(body({ id: 'w', workspace_backend_origin: wanted }), 'w')).toEqual({
      override: null,
      origin: expected,
      name: null,
    });
  });

  it.each([
    [{ name: 'Engineering', structure: 'workspace' }, 'Engineering'],
    [{ name: ' Two\n lines\u0000 ', structure: 'workspace' }, 'Two lines'],
    [{ name: 'x'.repeat(200) }, 'x'.repeat(80)],
    [{ name: null, structure: 'personal' }, 'Personal'],
    [{ name: '', structure: 'workspace' }, null],
    [{ name: '\u202eEngineering\u2069', structure: 'workspace' }, 'Engineering'],
    [{ name: '\u200b\u3164', structure: 'workspace' }, null],
    [{}, null],
  ])('is called, by %j, %j', (more, expected) => {
    expect(readRouting(body({ id: 'w', ...more }), 'w')?.name).toBe(expected);
  });
});

describe('the routing of an account', () => {
  it('is read once however many turns ask, and again only after an hour, behind a turn', async () => {
    const clock = fakeClock();
    let asked = 0;
    const read = async () => {
      asked += 1;
      return body(entry(asked === 1 ? 'us' : 'eu'));
    };
    const routing = new AccountRouting({ clock, log: recordingLog(), upstreamOrigin, read });
    expect(await Promise.all([routing.overrideFor(one), routing.overrideFor(one)])).toEqual(['us', 'us']);
    expect(asked).toBe(1);
    clock.advance(61 * 60_000);
    expect(await routing.overrideFor(one)).toBe('us');
    expect(await routing.refresh(one)).toBe('eu');
    expect(await routing.overrideFor(one)).toBe('eu');
    expect(asked).toBe(2);
  });

  it('counts as none where it cannot be read, and is what it was where it was known', async () => {
    const clock = fakeClock();
    const answers: (Buffer | null)[] = [null, body(entry('us')), null];
    const read = async () => {
      const answer = answers.shift() ?? null;
      if (answer === null) throw new Error('away');
      return answer;
    };
    const routing = new AccountRouting({ clock, log: recordingLog(), upstreamOrigin, read });
    expect(await routing.overrideFor(one)).toBeNull();
    expect(await routing.refresh(one)).toBe('us');
    expect(await routing.refresh(one)).toBe('us');
  });

  it('never leads to another host: what upstream wants there is said once, and the account stays', async () => {
    const log = recordingLog();
    const wanted = ['https://upstream.test', 'https://eu.upstream.test', 'https://eu.upstream.test', 'NO_CONSTRAINT'];
    const read = async () => body({ ...entry('us'), workspace_backend_origin: wanted.shift() });
    const routing = new AccountRouting({ clock: fakeClock(), log, upstreamOrigin, read });
    for (let count = 0; count < 4; count += 1) expect(await routing.refresh(one)).toBe('us');
    expect(log.lines).toEqual([
      {
        level: 'warn',
        message: expect.stringContaining('another host'),
        fields: { account: one.id, wanted: 'https://eu.upstream.test', used: upstreamOrigin },
      },
    ]);
  });
});
