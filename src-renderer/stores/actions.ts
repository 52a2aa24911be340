import type { AccountView, SignInMethod, SignInView } from '../../src-main/shared/account-model.ts';
import type { Bridge, CallInput, CallName, CallOutput } from '../../src-main/shared/contract.ts';
import type { Result } from '../../src-main/shared/result.ts';
import type { AppSettings, FastPolicy } from '../../src-main/shared/settings.ts';
import { policyMeaning, toggledFast } from '../../src-main/shared/tiers.ts';
import type { ArgumentsOf, TextId } from '../../src-main/shared/words/texts.ts';
import type { Words } from '../../src-main/shared/words/words.ts';
import { type AppStore, withAccount } from './app-store.ts';
import type { ToastStore, ToastText } from './toast-store.ts';
import { speaking, type WordsStore } from './words-store.ts';

type SignInWay = Omit<CallInput<'signIn.start'>, 'method'>;

/** What the user can have done. Each answers whether it was; a failure has been shown by then. */
export interface Actions {
  /** Changes what it names, at once. */
  changeSettings(patch: Partial<AppSettings>): Promise<boolean>;
  /** Sets the tier of everybody's turns, and says so with a way back. */
  setFastPolicy(policy: FastPolicy): Promise<boolean>;
  /** Fast on; or, when it is on, back to auto. */
  toggleFast(): Promise<boolean>;
  /** Refuses everybody's new turns or takes them again, and says so with a way back. */
  setPaused(paused: boolean): Promise<boolean>;
  togglePaused(): Promise<boolean>;
  /** Has what later turns say kept on the disk, and says so with a way back. */
  setTraceBodies(traceBodies: boolean): Promise<boolean>;
  importAccount(text: string): Promise<boolean>;
  setEnabled(id: string, enabled: boolean): Promise<boolean>;
  /** Null: the way of all. */
  setProxy(id: string, proxyUrl: string | null): Promise<boolean>;
  setWebsockets(id: string, websockets: boolean | null): Promise<boolean>;
  /** Forgets what upstream refused the account, websockets too. */
  tryAgain(id: string): Promise<boolean>;
  removeAccount(id: string): Promise<boolean>;
  /** Shares the official client's auth.json in its usual place. */
  linkAccount(): Promise<boolean>;
  setPriority(id: string, priority: number): Promise<boolean>;
  /** What screens call it; null takes it away. */
  setNickname(id: string, nickname: string | null): Promise<boolean>;
  /** Revokes the tokens at the issuer, and removes the account. */
  signOut(id: string): Promise<boolean>;
  /** Over the way of an account that is there, or through a proxy that the new one keeps, where either is named. */
  startSignIn(method: SignInMethod, way?: SignInWay): Promise<boolean>;
  cancelSignIn(id: string): Promise<boolean>;
  /** Takes away the word on how a sign-in ended. */
  dismissSignIn(id: string): Promise<boolean>;
  /** Reads quotas that have grown old; says nothing, as nobody asked for it. */
  freshenUsage(): Promise<void>;
  /** Reads what is set, of which the system keeps a part; says nothing, as nobody asked for it. */
  freshenSettings(): Promise<void>;
  /** Puts a text for a bug report on the clipboard. */
  copyDiagnostics(): Promise<boolean>;
  /** Reads an account's quota from upstream now. */
  readUsage(id: string): Promise<boolean>;
  /** Puts the API key on the clipboard; it is asked for only now and kept nowhere. */
  copyApiKey(): Promise<boolean>;
  /** Stars an ended turn or not, with a note beside it or none; its new row comes as a delta. */
  markTurn(id: string, mark: { readonly starred: boolean; readonly note: string | null }): Promise<boolean>;
  /** Ends a turn that runs. */
  stopTurn(id: string): Promise<boolean>;
  /** Drags a turn out of the desktop's window as a HAR file. */
  dragHar(id: string): Promise<boolean>;
  /** Puts a text on the clipboard; `what` names it where that is told. */
  copyText<Id extends TextId>(text: string, what: Id, ...values: ArgumentsOf<Id>): Promise<boolean>;
  /** A call whose answer only one screen keeps; null when it failed, which has been shown by then. */
  ask<K extends CallName>(name: K, input: CallInput<K>): Promise<CallOutput<K> | null>;
  /** The same, for a dialog that shows a failure itself, since messages would lie under it. */
  request<K extends CallName>(name: K, input: CallInput<K>): Promise<Result<CallOutput<K>>>;
}

