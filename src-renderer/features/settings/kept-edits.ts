import { create } from 'zustand';
import type { Draft, DraftField } from './draft.ts';

interface KeptEdits {
  readonly edits: Partial<Draft>;
  /** What was set where each edit began. */
  readonly bases: Partial<Draft>;
  /** `now` is what is set. */
  readonly setEdits: (edits: Partial<Draft>, now: Draft) => void;
  /** Forgets what has been saved; what was typed since stays. */
  readonly dropEdits: (saved: Draft) => void;
}

/** What was typed and is not saved: it is still there when the user comes back to the screen. */
export const useKeptEdits = create<KeptEdits>()((set, get) => ({
  edits: {},
  bases: {},
  setEdits: (edits, now) => {
    const { bases } = get();
    const fields = Object.keys(edits) as DraftField[];
    set({ edits, bases: Object.fromEntries(fields.map((field) => [field, bases[field] ?? now[field]])) });
  },
  dropEdits: (saved) => {
    const kept = Object.entries(get().edits).filter(([field, value]) => saved[field as DraftField] !== value);
    set({ edits: Object.fromEntries(kept), bases: {} });
  },
}));
