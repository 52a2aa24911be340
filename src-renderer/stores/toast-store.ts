import { createStore, type StoreApi } from 'zustand/vanilla';

interface Toast {
  readonly id: number;
  readonly kind: 'error' | 'info';
  readonly text: string;
}

interface ToastState {
  readonly toasts: readonly Toast[];
  show(kind: Toast['kind'], text: string): void;
  dismiss(id: number): void;
}

export type ToastStore = StoreApi<ToastState>;

const lifetimesMs = { error: 12_000, info: 4_000 } as const;
const maxToasts = 4;

/** Short messages that leave by themselves; a repeated text is shown once. */
export function createToastStore(): ToastStore {
  let nextId = 1;
  return createStore<ToastState>()((set, get) => ({
    toasts: [],
    show: (kind, text) => {
      const id = nextId;
      nextId += 1;
      const others = get().toasts.filter((toast) => toast.text !== text);
      set({ toasts: [...others, { id, kind, text }].slice(-maxToasts) });
      setTimeout(() => get().dismiss(id), lifetimesMs[kind]);
    },
    dismiss: (id) => set({ toasts: get().toasts.filter((toast) => toast.id !== id) }),
  }));
}
