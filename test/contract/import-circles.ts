import type { ImportFact } from './layer-rules.ts';

/** Files that import each other in a circle, types counted: each circle once, as the way round from its first file. */
export function importCircles(
  files: readonly { readonly path: string; readonly imports: readonly ImportFact[] }[],
): string[] {
  const importsOf = new Map(files.map(({ path, imports }) => [path, imports.map(({ to }) => to)]));
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, way: readonly string[]) => {
    const begin = way.indexOf(path);
    if (begin >= 0) circles.push([...way.slice(begin), path].join(' → '));
    if (begin >= 0 || done.has(path)) return;
    for (const to of importsOf.get(path) ?? []) visit(to, [...way, path]);
    done.add(path);
  };
  for (const { path } of files.toSorted((a, b) => (a.path < b.path ? -1 : 1))) visit(path, []);
  return circles;
}