/** The same calls, but one that is under way and wanted once more is not made twice: two quick clicks are one wish. */
function joined(bridge: Bridge): Pick<Bridge, 'invoke'> {
  // The latest alone: after another call, as of a switch that goes on, off and on, it is a wish of its own.
  let last: { readonly key: string; readonly result: Promise<Result<never>> } | null = null;
  return {
    invoke: (name, input) => {
      const key = JSON.stringify([name, input]);
      if (last?.key === key) return last.result;
      const result = bridge.invoke(name, input);
      // The key names the call, and with it what it answers.
      const mine = { key, result: result as Promise<Result<never>> };
      last = mine;
      void result.finally(() => {
        if (last === mine) last = null;
      });
      return result;
    },
  };
}

/** The actions of the page: each is one call, its failure a toast with the message that came back. */
export function createActions(
  source: Bridge,
  appStore: AppStore,
  toastStore: ToastStore,
  clipboard: { writeText(text: string): Promise<void> },
  words: WordsStore,
): Actions {
  const bridge = joined(source);
  const { show } = toastStore.getState();
  const { invoke } = speaking(bridge, words);

  async function call<K extends CallName>(
    name: K,
    input: CallInput<K>,
    onValue: (value: CallOutput<K>) => void,
  ): Promise<boolean> {
    const result = await bridge.invoke(name, input);
    if (result.ok) onValue(result.value);
    else show('error', ({ failure }) => failure(result.error));
    return result.ok;
  }

  async function copyText<Id extends TextId>(text: string, what: Id, ...values: ArgumentsOf<Id>): Promise<boolean> {
    const named = ({ t }: Words): string => t(what, ...values);
    try {
      await clipboard.writeText(text);
    } catch {
      show('error', (now) => now.t('toast.notCopied', { what: named(now) }));
      return false;
    }
    show('info', (now) => now.t('toast.copied', { what: named(now) }));
    return true;
  }

  const changeSettings = (patch: Partial<AppSettings>): Promise<boolean> =>
    call('settings.set', patch, (settings) => appStore.setState({ settings }));

  /** A change for everybody: what it means now, and its undo. */
  async function changeTraffic(
    patch: Partial<AppSettings>,
    undo: Partial<AppSettings>,
    means: ToastText,
  ): Promise<boolean> {
    const isDone = await changeSettings(patch);
    const about = Object.keys(undo).join();
    const run = (): void => void changeSettings(undo);
    if (isDone) show('info', means, { label: ({ t }) => t('toast.undo'), about, run });
    return isDone;
  }

  const setFastPolicy = (fastPolicy: FastPolicy): Promise<boolean> => {
    const before = appStore.getState().settings?.fastPolicy ?? 'auto';
    return changeTraffic({ fastPolicy }, { fastPolicy: before }, ({ t }) => policyMeaning(t, fastPolicy));
  };

  const setPaused = (paused: boolean): Promise<boolean> =>
    changeTraffic({ paused }, { paused: !paused }, ({ t }) => t(paused ? 'toast.paused' : 'toast.resumed'));

  const takeAccount = (account: AccountView): void =>
    appStore.setState((state) => ({ accounts: withAccount(state.accounts, account) }));

  const takeSignIn = (signIn: SignInView): void => appStore.setState({ signIn });

  const dropAccount = (id: string): void =>
    appStore.setState((state) => ({ accounts: state.accounts.filter((account) => account.id !== id) }));

  /** Takes the accounts a call answers, and says which of them are new since it was made: a delta may tell of them first. */
  const takeNew = (did: 'imported' | 'linked') => {
    const known = new Set(appStore.getState().accounts.map(({ id }) => id));
    return (accounts: readonly AccountView[]) => {
      const fresh = accounts.filter(({ id }) => !known.has(id)).map(({ email }) => email);
      appStore.setState({ accounts });
      show('info', ({ t, format }) =>
        fresh.length === 0 ? t(`toast.${did}.known`) : t(`toast.${did}`, { accounts: format.list(fresh) }),
      );
    };
  };

  async function ask<K extends CallName>(name: K, input: CallInput<K>): Promise<CallOutput<K> | null> {
    let answer: CallOutput<K> | null = null;
    await call(name, input, (value) => {
      answer = value;
    });
    return answer;
  }

  return {
    changeSettings,
    setFastPolicy,
    toggleFast: () => setFastPolicy(toggledFast(appStore.getState().settings?.fastPolicy ?? 'auto')),
    setPaused,
    togglePaused: () => setPaused(appStore.getState().settings?.paused !== true),
    setTraceBodies: (traceBodies) =>
      changeTraffic({ traceBodies }, { traceBodies: !traceBodies }, ({ t }) =>
        t(traceBodies ? 'talk.kept.on' : 'talk.kept.off'),
      ),
    importAccount: (text) => call('accounts.import', { text }, takeNew('imported')),
    linkAccount: () => call('accounts.link', { path: null }, takeNew('linked')),
    setEnabled: (id, enabled) => call('accounts.setEnabled', { id, enabled }, takeAccount),
    setProxy: (id, proxyUrl) => call('accounts.setProxy', { id, proxyUrl }, takeAccount),
    setWebsockets: (id, websockets) => call('accounts.setWebsockets', { id, websockets }, takeAccount),
    tryAgain: (id) => call('accounts.tryAgain', { id }, takeAccount),
    setPriority: (id, priority) => call('accounts.setPriority', { id, priority }, takeAccount),
    setNickname: (id, nickname) => call('accounts.setNickname', { id, nickname }, takeAccount),
    removeAccount: (id) => call('accounts.remove', { id }, () => dropAccount(id)),
    signOut: (id) =>
      call('accounts.signOut', { id, revoke: true }, ({ revoked }) => {
        dropAccount(id);
        if (revoked) show('info', ({ t }) => t('toast.signedOut'));
        else show('error', ({ t }) => t('toast.notRevoked'));
      }),
    startSignIn: (method, way = {}) => call('signIn.start', { method, ...way }, takeSignIn),
    cancelSignIn: (id) => call('signIn.cancel', { id }, takeSignIn),
    dismissSignIn: (id) =>
      call('signIn.dismiss', { id }, () =>
        appStore.setState(({ signIn }) => ({ signIn: signIn?.id === id ? null : signIn })),
      ),
    freshenUsage: async () => {
      const result = await bridge.invoke('accounts.freshenUsage', null);
      if (result.ok) appStore.setState({ accounts: result.value });
    },
    freshenSettings: async () => {
      const result = await bridge.invoke('settings.get', null);
      if (result.ok) appStore.setState({ settings: result.value });
    },
    copyDiagnostics: async () => {
      const answer = await ask('app.diagnostics', null);
      return answer !== null && copyText(answer.text, 'toast.diagnostics');
    },
    readUsage: (id) => call('accounts.readUsage', { id }, takeAccount),
    copyApiKey: async () => {
      const answer = await ask('app.apiKey', null);
      return answer !== null && copyText(answer.apiKey, 'toast.apiKey');
    },
    markTurn: (id, mark) => call('requests.mark', { id, ...mark }, () => undefined),
    stopTurn: (id) => call('requests.stop', { id }, () => show('info', ({ t }) => t('toast.turnStopped'))),
    dragHar: (id) => call('requests.dragHar', { ids: [id] }, () => undefined),
    copyText,
    ask,
    request: invoke,
  };
}
