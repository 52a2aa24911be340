import type { QueryClient } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { type ExtractState, useStore } from 'zustand';
import type { Words } from '../../src-main/shared/words/words.ts';
import type { Source } from '../bridge.ts';
import { type Actions, createActions } from './actions.ts';
import { type AppStore, createAppStore } from './app-store.ts';
import { createHistoryStore, type HistoryStore } from './history-store.ts';
import { watchPageVersion } from './page-version.ts';
import { attachQueries, createQueries } from './queries.ts';
import { createToastStore, messagesId, type ToastStore } from './toast-store.ts';
import { createUiStore, type UiStore } from './ui-store.ts';
import { createWordsStore, speaking, type WordsStore } from './words-store.ts';

export interface Stores {
  readonly app: AppStore;
  readonly ui: UiStore;
  /** Answers to questions; asked by `useAnswer`. */
  readonly queries: QueryClient;
  readonly history: HistoryStore;
  readonly toasts: ToastStore;
  readonly words: WordsStore;
  readonly actions: Actions;
}

/** All state of the page, from one source. */
export function createStores(source: Source, host: Window): Stores {
  const app = createAppStore(source.bridge, source.connection);
  const { document } = host;
  const fetch: typeof globalThis.fetch = (...asked) => host.fetch(...asked);
  watchPageVersion(source.connection, { document, fetch }, () => app.setState({ isOutdated: true }));
  const words = createWordsStore(app, host.navigator.languages);
  const bridge = speaking(source.bridge, words);
  // What is pointed at, or has the focus, is being read, or about to be pressed.
  const toasts = createToastStore(() => document.querySelector(`#${messagesId}:is(:hover, :focus-within)`) !== null);
  const ui = createUiStore(host);
  const queries = createQueries(bridge, app);
  attachQueries(queries, host);
  const history = createHistoryStore(bridge, app);
  const clipboard = { writeText: (text: string) => host.navigator.clipboard.writeText(text) };
  const actions = createActions(source.bridge, app, toasts, clipboard, words);
  return { app, ui, queries, history, toasts, words, actions };
}

/** Hands the stores to the components. */
export const StoresContext = createContext<Stores | null>(null);

/** The stores themselves, for handlers that read state when they run. */
export function useStores(): Stores {
  const stores = useContext(StoresContext);
  if (stores === null) throw new Error('StoresContext is missing');
  return stores;
}

/** A part of main's state. */
export function useApp<T>(select: (state: ExtractState<AppStore>) => T): T {
  return useStore(useStores().app, select);
}

/** A part of where the user is. */
export function useUi<T>(select: (state: ExtractState<UiStore>) => T): T {
  return useStore(useStores().ui, select);
}

/** A part of the request list. */
export function useHistory<T>(select: (state: ExtractState<HistoryStore>) => T): T {
  return useStore(useStores().history, select);
}

/** A part of the messages on show. */
export function useToasts<T>(select: (state: ExtractState<ToastStore>) => T): T {
  return useStore(useStores().toasts, select);
}

/** The texts and formats of the language that the page speaks. */
export function useWords(): Words {
  return useStore(useStores().words, ({ words }) => words);
}

/** Whether the first language has arrived; there is nothing to say before. */
export function useHasWords(): boolean {
  return useStore(useStores().words, ({ isLoading }) => !isLoading);
}

/** What the user can have done. */
export function useActions(): Actions {
  return useStores().actions;
}
