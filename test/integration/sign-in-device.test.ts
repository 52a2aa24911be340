import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AccountsRig, startAccountsRig } from '../support/accounts-rig.ts';
import { captureEvents, wireNames } from '../support/capture-events.ts';

const userCodePath = '/api/accounts/deviceauth/usercode';
const pollPath = '/api/accounts/deviceauth/token';

let rig: AccountsRig;
const start = () => rig.app.handlers['signIn.start']({ method: 'device' });

beforeEach(async () => {
  rig = await startAccountsRig();
});
afterEach(() => rig.stop());

describe('a sign-in with a device code', () => {
  it('shows a code and a page, opens nothing, and is done once somebody has entered the code', async () => {
    const person = rig.simulator.addAccount({ email: 'ada@example.test', plan: 'pro' });
    const view = await start();
    expect(view).toMatchObject({ state: 'waiting', url: `${rig.simulator.issuerUrl}/codex/device` });
    expect(view.userCode).toMatch(/^[A-Z0-9]{4}-[A-Z0-9]{5}$/);
    expect(rig.opened).toEqual([]);
    expect(person.approveDevice(view.userCode ?? '')).toBe(true);
    const done = await rig.app.handlers['signIn.wait']({ id: view.id });
    expect(done).toMatchObject({ state: 'done', userCode: null, message: 'Signed in as ada@example.test (pro).' });
    expect(rig.app.snapshot().accounts).toMatchObject([{ id: done.accountId, source: 'device', state: 'ready' }]);
  });

  it('asks what the official client asks: the same paths, bodies and headers', async () => {
    const person = rig.simulator.addAccount();
    const view = await start();
    await polled(2);
    person.approveDevice(view.userCode ?? '');
    await rig.signIn('done');
    const official = captureEvents('login-device').filter((event) => event.kind === 'http');
    for (const path of [userCodePath, pollPath, '/oauth/token']) {
      const ours = rig.asked(path).at(-1);
      const theirs = official.findLast((event) => event.path === path);
      expect(wireNames(ours?.headers)).toEqual(wireNames(theirs?.headers));
      expect(keys(ours?.body)).toEqual(keys(theirs?.body));
    }
    expect(rig.asked(userCodePath)[0]?.body).toEqual(official[0]?.body);
    const form = new URLSearchParams(rig.asked('/oauth/token')[0]?.rawBody.toString());
    expect(form.get('redirect_uri')).toBe(`${rig.simulator.issuerUrl}/deviceauth/callback`);
  });

  it('is told of until somebody has read it, and no longer than it is true', async () => {
    const end = async () => {
      const view = await rig.app.handlers['signIn.start']({ method: 'device' });
      await rig.app.handlers['signIn.dismiss']({ id: view.id });
      expect(rig.app.snapshot().signIn?.state).toBe('waiting');
      rig.simulator.addAccount({ email: 'ada@example.test' }).approveDevice(view.userCode ?? '');
      return rig.signIn('done');
    };
    const first = await end();
    await rig.app.handlers['signIn.dismiss']({ id: 'another' });
    expect(rig.app.snapshot().signIn?.state).toBe('done');
    await rig.app.handlers['signIn.dismiss']({ id: first.id });
    expect(rig.app.snapshot().signIn).toBeNull();
    expect(rig.deltas.findLast(({ kind }) => kind === 'signIn')).toMatchObject({ signIn: null });
    const { accountId } = await end();
    await rig.app.handlers['accounts.remove']({ id: accountId ?? '' });
    expect(rig.app.snapshot().signIn).toBeNull();
  });

  it('can be cancelled, and asks no more then', async () => {
    const view = await start();
    await polled(1);
    await rig.app.handlers['signIn.cancel']({ id: view.id });
    expect(rig.app.snapshot().signIn).toMatchObject({ state: 'cancelled', userCode: null, url: null });
    expect(rig.app.snapshot().accounts).toEqual([]);
  });

  it('says so when the issuer cannot be reached, and leaves no sign-in behind', async () => {
    await rig.simulator.stop();
    await expect(start()).rejects.toMatchObject({ code: 'issuer_unreachable' });
    expect(rig.app.snapshot().signIn).toBeNull();
  });
});

/** Resolves once the issuer was polled so often. */
async function polled(times: number): Promise<void> {
  while (rig.asked(pollPath).length < times) await new Promise((resolve) => setImmediate(resolve));
}

/** Names of a body's members, in order. */
function keys(body: unknown): string[] {
  if (typeof body === 'string') return [...new URLSearchParams(body).keys()];
  return typeof body === 'object' && body !== null ? Object.keys(body) : [];
}
