/** What a turn does to its socket, step by step: the common language of answers, faults and transports. */

export type Framing = 'plain' | 'split' | 'coalesce';

export interface EventStep {
  readonly do: 'event';
  readonly type: string;
  readonly text: string;
}

export type Step =
  | EventStep
  /** One message whose text is no event. */
  | { readonly do: 'text'; readonly text: string }
  | { readonly do: 'binary'; readonly bytes: Buffer }
  | { readonly do: 'framing'; readonly framing: Framing; readonly chunkBytes?: number }
  | { readonly do: 'close'; readonly code: number; readonly reason: string }
  /** FIN without a goodbye (1006), or RST. */
  | { readonly do: 'cut'; readonly how: 'end' | 'reset' }
  | { readonly do: 'stall' };

const terminalTypes = new Set([
  'response.completed',
  'response.done',
  'response.failed',
  'response.incomplete',
  'error',
]);

/** Whether an event ends its turn, on every transport. */
export function isTerminal(type: string): boolean {
  return terminalTypes.has(type);
}

/** Whether an event carries one token of the answer, and so is paced. */
export function isDelta(type: string): boolean {
  return type.endsWith('.delta');
}
