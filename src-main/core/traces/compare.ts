import { cutText } from '../../shared/cut-text.ts';
import type { RawHeader, TraceDetail } from '../../shared/model.ts';
import type { Difference, TraceComparison } from '../../shared/trace-tools.ts';
import { parseJsonObject } from '../json.ts';
import { tokensPerSecond } from './store/rows.ts';

const maxValueChars = 300;

const cut = (text: string) => (text.length > maxValueChars ? `${cutText(text, maxValueChars)}…` : text);

function figures(a: TraceDetail, b: TraceDetail): TraceComparison['figures'] {
  const mark = (detail: TraceDetail) => detail.marks.find(({ name }) => name === 'firstEvent')?.atMs ?? null;
  const figure = (
    name: TraceComparison['figures'][number]['name'],
    unit: TraceComparison['figures'][number]['unit'],
    of: (detail: TraceDetail) => number | null,
  ) => {
    const [before, after] = [of(a), of(b)];
    const differencePercent = before === null || after === null || before === 0 ? null : (after / before - 1) * 100;
    return { name, unit, a: before, b: after, differencePercent };
  };
  return [
    figure('firstEvent', 'ms', mark),
    figure('firstToken', 'ms', ({ row }) => row.firstTokenMs),
    figure('total', 'ms', ({ row }) => row.totalMs),
    figure('own', 'ms', ({ ownMs }) => ownMs),
    figure('tokensPerSecond', 'tokens/s', ({ row, marks }) =>
      tokensPerSecond(
        row,
        marks.some(({ name }) => name === 'firstReasoning'),
      ),
    ),
    figure('outputTokens', 'tokens', ({ row }) => row.usage?.outputTokens ?? null),
    figure('inputTokens', 'tokens', ({ row }) => row.usage?.inputTokens ?? null),
    figure('cachedTokens', 'tokens', ({ row }) => row.usage?.cachedTokens ?? null),
  ];
}

function differences(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>) {
  const names = [...new Set([...a.keys(), ...b.keys()])];
  const differing: Difference[] = names
    .filter((name) => a.get(name) !== b.get(name))
    .map((name) => ({ name, a: shown(a.get(name)), b: shown(b.get(name)) }));
  return { differing, same: names.length - differing.length };
}

const shown = (value: string | undefined) => (value === undefined ? null : cut(value));

const headerMap = (headers: readonly RawHeader[]) =>
  new Map(headers.map(([name, value]) => [name.toLowerCase(), value]));

function fieldMap(body: string | null): Map<string, string> | null {
  const members = body === null ? null : parseJsonObject(body);
  return members === null
    ? null
    : new Map(Object.entries(members).map(([name, value]) => [name, JSON.stringify(value)]));
}

/** What is different between two traces, as far as upstream could tell, and their figures side by side. */
export function compareTraces(a: TraceDetail, b: TraceDetail): TraceComparison {
  const headers = differences(
    headerMap(a.attempts.at(-1)?.requestHeaders ?? []),
    headerMap(b.attempts.at(-1)?.requestHeaders ?? []),
  );
  const [fieldsA, fieldsB] = [fieldMap(a.upstreamBody), fieldMap(b.upstreamBody)];
  const fields = fieldsA === null || fieldsB === null ? null : differences(fieldsA, fieldsB);
  return {
    a: a.row,
    b: b.row,
    figures: figures(a, b),
    headers: headers.differing,
    fields: fields?.differing ?? null,
    sameHeaders: headers.same,
    sameFields: fields?.same ?? null,
  };
}
