import { create } from 'zustand';
import type { Draft } from './draft.ts';

interface KeptEdits {
  readonly edits: Partial<Draft>;
  readonly setEdits: (edits: Partial<Draft>) => void;
}

/** What was typed and is not saved: it is still there when the user comes back to the screen. */
export const useKeptEdits = create<KeptEdits>()((set) => ({ edits: {}, setEdits: (edits) => set({ edits }) }));
