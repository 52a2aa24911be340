import { describe, expect, it, vi } from 'vitest';
import { answerCall } from '../../src-main/node/call.ts';
import { fakeHandlers } from '../support/bridge-rig.ts';
import { recordingLog } from '../support/host.ts';

const call = (name: string, input: unknown) =>
  answerCall(fakeHandlers(), { caller: 'screen', name, input }, recordingLog());

describe('a call with the wrong input', () => {
  it.each<[unknown, string]>([
    [{ traceDays: 0 }, '"traceDays": must be a whole number from 1 to 3650'],
    [{ traceTurns: 1.5 }, '"traceTurns": must be a whole number from 1000 to 1000000'],
    [{ traceMegabytes: 'many' }, '"traceMegabytes": must be a whole number from 16 to 10000'],
    [{ originator: 'two words' }, '"originator": must be one word of plain ASCII'],
    [
      { proxyUrl: 'socks4://127.0.0.1:1080' },
      '"proxyUrl": must be an http://, https://, socks5:// or socks5h:// address',
    ],
    [{ allowedOrigins: ['https://a.example', '*'] }, '"allowedOrigins.1": must be an http or https origin'],
    [{ trayClick: 'quit' }, '"trayClick": '],
    [{ traceBodies: 'yes' }, '"traceBodies": '],
  ])('names the field and says why: %j', async (input, words) => {
    const answer = await call('settings.set', input);
    expect(answer).toMatchObject({ ok: false, error: { code: 'call_invalid' } });
    expect(answer.ok ? '' : answer.error.message).toContain(`The input of settings.set is wrong at ${words}`);
  });

  it('says lengths in words for people', async () => {
    const facts = { expiresAt: null, tiers: null, requestsPerDay: null, tokensPerDay: null };
    const answers = [
      await call('keys.create', { ...facts, name: '', models: null }),
      await call('keys.create', { ...facts, name: 'a', models: Array.from({ length: 101 }, () => 'b') }),
    ];
    expect(answers.map((answer) => (answer.ok ? '' : answer.error.message))).toEqual([
      'The input of keys.create is wrong at "name": must not be empty.',
      'The input of keys.create is wrong at "models": must have at most 100 entries.',
    ]);
  });

  it.each(['text', null, 7])('that is no object at all names no field: %j', async (input) => {
    const answer = await call('settings.set', input);
    expect(answer.ok ? '' : answer.error.message).toMatch(/^The input of settings\.set is wrong: \S/);
  });
});

it('a call is answered though its schemas cannot be loaded', async () => {
  vi.resetModules();
  vi.doMock('../../src-main/shared/contract.ts', () => {
    throw new Error('gone');
  });
  try {
    const { answerCall: answer } = await import('../../src-main/node/call.ts');
    const call = { caller: 'screen', name: 'settings.get', input: null } as const;
    expect(await answer(fakeHandlers(), call, recordingLog())).toMatchObject({
      ok: false,
      error: { code: 'internal' },
    });
  } finally {
    vi.doUnmock('../../src-main/shared/contract.ts');
  }
});
