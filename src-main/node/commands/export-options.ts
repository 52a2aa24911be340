import { type Command, InvalidArgumentError, Option } from 'commander';
import { readMoment } from '../../shared/moment-text.ts';
import { parseQuery, problemText } from '../../shared/query-parse.ts';
import { type FilterMember, filterEntries, type TraceFilter } from '../../shared/trace-filter.ts';
import type { CommonOptions } from '../options.ts';

/** Which turns go into the file. Several values of one option are separated by commas. */
export interface ExportOptions extends CommonOptions {
  readonly bodies?: true;
  readonly last: number;
  /** Of the filter, by the name of the option; `optionName` says which. */
  readonly [filter: string]: unknown;
}

/** A moment: epoch ms, or so long before now. */
class Instant {
  readonly #at: { readonly atMs: number } | { readonly agoMs: number };

  constructor(at: { readonly atMs: number } | { readonly agoMs: number }) {
    this.#at = at;
  }

  epochMs(nowMs: number): number {
    return 'atMs' in this.#at ? this.#at.atMs : nowMs - this.#at.agoMs;
  }
}

const maxLast = 100_000;
const defaultLast = 500;

/** Adds the options of `export`. */
export function addExportOptions(command: Command): Command {
  command
    .option('--bodies', 'with what was said to the model and what it answered')
    .addOption(new Option('--last <n>', 'at most so many, the newest').default(defaultLast).argParser(parseLast));
  for (const [, member] of filterEntries) {
    if (member.option === null) continue;
    const option = new Option(member.option.flag, member.option.help);
    const parse = parserOf(member);
    command.addOption(parse === null ? option : option.argParser(parse));
  }
  return command;
}

/** The filter that the options ask for. */
export function exportFilter(options: ExportOptions, nowMs: number): TraceFilter {
  const at = (value: unknown) => (value instanceof Instant ? value.epochMs(nowMs) : value);
  const asked = filterEntries.flatMap(([name, member]) => {
    const value = member.option === null ? undefined : options[optionName(member.option.flag)];
    return value === undefined ? [] : [[name, at(value)] as const];
  });
  return Object.fromEntries(asked);
}

/** `--since <when>` is `since` among the options. */
function optionName(flag: string): string {
  return new Option(flag).attributeName();
}

/** Null: the text as it is. */
function parserOf(member: FilterMember): ((text: string) => unknown) | null {
  switch (member.kind) {
    case 'from':
    case 'until':
      return parseInstant;
    case 'list':
      return listOf(member.values);
    case 'phrase':
    case 'words':
      return null;
    case 'query':
      return parseFilterQuery;
  }
}

/** The query, once it is understood. */
function parseFilterQuery(text: string): string {
  const [problem] = parseQuery(text).problems;
  if (problem !== undefined) throw new InvalidArgumentError(problemText(problem));
  return text;
}

function parseLast(text: string): number {
  const last = Number(text);
  if (!/^\d{1,6}$/.test(text) || last < 1 || last > maxLast) {
    throw new InvalidArgumentError(`It must be a number from 1 to ${maxLast}.`);
  }
  return last;
}

function listOf(known: readonly string[] | null) {
  return (text: string): string[] => {
    const values = text
      .split(',')
      .map((value) => value.trim())
      .filter((value) => value !== '');
    const strange = known === null ? undefined : values.find((value) => !known.includes(value));
    if (values.length === 0 || strange !== undefined) {
      const wanted = known === null ? 'something' : `of ${known.join(', ')}`;
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
    return new Instant({ agoMs: Number(count) * unitMs[unit] });
  const atMs = readMoment(text);
  if (atMs === null) throw new InvalidArgumentError('It must be 30m, 2h, 7d or a date such as 2026-11-23T14:00.');
  return new Instant({ atMs });
}
