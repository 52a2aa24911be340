import { type Command, InvalidArgumentError, Option } from 'commander';
import { ExchangeStatus, Transport } from '../../shared/model.ts';
import type { TraceFilter } from '../../shared/trace-query.ts';
import type { CommonOptions } from '../options.ts';

/** Which turns go into the file. Several values of one option are separated by commas. */
export interface ExportOptions extends CommonOptions {
  readonly bodies?: true;
  readonly last: number;
  readonly status?: ExchangeStatus[];
  readonly model?: string[];
  readonly tier?: string[];
  readonly transport?: Transport[];
  readonly client?: string[];
  readonly text?: string;
  readonly since?: Instant;
  readonly until?: Instant;
}

/** A moment: epoch ms, or so long before now. */
type Instant = { readonly atMs: number } | { readonly agoMs: number };

const maxLast = 100_000;
const defaultLast = 500;

/** Adds the options of `export`. */
export function addExportOptions(command: Command): Command {
  return command
    .option('--bodies', 'with what was said to the model and what it answered')
    .addOption(new Option('--last <n>', 'at most so many, the newest').default(defaultLast).argParser(parseLast))
    .addOption(
      new Option('--status <list>', ExchangeStatus.options.join(', ')).argParser(listOf(ExchangeStatus.options)),
    )
    .addOption(new Option('--model <list>', 'of these models').argParser(listOf()))
    .addOption(new Option('--tier <list>', 'sent with these tiers; "standard" for none').argParser(listOf()))
    .addOption(new Option('--transport <list>', Transport.options.join(', ')).argParser(listOf(Transport.options)))
    .addOption(new Option('--client <list>', 'of these clients, named as the dashboard does').argParser(listOf()))
    .addOption(new Option('--text <words>', 'found in id, session, client, model, account or error'))
    .addOption(new Option('--since <when>', 'a date and time, or so long ago: 30m, 2h, 7d').argParser(parseInstant))
    .addOption(new Option('--until <when>', 'the same').argParser(parseInstant));
}

/** The filter that the options ask for. */
export function exportFilter(options: ExportOptions, nowMs: number): TraceFilter {
  const { status, model, tier, transport, client, text, since, until } = options;
  const at = (instant: Instant) => ('atMs' in instant ? instant.atMs : nowMs - instant.agoMs);
  return {
    ...(since === undefined ? {} : { fromMs: at(since) }),
    ...(until === undefined ? {} : { toMs: at(until) }),
    ...(status === undefined ? {} : { status }),
    ...(model === undefined ? {} : { model }),
    ...(tier === undefined ? {} : { tier }),
    ...(transport === undefined ? {} : { transport }),
    ...(client === undefined ? {} : { client }),
    ...(text === undefined ? {} : { text }),
  };
}

function parseLast(text: string): number {
  const last = Number(text);
  if (!/^\d{1,6}$/.test(text) || last < 1 || last > maxLast) {
    throw new InvalidArgumentError(`It must be a number from 1 to ${maxLast}.`);
  }
  return last;
}

function listOf(known?: readonly string[]) {
  return (text: string): string[] => {
    const values = text
      .split(',')
      .map((value) => value.trim())
      .filter((value) => value !== '');
    const strange = known === undefined ? undefined : values.find((value) => !known.includes(value));
    if (values.length === 0 || strange !== undefined) {
      const wanted = known === undefined ? 'something' : `of ${known.join(', ')}`;
      throw new InvalidArgumentError(`It must be a list ${wanted}.`);
    }
    return values;
  };
}

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `30m`, `2h`, `7d`, or a date and time that JavaScript reads; local time where it names no zone. */
function parseInstant(text: string): Instant {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  if (count !== undefined && (unit === 'm' || unit === 'h' || unit === 'd'))
    return { agoMs: Number(count) * unitMs[unit] };
  // A date alone would be read as UTC.
  const atMs = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00` : text);
  if (Number.isNaN(atMs)) throw new InvalidArgumentError('It must be 30m, 2h, 7d or a date such as 2026-11-23T14:00.');
  return { atMs };
}
