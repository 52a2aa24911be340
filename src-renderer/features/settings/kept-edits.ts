import { create } from 'zustand';
import type { Draft, DraftField } from './draft.ts';

interface KeptEdits {
  readonly edits: Partial<Draft>;
  readonly setEdits: (edits: Partial<Draft>) => void;
  /** Forgets what has been saved; what was typed since stays. */
  readonly dropEdits: (saved: Draft) => void;
}

/** What was typed and is not saved: it is still there when the user comes back to the screen. */
export const useKeptEdits = create<KeptEdits>()((set, get) => ({
  edits: {},
  setEdits: (edits) => set({ edits }),
  dropEdits: (saved) => {
    const kept = Object.entries(get().edits).filter(([field, value]) => saved[field as DraftField] !== value);
    set({ edits: Object.fromEntries(kept) });
  },
}));
