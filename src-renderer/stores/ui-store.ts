import { createStore, type StoreApi } from 'zustand/vanilla';
import type { TraceFilter } from '../../src-main/shared/trace-query.ts';
import { formatRoute, parseRoute, type Route } from '../lib/route.ts';
import type { ScreenName } from '../lib/screens.ts';

/** The part of `window` that routes are kept in. */
export interface RouteHost {
  readonly location: { readonly hash: string };
  readonly history: {
    pushState(data: unknown, unused: string, url: string): void;
    replaceState(data: unknown, unused: string, url: string): void;
  };
  addEventListener(type: 'hashchange' | 'popstate', listener: () => void): void;
}

type DetailTab = 'conversation' | 'timing' | 'changes' | 'headers' | 'frames' | 'fast';

interface UiState {
  /** Its filter stays while the user is on another screen. */
  readonly route: Route;
  /** The row the keyboard stands on. */
  readonly cursorId: string | null;
  /** Stays the same while the user goes from request to request. */
  readonly detailTab: DetailTab;
  readonly isHelpOpen: boolean;
  /** What sessions are searched for; it stays while the user is elsewhere. */
  readonly sessionsText: string;
  /** The session that was last opened from their list. */
  readonly leftAt: string | null;
  go(screen: ScreenName): void;
  /** Opens a request's detail beside the list. */
  openRequest(id: string): void;
  closeRequest(): void;
  openSession(id: string): void;
  openExperiment(id: string): void;
  moveCursor(id: string): void;
  setFilter(filter: TraceFilter): void;
  setDetailTab(tab: DetailTab): void;
  setHelpOpen(isOpen: boolean): void;
  setSessionsText(text: string): void;
  setLeftAt(sessionId: string): void;
}

export type UiStore = StoreApi<UiState>;

/** Where the user is and what they look at. The route is in the address, so that reload and Back work. */
export function createUiStore(host: RouteHost): UiStore {
  const store = createStore<UiState>()((set, get) => {
    const navigate = (to: Omit<Route, 'filter'>): void => {
      const { route: before } = get();
      const route = { ...to, filter: before.filter };
      if (formatRoute(before) === formatRoute(route)) return;
      // Stepping through the list with a detail open would bury Back under one entry a row.
      const steps = before.requestId !== null && route.requestId !== null;
      if (steps) host.history.replaceState(null, '', formatRoute(route));
      else host.history.pushState(null, '', formatRoute(route));
      set({ route });
    };
    return {
      route: parseRoute(host.location.hash),
      cursorId: parseRoute(host.location.hash).requestId,
      detailTab: 'timing',
      isHelpOpen: false,
      sessionsText: '',
      leftAt: null,
      go: (screen) => navigate({ screen, requestId: null }),
      openRequest: (id) => {
        set({ cursorId: id });
        navigate({ screen: 'requests', requestId: id });
      },
      openSession: (sessionId) => navigate({ screen: 'sessions', requestId: null, sessionId }),
      openExperiment: (experimentId) => navigate({ screen: 'lab', requestId: null, experimentId }),
      closeRequest: () => {
        // Called also when something is through that the user did not wait for.
        if (get().route.screen === 'requests') navigate({ screen: 'requests', requestId: null });
      },
      moveCursor: (id) => {
        set({ cursorId: id });
        if (get().route.requestId !== null) get().openRequest(id);
      },
      setFilter: (filter) => {
        const route = { ...get().route, filter };
        // A filter is typed letter by letter; Back must not go through them.
        host.history.replaceState(null, '', formatRoute(route));
        set({ route });
      },
      setDetailTab: (detailTab) => set({ detailTab }),
      setHelpOpen: (isHelpOpen) => set({ isHelpOpen }),
      setSessionsText: (sessionsText) => set({ sessionsText }),
      setLeftAt: (leftAt) => set({ leftAt }),
    };
  });
  const follow = (): void => {
    const named = parseRoute(host.location.hash);
    const route = named.screen === 'requests' ? named : { ...named, filter: store.getState().route.filter };
    store.setState(route.requestId === null ? { route } : { route, cursorId: route.requestId });
  };
  host.addEventListener('hashchange', follow);
  host.addEventListener('popstate', follow);
  return store;
}
