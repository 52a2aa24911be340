/** The closed lists of words that turns are told in, and how people read them. */

/** Stands for "left out" among tiers and efforts, in filters and groups. */
export const absent = 'standard' as const;

/** How an exchange stands, in the order that filters offer. `sent-back`: its client sends it again by itself, unseen. */
export const exchangeStatuses = ['running', 'completed', 'incomplete', 'failed', 'sent-back', 'cancelled'] as const;
type ExchangeStatus = (typeof exchangeStatuses)[number];

const statusLabels: Readonly<Record<ExchangeStatus, string>> = {
  running: 'Running',
  completed: 'Completed',
  incomplete: 'Incomplete',
  failed: 'Failed',
  'sent-back': 'Sent back',
  cancelled: 'Cancelled',
};

/** The APIs that clients speak: OpenAI's Responses, Chat Completions, and Anthropic's Messages. */
export const dialectNames = ['responses', 'chat', 'messages'] as const;

/** How bytes travel. */
export const transports = ['ws', 'http'] as const;
type Transport = (typeof transports)[number];

const transportLabels: Readonly<Record<Transport, string>> = { ws: 'Websocket', http: 'HTTP' };

const wordIn = (labels: Readonly<Record<string, string>>) => (name: string) =>
  Object.hasOwn(labels, name) ? (labels[name] ?? name) : name;

/** A status as the page writes it. */
export const statusLabel = wordIn(statusLabels);

/** A transport as the page writes it. */
export const transportLabel = wordIn(transportLabels);

/** An effort as the page writes it. */
export function effortLabel(effort: string): string {
  return effort === absent ? 'not given' : effort;
}
