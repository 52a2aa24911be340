import { dirname } from 'node:path';
import { isDrawn, marginPoints, type Sample } from './draw.ts';
import { partOf } from './judged.ts';

/** Of each part's mutants, in per cent. */
const leastKilled = 85;

interface Place {
  readonly line: number;
  readonly column: number;
}
interface Mutant {
  readonly id: string;
  readonly status: string;
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly location: { readonly start: Place; readonly end: Place };
}
/** The part of Stryker's report that is read. */
export interface Report {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
}

/** What a report says, and whether it is enough: each mutant that lived, and the figures of each part. Pure. */
export function told(report: Report, sample: Sample | null): { readonly text: string; readonly isEnough: boolean } {
  const mutants = Object.entries(report.files)
    .flatMap(([file, { source, mutants }]) => mutants.map((mutant) => ({ file, source, mutant })))
    .filter(({ mutant }) => sample === null || isDrawn(sample, mutant.id));
  const lived = mutants.filter(({ mutant }) => ['Survived', 'NoCoverage'].includes(mutant.status));
  const parts = [...Map.groupBy(mutants, ({ file }) => partOf(file) ?? dirname(file))].map(([part, of]) =>
    figures(
      part,
      of.map(({ mutant }) => mutant.status),
      sample,
    ),
  );
  const lines = [
    ...lived.map(({ file, source, mutant }) => change(file, source, mutant)),
    ...parts.map(({ line }) => line),
  ];
  return { text: lines.map((line) => `${line}\n`).join(''), isEnough: parts.every(({ isEnough }) => isEnough) };
}

function figures(part: string, statuses: readonly string[], sample: Sample | null) {
  const count = (...wanted: string[]) => statuses.filter((status) => wanted.includes(status)).length;
  const killed = count('Killed', 'Timeout');
  const all = killed + count('Survived', 'NoCoverage');
  const percent = all === 0 ? 100 : (killed * 100) / all;
  const drawn =
    sample === null || all === 0
      ? ''
      : ` (of a sample of about ${sample.percent} %, seed ${sample.seed}; ± ${marginPoints(killed, all).toFixed(1)})`;
  const line = `${part}: ${killed} of ${all} noticed, ${percent.toFixed(1)} %${drawn}, ${count('NoCoverage')} where no test comes`;
  return { line, isEnough: percent >= leastKilled };
}

/** One mutant as its place, what stands there and what stood there instead. */
function change(file: string, source: string, { location, mutatorName, replacement, status }: Mutant): string {
  const { start, end } = location;
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const last = lines.length - 1;
  const cut = lines.map((line, at) =>
    line.slice(at === 0 ? start.column - 1 : 0, at === last ? end.column - 1 : undefined),
  );
  const short = (text: string) => text.replace(/\s+/g, ' ').slice(0, 90);
  const where = status === 'NoCoverage' ? ' (no test comes here)' : '';
  return `${file}:${start.line}:${start.column} ${mutatorName}: ${short(cut.join('\n'))} → ${short(replacement ?? '')}${where}`;
}
