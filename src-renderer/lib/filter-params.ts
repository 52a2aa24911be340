import {
  type FilterMember,
  type FilterName,
  filterEntries,
  maxCharsOf,
  maxFilterChars,
  type TraceFilter,
} from '../../src-main/shared/trace-filter.ts';

/** A filter in an address: `status=failed&status=cancelled&model=gpt-5.5&q=timeout`. */

/** The filter as parameters, without the question mark; empty where it lets everything through. */
export function formatFilter(filter: TraceFilter): string {
  const params = new URLSearchParams();
  for (const [name, member] of filterEntries) {
    for (const text of paramTexts(member, filter[name])) if (member.param !== null) params.append(member.param, text);
  }
  return params.toString();
}

function paramTexts({ kind }: FilterMember, value: TraceFilter[FilterName]): readonly string[] {
  if (value === undefined || value === '') return [];
  if (Array.isArray(value)) return value;
  return [kind === 'from' || kind === 'until' ? new Date(value).toISOString() : String(value)];
}

/** The filter that parameters stand for; what cannot be understood does not narrow. */
export function parseFilter(text: string): TraceFilter {
  const params = new URLSearchParams(text);
  const read = filterEntries.flatMap(([name, member]) => {
    const value = member.param === null ? undefined : paramValue(member, params.getAll(member.param));
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(read);
}

function paramValue(member: FilterMember, texts: readonly string[]): number | string | readonly string[] | undefined {
  const [first = ''] = texts;
  switch (member.kind) {
    case 'from':
    case 'until': {
      const atMs = Date.parse(first);
      return Number.isNaN(atMs) ? undefined : atMs;
    }
    case 'list': {
      const values =
        member.values?.filter((value) => texts.includes(value)) ??
        [...new Set(texts)].filter((value) => value !== '' && value.length <= maxFilterChars);
      return values.length === 0 ? undefined : values.slice(0, member.maxValues);
    }
    case 'phrase':
    case 'words':
    case 'query':
      return first === '' ? undefined : first.slice(0, maxCharsOf(member));
  }
}
