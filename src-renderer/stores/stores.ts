import type { QueryClient } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { type ExtractState, useStore } from 'zustand';
import type { Source } from '../bridge.ts';
import { type Actions, createActions } from './actions.ts';
import { type AppStore, createAppStore } from './app-store.ts';
import { createHistoryStore, type HistoryStore } from './history-store.ts';
import { attachQueries, createQueries } from './queries.ts';
import { createToastStore, type ToastStore } from './toast-store.ts';
import { createUiStore, type UiStore } from './ui-store.ts';

export interface Stores {
  readonly app: AppStore;
  readonly ui: UiStore;
  /** Answers to questions; asked by `useAnswer`. */
  readonly queries: QueryClient;
  readonly history: HistoryStore;
  readonly toasts: ToastStore;
  readonly actions: Actions;
}

/** All state of the page, from one source. */
export function createStores(source: Source, host: Window): Stores {
  const app = createAppStore(source.bridge, source.connection);
  const toasts = createToastStore();
  const ui = createUiStore(host);
  const queries = createQueries(source.bridge, app, (problem) => toasts.getState().show('error', problem));
  attachQueries(queries, host);
  const history = createHistoryStore(source.bridge, app);
  const clipboard = { writeText: (text: string) => host.navigator.clipboard.writeText(text) };
  return { app, ui, queries, history, toasts, actions: createActions(source.bridge, app, toasts, clipboard) };
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

/** What the user can have done. */
export function useActions(): Actions {
  return useStores().actions;
}
