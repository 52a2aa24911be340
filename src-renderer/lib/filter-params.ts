import type { TraceFilter } from '../../src-main/shared/trace-query.ts';
import { statusLabels, transportLabels } from './trace-words.ts';

/** A filter in an address: `status=failed&status=cancelled&model=gpt-5.5&q=timeout`. */

const listParams = ['model', 'tier', 'account', 'client'] as const;
const maxValues = { model: 50, tier: 20, account: 100, client: 100 } as const;
const maxChars = 300;

/** The filter as parameters, without the question mark; empty where it lets everything through. */
export function formatFilter(filter: TraceFilter): string {
  const params = new URLSearchParams();
  if (filter.fromMs !== undefined) params.set('from', new Date(filter.fromMs).toISOString());
  if (filter.toMs !== undefined) params.set('to', new Date(filter.toMs).toISOString());
  for (const name of ['status', 'transport', ...listParams] as const) {
    for (const value of filter[name] ?? []) params.append(name, value);
  }
  if (filter.text !== undefined && filter.text !== '') params.set('q', filter.text);
  return params.toString();
}

/** The filter that parameters stand for; what cannot be understood does not narrow. */
export function parseFilter(text: string): TraceFilter {
  const params = new URLSearchParams(text);
  const filter: TraceFilter = {};
  const from = Date.parse(params.get('from') ?? '');
  const to = Date.parse(params.get('to') ?? '');
  if (!Number.isNaN(from)) filter.fromMs = from;
  if (!Number.isNaN(to)) filter.toMs = to;
  const status = known(params.getAll('status'), statusLabels);
  if (status.length > 0) filter.status = status;
  const transport = known(params.getAll('transport'), transportLabels);
  if (transport.length > 0) filter.transport = transport;
  for (const name of listParams) {
    const values = [...new Set(params.getAll(name))].filter((value) => value !== '' && value.length <= maxChars);
    if (values.length > 0) filter[name] = values.slice(0, maxValues[name]);
  }
  const q = params.get('q');
  if (q !== null && q !== '') filter.text = q.slice(0, maxChars);
  return filter;
}

/** Those values that are names of a table, each once. */
export function known<K extends string>(values: readonly string[], table: Readonly<Record<K, unknown>>): K[] {
  return (Object.keys(table) as K[]).filter((name) => values.includes(name));
}
