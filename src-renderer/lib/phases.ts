import type { Mark, MarkName } from '../../src-main/shared/model.ts';

/** Who the time of a phase belongs to. */
export type PhaseOwner = 'client' | 'slipstream' | 'upstream';

export interface Phase {
  /** The mark that ends the phase. */
  readonly mark: MarkName;
  readonly label: string;
  readonly owner: PhaseOwner;
  readonly startMs: number;
  readonly endMs: number;
}

interface PhaseMeaning {
  readonly label: string;
  readonly owner: PhaseOwner;
}

/** What happened before each mark, in the usual order of the marks. */
const meanings: Record<MarkName, PhaseMeaning> = {
  accepted: { label: 'Accept', owner: 'slipstream' },
  bodyRead: { label: 'Read the body', owner: 'client' },
  accountChosen: { label: 'Choose the account', owner: 'slipstream' },
  tokenReady: { label: 'Make the token ready', owner: 'slipstream' },
  normalised: { label: 'Normalise', owner: 'slipstream' },
  upstreamReady: { label: 'Connect upstream', owner: 'upstream' },
  requestSent: { label: 'Send the request', owner: 'slipstream' },
  firstEvent: { label: 'Wait for the first event', owner: 'upstream' },
  firstReasoning: { label: 'Until first reasoning', owner: 'upstream' },
  firstText: { label: 'Until first text', owner: 'upstream' },
  lastText: { label: 'Stream text', owner: 'upstream' },
  completed: { label: 'Until completed', owner: 'upstream' },
  flushed: { label: 'Flush to the client', owner: 'slipstream' },
};

/** The phases between a turn's marks: each runs from the mark before it, so together they are the whole turn. */
export function phasesOf(marks: readonly Mark[]): readonly Phase[] {
  const usualOrder = Object.keys(meanings);
  const sorted = marks.toSorted((a, b) => a.atMs - b.atMs || usualOrder.indexOf(a.name) - usualOrder.indexOf(b.name));
  const phases: Phase[] = [];
  let startMs = 0;
  for (const mark of sorted) {
    if (mark.name === 'accepted') continue;
    phases.push({ mark: mark.name, ...meanings[mark.name], startMs, endMs: mark.atMs });
    startMs = mark.atMs;
  }
  return phases;
}

/** When the first token (reasoning counts) came; null when none did. */
export function firstTokenAt(marks: readonly Mark[]): number | null {
  const seen = marks.filter((mark) => mark.name === 'firstReasoning' || mark.name === 'firstText');
  return seen.length === 0 ? null : Math.min(...seen.map((mark) => mark.atMs));
}

/** Round values from 0 to at most `max`, about `count` of them. */
export function niceTicks(max: number, count: number): readonly number[] {
  if (!(max > 0)) return [0];
  const rough = max / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? rough;
  return Array.from({ length: Math.floor(max / step + 1e-9) + 1 }, (_, index) => index * step);
}
