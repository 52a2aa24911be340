import { describe, expect, it } from 'vitest';
import { policyMeaning } from '../../src-main/shared/tiers.ts';
import { english } from '../../src-main/shared/words/english.ts';
import { createWords } from '../../src-main/shared/words/words.ts';
import { chineseCatalogue } from '../../src-main/shared/words/zh-cn/catalogue.ts';
import { createActions } from '../../src-renderer/stores/actions.ts';
import { createAppStore } from '../../src-renderer/stores/app-store.ts';
import { createToastStore } from '../../src-renderer/stores/toast-store.ts';
import { createWordsStore } from '../../src-renderer/stores/words-store.ts';
import { FakeBridge } from './fake-bridge.ts';
import { makeAccount, makeSignIn, makeSnapshot, plainSettings } from './fixtures.ts';

async function prepare(writeText: (text: string) => Promise<void> = async () => undefined) {
  const bridge = new FakeBridge();
  const appStore = createAppStore(bridge, bridge);
  const toastStore = createToastStore();
  await bridge.answer('app.snapshot', makeSnapshot({ accounts: [makeAccount()] }));
  const actions = createActions(bridge, appStore, toastStore, { writeText }, createWordsStore(appStore, ['en']));
  const texts = (words = english): string[] =>
    toastStore.getState().toasts.map(({ kind, text }) => `${kind}: ${text(words)}`);
  return { bridge, appStore, actions, texts };
}

