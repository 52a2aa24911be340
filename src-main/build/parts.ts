import { sep } from 'node:path';

/** What the bundler knows of a file when it makes parts. */
interface Graph {
  getModuleInfo(id: string): FileFacts | null;
}

interface FileFacts {
  readonly importedIds: readonly string[];
  readonly dynamicallyImportedIds: readonly string[];
}

/** Loaded before anything else: what they share with the rest is no reason to load the rest. */
const starts = ['headless.ts', 'main.ts'];
const thread = 'core/traces/store/worker.ts';
/** Runs what it imports, and is no part of anything itself. */
const program = 'headless-program.ts';
const commandCode = 'node/command-code.ts';
const serve = 'node/commands/serve.ts';
const core = ['node/commands/own-core.ts', 'app/app.ts'];

/**
 * Says in which part of the built program a file goes; null leaves it to the bundler, which makes a part for each set of commands
 * that share something: a start would look for four times as many files. `sourceDir` is `src-main`.
 */
export function partsOf(sourceDir: string): (id: string, graph: Graph) => string | null {
  const idOf = (path: string) => [sourceDir, ...path.split('/')].join(sep);
  let placed: ReadonlyMap<string, string | null> | null = null;
  return (id, graph) => {
    placed ??= place(idOf, graph);
    return placed.get(id) ?? null;
  };
}

function place(idOf: (path: string) => string, graph: Graph): ReadonlyMap<string, string | null> {
  const factsOf = (id: string) => graph.getModuleInfo(id) ?? { importedIds: [], dynamicallyImportedIds: [] };
  const reached = (ids: readonly string[]) => {
    const found = new Set(ids);
    for (const id of found) for (const next of factsOf(id).importedIds) found.add(next);
    return found;
  };
  const begun = reached(factsOf(idOf(program)).importedIds);
  const ofCore = reached(core.map(idOf));
  const commands = factsOf(idOf(commandCode)).dynamicallyImportedIds.filter((id) => id !== idOf(serve));
  const placed = new Map<string, string | null>();
  const put = (part: string | null, ids: ReadonlySet<string>) => {
    for (const id of ids) if (!placed.has(id)) placed.set(id, part);
  };
  // In the order in which they are loaded: each is all that its files import and no part before has.
  put(null, reached(starts.map(idOf)));
  put('shared-with-thread', reached([idOf(thread)]).intersection(begun.union(ofCore)));
  put('command-line', begun);
  put('instance', reached([idOf('node/instance.ts')]));
  const ofCalls = reached([idOf('node/commands/with-bridge.ts')]);
  put('shared-with-calls', ofCalls.intersection(ofCore));
  put('calls', ofCalls);
  put('english', reached([idOf('shared/words/english.ts')]));
  put('shared-with-commands', reached(commands).intersection(ofCore));
  put('core', ofCore);
  return placed;
}
