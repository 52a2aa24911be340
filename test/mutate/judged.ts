/** Where the rules are that tests have to hold: each part with the folders, that end in a slash, and files it is made of. */
export const judged: Readonly<Record<string, readonly string[]>> = {
  normalise: ['src-main/core/normalise/'],
  turn: ['src-main/core/turn/'],
  accounts: ['src-main/core/accounts/'],
  upstream: ['src-main/core/upstream/'],
  latency: ['src-main/core/latency/'],
  redaction: [
    'src-main/core/traces/redaction.ts',
    'src-main/core/traces/known-texts.ts',
    'src-main/core/traces/split-secrets.ts',
    'src-main/core/traces/payload-texts.ts',
  ],
};

const isUnder = (file: string, path: string) => (path.endsWith('/') ? file.startsWith(path) : file === path);

/** The part that a file belongs to; null for a file that is not judged. */
export function partOf(file: string): string | null {
  return Object.entries(judged).find(([, paths]) => paths.some((path) => isUnder(file, path)))?.[0] ?? null;
}

/** Those paths that none of the files is or lies under. A folder may be given without its slash. */
export function pathsOfNothing(paths: readonly string[], files: readonly string[]): string[] {
  return paths.filter((path) => !files.some((file) => file === path || isUnder(file, path.replace(/\/?$/, '/'))));
}
