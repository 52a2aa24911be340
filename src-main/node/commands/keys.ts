import { SlipstreamError } from '../../shared/errors.ts';
import type { KeyFacts, KeyView } from '../../shared/key-model.ts';
import { readMoment } from '../../shared/moment-text.ts';
import { fastTiers, tierAsked } from '../../shared/tiers.ts';
import { absent } from '../../shared/turn-words.ts';
import type { CommandContext } from '../context.ts';
import type { CommonOptions } from '../options.ts';
import { tableLines } from './text-table.ts';
import { call, withBridge } from './with-bridge.ts';

export interface KeyOptions extends CommonOptions {
  readonly expires?: string;
  readonly models?: string;
  readonly tiers?: string;
  readonly requests?: string;
  readonly tokens?: string;
}

/** Makes a key and prints it, alone on standard output: it is told only now. */
export async function addKey(name: string, options: KeyOptions, context: CommandContext): Promise<number> {
  const facts = { name, ...limitsOf(options, Date.now()) };
  const { key } = await withBridge(options, context, (bridge) => call(bridge, 'keys.create', facts));
  context.print(key);
  context.complain(`This is the key "${name}". It is kept as a hash alone, and cannot be shown again.`);
  return 0;
}

/** Lists the keys beside the first one. */
export async function listKeys(
  options: CommonOptions & { readonly json?: true },
  context: CommandContext,
): Promise<number> {
  const keys = await withBridge(options, context, (bridge) => call(bridge, 'keys.list', null));
  if (options.json) context.print(JSON.stringify(keys, null, 2));
  else if (keys.length === 0) context.print('There is the first API key alone ("npx slipstream key").');
  else for (const line of tableLines([header, ...keys.map(keyRow)])) context.print(line);
  return 0;
}

/** Takes a key away, named by its name or id, and ends what runs for it. */
export async function revokeKey(name: string, options: CommonOptions, context: CommandContext): Promise<number> {
  await withBridge(options, context, async (bridge) => {
    const keys = await call(bridge, 'keys.list', null);
    const key = keys.find((known) => known.name === name || known.id === name);
    if (key === undefined) throw new SlipstreamError('key_unknown');
    return call(bridge, 'keys.revoke', { id: key.id });
  });
  context.print(`The key "${name}" opens nothing any more.`);
  return 0;
}

const header = ['NAME', 'EXPIRES', 'MODELS', 'TIERS', 'TODAY', 'LAST USED'];

const dayText = (ms: number | null, none: string) =>
  ms === null ? none : `${new Date(ms).toISOString().slice(0, 16)}Z`;

function keyRow({
  name,
  expiresAt,
  models,
  tiers,
  requestsPerDay,
  tokensPerDay,
  usedToday,
  lastUsedAt,
}: KeyView): string[] {
  const of = (used: number, limit: number | null, what: string) =>
    `${used}${limit === null ? '' : `/${limit}`} ${what}`;
  return [
    name,
    dayText(expiresAt, 'never'),
    models?.join(' ') ?? 'all',
    tiers?.join(' ') ?? 'all',
    `${of(usedToday.requests, requestsPerDay, 'requests')}, ${of(usedToday.tokens, tokensPerDay, 'tokens')}`,
    dayText(lastUsedAt, 'never'),
  ];
}

/** What the options say. Throws `request_invalid`. */
function limitsOf({ expires, models, tiers, requests, tokens }: KeyOptions, nowMs: number): Omit<KeyFacts, 'name'> {
  return {
    expiresAt: expires === undefined ? null : expiryOf(expires, nowMs),
    models: listOf('--models', models),
    tiers: tiersOf(tiers),
    requestsPerDay: countOf('--requests', requests),
    tokensPerDay: countOf('--tokens', tokens),
  };
}

const spans: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 604_800_000 };

function expiryOf(text: string, nowMs: number): number {
  const [, count, unit] = /^(\d{1,5})([hdw])$/.exec(text) ?? [];
  const at = count === undefined ? readMoment(text) : nowMs + Number(count) * (spans[unit ?? ''] ?? 0);
  if (at === null || at <= nowMs) throw invalid('--expires takes a span such as 12h, 30d or 4w, or a date to come.');
  return at;
}

/** A list without gaps; null where none is given. */
function listOf(option: string, text: string | undefined): string[] | null {
  if (text === undefined) return null;
  const items = text.split(',').map((item) => item.trim());
  if (items.includes('')) throw invalid(`${option} takes names with commas between them, and no empty ones.`);
  return [...new Set(items)];
}

/** The tiers by the names that keys have them by, whatever people call them. */
function tiersOf(text: string | undefined): string[] | null {
  const tiers = listOf('--tiers', text)?.map((word) => {
    const name = word.toLowerCase();
    const tier = name === absent ? absent : tierAsked(name)?.id;
    if (tier !== undefined) return tier;
    const choices = [absent, ...fastTiers.map(({ id, word }) => `${id} (or ${word})`)].join(', ');
    throw invalid(`There is no tier "${word}". --tiers takes ${choices}.`);
  });
  return tiers === undefined ? null : [...new Set(tiers)];
}

function countOf(option: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  if (!/^[1-9]\d{0,11}$/.test(text)) throw invalid(`${option} takes a whole number from 1 on.`);
  return Number(text);
}

function invalid(message: string): SlipstreamError {
  return new SlipstreamError('request_invalid', { message });
}
