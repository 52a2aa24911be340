import { describe, expect, it } from 'vitest';
import { createActions } from '../../src-renderer/stores/actions.ts';
import { createAppStore } from '../../src-renderer/stores/app-store.ts';
import { createToastStore } from '../../src-renderer/stores/toast-store.ts';
import { FakeBridge } from './fake-bridge.ts';
import { makeAccount, makeSnapshot } from './fixtures.ts';

async function prepare(writeText: (text: string) => Promise<void> = async () => undefined) {
  const bridge = new FakeBridge();
  const appStore = createAppStore(bridge, bridge);
  const toastStore = createToastStore();
  await bridge.answer('app.snapshot', makeSnapshot({ accounts: [makeAccount()] }));
  const actions = createActions(bridge, appStore, toastStore, { writeText });
  const texts = (): string[] => toastStore.getState().toasts.map(({ kind, text }) => `${kind}: ${text}`);
  return { bridge, appStore, actions, texts };
}

describe('actions', () => {
  it('toggles fast between on and auto, and turns off into on', async () => {
    const { bridge, appStore, actions } = await prepare();
    const asked = async (policy: 'auto' | 'on' | 'off') => {
      appStore.setState({ fastPolicy: policy });
      void actions.toggleFast();
      await bridge.answer('fast.set', { policy: 'on' });
      return bridge.calls.at(-1)?.input;
    };
    expect(await asked('auto')).toEqual({ policy: 'on' });
    expect(await asked('off')).toEqual({ policy: 'on' });
    expect(await asked('on')).toEqual({ policy: 'auto' });
  });

  it('shows the message of a failed call and changes nothing', async () => {
    const { bridge, appStore, actions, texts } = await prepare();
    const done = actions.setFastPolicy('on');
    await bridge.fail('fast.set', 'The data folder cannot be written.');
    expect(await done).toBe(false);
    expect(texts()).toEqual(['error: The data folder cannot be written.']);
    expect(appStore.getState().fastPolicy).toBe('auto');
  });

  it('shows an account as a call answered it, before its delta', async () => {
    const { bridge, appStore, actions } = await prepare();
    void actions.setEnabled('a1', false);
    await bridge.answer('accounts.setEnabled', makeAccount({ enabled: false }));
    expect(appStore.getState().accounts.map(({ enabled }) => enabled)).toEqual([false]);
  });

  it('names the account it imported, and takes out the one it removed', async () => {
    const { bridge, appStore, actions, texts } = await prepare();
    void actions.importAccount('{}');
    await bridge.answer('accounts.import', [makeAccount({ id: 'a2', email: 'grace@example.org' })]);
    expect(texts()).toEqual(['info: Imported grace@example.org.']);
    void actions.removeAccount('a1');
    await bridge.answer('accounts.remove', null);
    expect(appStore.getState().accounts.map(({ id }) => id)).toEqual(['a2']);
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
