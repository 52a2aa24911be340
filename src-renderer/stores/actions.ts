import type { Bridge, CallInput, CallName, CallOutput } from '../../src-main/shared/contract.ts';
import type { AccountPolicy, FastPolicy } from '../../src-main/shared/model.ts';
import { type AppStore, withAccount } from './app-store.ts';
import type { ToastStore } from './toast-store.ts';

/** What the user can have done. Each answers whether it was; a failure has been shown by then. */
export interface Actions {
  setFastPolicy(policy: FastPolicy): Promise<boolean>;
  /** Fast on; or, when it is on, back to auto. */
  toggleFast(): Promise<boolean>;
  importAccount(text: string): Promise<boolean>;
  setEnabled(id: string, enabled: boolean): Promise<boolean>;
  setWebsockets(id: string, websockets: boolean | null): Promise<boolean>;
  removeAccount(id: string): Promise<boolean>;
  /** Reads an account's quota from upstream now. */
  readUsage(id: string): Promise<boolean>;
  setAccountPolicy(patch: Partial<AccountPolicy>): Promise<boolean>;
  /** Puts the API key on the clipboard; it is asked for only now and kept nowhere. */
  copyApiKey(): Promise<boolean>;
  copyText(text: string, what: string): Promise<boolean>;
}

/** The actions of the page: each is one call, its failure a toast with the message that came back. */
export function createActions(
  bridge: Bridge,
  appStore: AppStore,
  toastStore: ToastStore,
  clipboard: { writeText(text: string): Promise<void> },
): Actions {
  const { show } = toastStore.getState();

  async function call<K extends CallName>(
    name: K,
    input: CallInput<K>,
    onValue: (value: CallOutput<K>) => void,
  ): Promise<boolean> {
    const result = await bridge.invoke(name, input);
    if (result.ok) onValue(result.value);
    else show('error', result.error.message);
    return result.ok;
  }

  async function copyText(text: string, what: string): Promise<boolean> {
    try {
      await clipboard.writeText(text);
    } catch {
      show('error', `${what} could not be copied: the clipboard is not available here.`);
      return false;
    }
    show('info', `${what} copied.`);
    return true;
  }

  const setFastPolicy = (policy: FastPolicy): Promise<boolean> =>
    call('fast.set', { policy }, (value) => appStore.setState({ fastPolicy: value.policy }));

  const takeAccount = (account: CallOutput<'accounts.setEnabled'>): void =>
    appStore.setState((state) => ({ accounts: withAccount(state.accounts, account) }));

  return {
    setFastPolicy,
    toggleFast: () => setFastPolicy(appStore.getState().fastPolicy === 'on' ? 'auto' : 'on'),
    importAccount: (text) =>
      call('accounts.import', { text }, (imported) => {
        for (const account of imported) takeAccount(account);
        show('info', `Imported ${imported.map(({ email }) => email).join(', ')}.`);
      }),
    setEnabled: (id, enabled) => call('accounts.setEnabled', { id, enabled }, takeAccount),
    setWebsockets: (id, websockets) => call('accounts.setWebsockets', { id, websockets }, takeAccount),
    removeAccount: (id) =>
      call('accounts.remove', { id }, () =>
        appStore.setState((state) => ({ accounts: state.accounts.filter((account) => account.id !== id) })),
      ),
    readUsage: (id) => call('accounts.readUsage', { id }, takeAccount),
    setAccountPolicy: (patch) =>
      call('accounts.setPolicy', patch, (accountPolicy) => appStore.setState({ accountPolicy })),
    copyApiKey: async () => {
      let apiKey: string | null = null;
      await call('app.apiKey', null, (value) => {
        apiKey = value.apiKey;
      });
      return apiKey !== null && copyText(apiKey, 'API key');
    },
    copyText,
  };
}
