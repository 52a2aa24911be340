import { describe, expect, it } from 'vitest';
import type { Account, SignedOut } from '../../src-main/core/accounts/account.ts';
import { Questions } from '../../src-main/core/accounts/questions.ts';
import { SlipstreamError } from '../../src-main/shared/errors.ts';
import { account, healthy, origin } from './account-fixtures.ts';

const ann = account('ann');
const withToken = (of: Account, accessToken: string): Account => ({ ...of, tokens: { ...of.tokens, accessToken } });

interface State {
  readonly signedOut?: SignedOut;
  readonly isSignInRefused?: boolean;
}

/** Questions about one account, whose renewals give tokens called `new 1`, `new 2`; upstream answers with these statuses. */
function questionsOf(statuses: readonly (number | null)[], { signedOut, isSignInRefused = false }: State = {}) {
  let current: Account | null = ann;
  let changed = () => {};
  const renewals: string[] = [];
  const asked: string[] = [];
  const answered: string[] = [];
  const left = [...statuses];
  const questions = new Questions({
    origin,
    store: {
      get: () => current,
      onChange: (listener) => {
        changed = listener;
        return () => {};
      },
    },
    accounts: {
      health: () => ({ ...healthy, signedOut: signedOut ?? null }),
      verdicts: { isSignInRefused: () => isSignInRefused } as never,
      ways: { works: (reached: Account) => void answered.push(reached.id) } as never,
    },
    refresher: {
      ready: async (given) => current ?? given,
      refresh: async (given, reason) => {
        renewals.push(reason);
        current = withToken(given, `new ${renewals.length}`);
        return current;
      },
    },
  });
  const send = async ({ tokens }: Account) => {
    asked.push(tokens.accessToken);
    const status = left.shift() ?? null;
    return status === null ? ({ kind: 'unreachable' } as const) : ({ kind: 'answered', status } as const);
  };
  const put = (account: Account | null) => {
    current = account;
    changed();
  };
  return { ask: (given = ann) => questions.ask(given, send), asked, answered, renewals, put };
}

const old = ann.tokens.accessToken;

describe('a question on the behalf of an account', () => {
  it.each([
    ['is answered', [200], {}, [old]],
    ['goes with a renewed token where upstream has taken the old one back', [401, 200], {}, [old, 'new 1']],
    ['is asked no third time', [401, 401, 200], {}, [old, 'new 1']],
    ['is not asked again for any other refusal', [403, 200], {}, [old]],
    ['is not asked again where nobody answers', [null, 200], {}, [old]],
    ['renews nothing of an account that is signed out', [401, 200], { signedOut: 'token' }, [old]],
    ['renews nothing where upstream takes no new token', [401, 200], { isSignInRefused: true }, [old]],
  ] as const)('%s', async (_what, statuses, state, tokens) => {
    const { ask, asked, renewals } = questionsOf(statuses, state);
    await ask();
    expect(asked).toEqual(tokens);
    expect(renewals).toEqual(tokens.slice(1).map(() => 'unauthorized_recovery'));
  });

  it('tells that the way of the account leads somewhere, where anybody answers', async () => {
    const { ask, answered } = questionsOf([null, 403]);
    await ask();
    expect(answered).toEqual([]);
    await ask();
    expect(answered).toEqual(['ann']);
  });

  it('renews nothing where there is nothing to renew by', async () => {
    const { ask, put, renewals } = questionsOf([401]);
    put({ ...ann, tokens: { ...ann.tokens, refreshToken: null } });
    expect(await ask()).toEqual({ kind: 'answered', status: 401 });
    expect(renewals).toEqual([]);
  });

  it('with a token that was refused although it was new is renewed no more, until the account has another', async () => {
    const { ask, put, renewals } = questionsOf([401, 401, 401, 401, 200]);
    await ask();
    await ask();
    expect(renewals).toHaveLength(1);
    put(withToken(ann, 'signed in anew'));
    expect(await ask()).toEqual({ kind: 'answered', status: 200 });
    expect(renewals).toHaveLength(2);
  });

  it('of an account that was removed and came back is renewed as any other', async () => {
    const { ask, put, renewals } = questionsOf([401, 401, 401, 200]);
    await ask();
    put(null);
    put(withToken(ann, 'new 1'));
    expect(await ask()).toEqual({ kind: 'answered', status: 200 });
    expect(renewals).toHaveLength(2);
  });

  it('is not asked of an upstream that the account does not belong to', async () => {
    const { ask, asked } = questionsOf([200]);
    const elsewhere = { ...ann, origin: { ...origin, upstream: 'http://other.test' } };
    await expect(ask(elsewhere)).rejects.toThrow(SlipstreamError);
    expect(asked).toEqual([]);
  });
});
