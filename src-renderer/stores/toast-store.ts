import { createStore, type StoreApi } from 'zustand/vanilla';
import { english } from '../../src-main/shared/words/english.ts';
import type { Words } from '../../src-main/shared/words/words.ts';

/** What it says in a language: the reader may change theirs while it is on show. */
export type ToastText = (words: Words) => string;

/** What can be done about what a message says. */
interface ToastAction {
  readonly label: ToastText;
  /** What it changes: the message before it about the same says what no longer holds, and goes. */
  readonly about: string;
  readonly run: () => void;
}

interface Toast {
  readonly id: number;
  readonly kind: 'error' | 'info';
  readonly text: ToastText;
  readonly action: ToastAction | null;
}

interface ToastState {
  readonly toasts: readonly Toast[];
  show(kind: Toast['kind'], text: ToastText, action?: ToastAction): void;
  dismiss(id: number): void;
}

export type ToastStore = StoreApi<ToastState>;

/** Of the part of the page that shows them. */
export const messagesId = 'messages';

const lifetimesMs = { error: 12_000, info: 4_000 } as const;
/** Long enough to read it and to reach its button. */
const actionLifetimeMs = 10_000;
/** How soon it is looked again whether one that is over may leave. */
const againMs = 1_000;
const maxToasts = 4;

/** Short messages that leave by themselves, but not while one of them is held; a repeated text is shown once. */
export function createToastStore(isHeld: () => boolean = () => false): ToastStore {
  let nextId = 1;
  return createStore<ToastState>()((set, get) => ({
    toasts: [],
    show: (kind, text, action) => {
      const id = nextId;
      nextId += 1;
      const said = text(english);
      const isOld = (toast: Toast): boolean =>
        toast.text(english) === said || (action !== undefined && toast.action?.about === action.about);
      const others = get().toasts.filter((toast) => !isOld(toast));
      set({ toasts: [...others, { id, kind, text, action: action ?? null }].slice(-maxToasts) });
      const leave = (): void => {
        if (isHeld()) setTimeout(leave, againMs);
        else get().dismiss(id);
      };
      setTimeout(leave, action === undefined ? lifetimesMs[kind] : actionLifetimeMs);
    },
    dismiss: (id) => set({ toasts: get().toasts.filter((toast) => toast.id !== id) }),
  }));
}