describe('actions', () => {
  it('toggles fast between on and auto, and turns off into on', async () => {
    const { bridge, appStore, actions } = await prepare();
    const asked = async (policy: 'auto' | 'on' | 'off') => {
      appStore.setState({ settings: { ...plainSettings, fastPolicy: policy } });
      void actions.toggleFast();
      await bridge.answer('settings.set', plainSettings);
      return bridge.calls.at(-1)?.input;
    };
    expect(await asked('auto')).toEqual({ fastPolicy: 'on' });
    expect(await asked('off')).toEqual({ fastPolicy: 'on' });
    expect(await asked('on')).toEqual({ fastPolicy: 'auto' });
  });

  it('says of a setting what it means now, and no longer what it meant before', async () => {
    const { bridge, appStore, actions, texts } = await prepare();
    const { settings } = appStore.getState();
    if (settings === null) throw new Error('There are settings.');
    for (const paused of [true, false]) {
      void actions.togglePaused();
      await bridge.answer('settings.set', { ...settings, paused });
    }
    void actions.setFastPolicy('on');
    await bridge.answer('settings.set', { ...settings, fastPolicy: 'on' });
    expect(texts()).toEqual([`info: ${english.t('toast.resumed')}`, `info: ${policyMeaning(english.t, 'on')}`]);
  });

  it('shows the message of a failed call and changes nothing', async () => {
    const { bridge, appStore, actions, texts } = await prepare();
    const done = actions.changeSettings({ fastPolicy: 'on' });
    await bridge.fail('settings.set', 'The data folder cannot be written.');
    expect(await done).toBe(false);
    expect(texts()).toEqual(['error: The data folder cannot be written.']);
    expect(appStore.getState().settings?.fastPolicy).toBe('auto');
  });

  it('says in another language what is on show when the language is changed', async () => {
    const { bridge, actions, texts } = await prepare();
    void actions.copyText('x', 'toast.apiKey');
    void actions.stopTurn('r1');
    await bridge.answer('requests.stop', null);
    void actions.changeSettings({ fastPolicy: 'on' });
    await bridge.fail('settings.set', 'The data folder cannot be written.');
    const chinese = createWords('zh-CN', chineseCatalogue);
    expect(texts()).toContain(`info: ${english.t('toast.turnStopped')}`);
    expect(texts(chinese)).toEqual([
      `info: ${chinese.t('toast.copied', { what: chinese.t('toast.apiKey') })}`,
      `info: ${chinese.t('toast.turnStopped')}`,
      'error: The data folder cannot be written.',
    ]);
  });

  it('shows an account as a call answered it, before its delta', async () => {
    const { bridge, appStore, actions } = await prepare();
    void actions.setEnabled('a1', false);
    await bridge.answer('accounts.setEnabled', makeAccount({ enabled: false }));
    expect(appStore.getState().accounts.map(({ enabled }) => enabled)).toEqual([false]);
  });

  it('makes no call twice that is under way, and makes it again once that has ended', async () => {
    const { bridge, actions, texts } = await prepare();
    const both = Promise.all([actions.stopTurn('r1'), actions.stopTurn('r1')]);
    void actions.stopTurn('r2');
    expect(bridge.inputsOf('requests.stop')).toEqual([{ id: 'r1' }, { id: 'r2' }]);
    await bridge.answer('requests.stop', null);
    expect(await both).toEqual([true, true]);
    expect(texts()).toEqual(['info: The turn was stopped.']);
    void actions.stopTurn('r1');
    expect(bridge.count('requests.stop')).toBe(3);
  });

  it('names the account it imported, and takes out the one it removed', async () => {
    const { bridge, appStore, actions, texts } = await prepare();
    void actions.importAccount('{}');
    const both = [makeAccount(), makeAccount({ id: 'a2', email: 'grace@example.org' })];
    await bridge.answer('accounts.import', both);
    void actions.linkAccount();
    await bridge.answer('accounts.link', both);
    expect(texts()).toEqual(['info: Imported: grace@example.org.', 'info: Linked; the account was here already.']);
    void actions.removeAccount('a1');
    await bridge.answer('accounts.remove', null);
    expect(appStore.getState().accounts.map(({ id }) => id)).toEqual(['a2']);
  });

  it('names what it imported also where a delta has told of it first', async () => {
    const { bridge, actions, texts } = await prepare();
    void actions.importAccount('{}');
    const both = [makeAccount(), makeAccount({ id: 'a2', email: 'grace@example.org' })];
    bridge.emit({ seq: 1, kind: 'accounts', accounts: both });
    await bridge.answer('accounts.import', both);
    expect(texts()).toEqual(['info: Imported: grace@example.org.']);
  });

  it('brings no account back that was removed before the answer came', async () => {
    const { bridge, appStore, actions } = await prepare();
    void actions.readUsage('a1');
    bridge.emit({ seq: 1, kind: 'accounts', accounts: [] });
    await bridge.answer('accounts.readUsage', makeAccount());
    expect(appStore.getState().accounts).toEqual([]);
  });

  it('takes the word on a sign-in away, and not another sign-in that has begun', async () => {
    const { bridge, appStore, actions } = await prepare();
    const signIn = makeSignIn({ id: 's2' });
    void actions.dismissSignIn('s1');
    bridge.emit({ seq: 1, kind: 'signIn', signIn });
    await bridge.answer('signIn.dismiss', null);
    expect(appStore.getState().signIn).toEqual(signIn);
    void actions.dismissSignIn('s2');
    await bridge.answer('signIn.dismiss', null);
    expect(appStore.getState().signIn).toBeNull();
  });

  it('does not claim a revocation that the issuer did not confirm', async () => {
    const { bridge, appStore, actions, texts } = await prepare();
    void actions.signOut('a1');
    expect(bridge.calls.at(-1)?.input).toEqual({ id: 'a1', revoke: true });
    await bridge.answer('accounts.signOut', { revoked: false });
    expect(texts()).toEqual(['error: Removed here, but the issuer did not confirm that it signed the account out.']);
    expect(appStore.getState().accounts).toEqual([]);
  });

  it('says nothing when freshening quotas fails, since nobody asked for it', async () => {
    const { bridge, actions, texts } = await prepare();
    void actions.freshenUsage();
    await bridge.fail('accounts.freshenUsage', 'Upstream could not be reached.');
    expect(texts()).toEqual([]);
  });

  it('asks for the API key only when it is to be copied', async () => {
    const copied: string[] = [];
    const { bridge, actions } = await prepare(async (text) => void copied.push(text));
    expect(bridge.count('app.apiKey')).toBe(0);
    const done = actions.copyApiKey();
    await bridge.answer('app.apiKey', { apiKey: 'the-key-0123456789' });
    expect(await done).toBe(true);
    expect(copied).toEqual(['the-key-0123456789']);
  });

  it('says so when the clipboard refuses, without showing the key', async () => {
    const { bridge, actions, texts } = await prepare(() => Promise.reject(new Error('denied')));
    const done = actions.copyApiKey();
    await bridge.answer('app.apiKey', { apiKey: 'the-key-0123456789' });
    expect(await done).toBe(false);
    expect(texts()).toEqual(['error: API key could not be copied: the clipboard is not available here.']);
  });
});
