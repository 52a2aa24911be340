import type { ExchangeStatus, Transport } from '../../src-main/shared/model.ts';

/** How the values of turns are written on the page. */

export const statusLabels: Readonly<Record<ExchangeStatus, string>> = {
  running: 'Running',
  completed: 'Completed',
  incomplete: 'Incomplete',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

export const transportLabels: Readonly<Record<Transport, string>> = { ws: 'Websocket', http: 'HTTP' };

/** `priority` is what fast mode sends. */
export function tierLabel(tier: string): string {
  return tier === 'standard' ? 'standard (none)' : tier;
}

/** The store writes `standard` for what was left out. */
export function effortLabel(effort: string): string {
  return effort === 'standard' ? 'not given' : effort;
}
