import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { parseSync } from 'vite';
import type { ImportFact } from './layer-rules.ts';

/** The sources of the program, read with a real parser. */

const root = new URL('../..', import.meta.url).pathname;

export interface SourceFile {
  /** Relative to the repository. */
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly ImportFact[];
  /** Specifiers of our own files as they are written. */
  readonly ownSpecifiers: readonly string[];
  readonly hasDefaultExport: boolean;
  /** Modules that the file hands on under its own name. */
  readonly reexports: readonly string[];
}

type Unresolved = Omit<ImportFact, 'from' | 'to'> & { readonly specifier: string };

/** Where no such text stands, the tree need not be made and walked. */
const mayImportWithin = /\bimport\s*[(/]/;

/** Every source file of src-main and src-renderer. */
export function sourceFiles(): SourceFile[] {
  const paths = globSync('{src-main,src-renderer}/**/*.{ts,tsx,mts,js,mjs}', { cwd: root });
  return paths
    .filter((path) => !path.endsWith('.d.ts'))
    .toSorted()
    .map((path) => readSource(path, readFileSync(join(root, path), 'utf8')));
}

/** One file by its text. */
export function readSource(path: string, text: string): SourceFile {
  const parsed = parseSync(path, text);
  const { module, errors } = parsed;
  if (errors.length > 0) throw new Error(`${path} cannot be parsed: ${errors[0]?.message}`);
  const statics = module.staticImports.map(
    ({ moduleRequest, entries }): Unresolved => ({
      specifier: moduleRequest.value,
      // `import './x.ts'` has no entries and runs the module.
      typeOnly: entries.length > 0 && entries.every(({ isType }) => isType),
      dynamic: false,
    }),
  );
  const handedOn = module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ moduleRequest, isType }) =>
      moduleRequest === null ? [] : [{ specifier: moduleRequest.value, typeOnly: isType, dynamic: false }],
    ),
  );
  const found = [...statics, ...handedOn, ...(mayImportWithin.test(text) ? inExpressions(parsed.program) : [])];
  return {
    path,
    lines: text.split('\n').length - (text.endsWith('\n') ? 1 : 0),
    imports: found.map(({ specifier, typeOnly, dynamic }) => ({
      from: path,
      to: resolve(path, specifier),
      typeOnly,
      dynamic,
    })),
    ownSpecifiers: found.map(({ specifier }) => specifier).filter((specifier) => specifier.startsWith('.')),
    hasDefaultExport: module.staticExports.some(({ entries }) =>
      entries.some(({ exportName }) => exportName.kind === 'Default'),
    ),
    reexports: handedOn.map(({ specifier }) => specifier),
  };
}

/** `await import('x')` and the type `import('x').T`, wherever they stand. */
function inExpressions(node: unknown): Unresolved[] {
  if (Array.isArray(node)) return node.flatMap((item) => inExpressions(item));
  if (typeof node !== 'object' || node === null) return [];
  const members: Record<string, unknown> = { ...node };
  const isType = members.type === 'TSImportType';
  const inner = Object.values(members).flatMap((member) => inExpressions(member));
  if (!isType && members.type !== 'ImportExpression') return inner;
  const specifier = literal(members.source) ?? literal(members.argument);
  return specifier === null ? inner : [{ specifier, typeOnly: isType, dynamic: !isType }, ...inner];
}

function literal(node: unknown): string | null {
  if (typeof node !== 'object' || node === null) return null;
  if ('literal' in node) return literal(node.literal);
  return 'value' in node && typeof node.value === 'string' ? node.value : null;
}

/** A file of ours by its path, a package by its name; a file that is not there stays as it is written. */
function resolve(from: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  const path = normalize(join(dirname(from), specifier.replace(/\?.*$/, '')));
  return existsSync(join(root, path)) ? path : specifier;
}
