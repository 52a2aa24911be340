import { existsSync, globSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const root = resolve(import.meta.dirname, '..');

interface ProjectOptions {
  readonly testTimeoutMs: number;
  /** How long `expect.poll` looks: vitest's own second is less than a busy machine takes. */
  readonly pollLimitMs?: number;
  /** Its tests load what the build makes. */
  readonly needsBuild?: boolean;
}

const includeOf = (folder: string) => `test/${folder}/**/*.test.ts`;

/** Test files that drive the desktop face on the stand-in that they share. */
const isOnSharedElectron = (text: string) => text.includes("/shared-electron.ts'");
/** Test files that put a module in place of another, or measure the process: each needs a process of its own. */
const needsOwnProcess = (text: string) =>
  !isOnSharedElectron(text) && /\bvi\.mock\(|^\/\/ Needs a process of its own/m.test(text);

function filesWhere(folders: readonly string[], isMeant: (text: string) => boolean): string[] {
  const files = globSync(folders.map(includeOf), { cwd: root });
  return files.filter((file) => isMeant(readFileSync(join(root, file), 'utf8')));
}

interface Files {
  readonly include: string[];
  readonly exclude?: string[];
  /** Each has a process of its own. */
  readonly isolate?: boolean;
}

function project(
  name: string,
  files: Files,
  { testTimeoutMs, needsBuild = false, pollLimitMs = 10_000 }: ProjectOptions,
) {
  return {
    test: {
      name,
      root,
      exclude: [],
      isolate: false,
      setupFiles: ['test/no-sign-in-ports.ts'],
      ...files,
      environment: 'node' as const,
      testTimeout: testTimeoutMs,
      hookTimeout: 60_000,
      expect: { poll: { timeout: pollLimitMs } },
      ...(needsBuild ? { globalSetup: ['test/build-once.ts', 'test/memory-folder.ts'] } : {}),
    },
  };
}

/** Without a browser, and with one. */
const plainFolders = ['unit', 'contract', 'integration', 'security'];
const pageFolders = ['renderer', 'desktop'];
const standInFiles = filesWhere([...plainFolders, ...pageFolders], isOnSharedElectron);
const aloneFiles = filesWhere([...plainFolders, ...pageFolders], needsOwnProcess);

/** The other folders, each for itself: they are run by name. Those in `sweeps` go through a whole space, or weigh the program down. */
const ofFolder = (name: string, options: ProjectOptions) => project(name, { include: [includeOf(name)] }, options);
/** Those whose files share the processes that they run in: to load the program costs more than most tests. */
const shared = (name: string, folders: readonly string[], options: ProjectOptions) =>
  project(name, { include: folders.map(includeOf), exclude: [...standInFiles, ...aloneFiles] }, options);

/** Files with a test that asks for more time than others. */
const takesLong = ({ moduleId }: TestSpecification) =>
  /\btimeout: \d+_000 \}, (async )?\(|^ *\}, [\d_]+\);/m.test(readFileSync(moduleId, 'utf8'));

/** Those that keep one process busy begin, so that none is left alone at the end. */
const byProject = ['stand-in', 'alone', 'pages', 'plain', 'sweeps'];

/** One project after another, and of each the long ones first: one that begins last would be waited for alone. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = (file: TestSpecification) => 2 * byProject.indexOf(file.project.name) + (takesLong(file) ? 0 : 1);
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other));
  }
}

/** About five times what all projects leave there. */
const mostModules = 20_000;

/** The folder of kept modules, emptied where it has grown: nobody takes out those of sources as they were. */
function keptModules(folder: string): string {
  if (existsSync(folder) && readdirSync(folder).length > mostModules) rmSync(folder, { recursive: true, force: true });
  return folder;
}

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export
export default defineConfig({
  root,
  test: {
    // One more than there are cores: many tests wait for a browser or another program.
    maxWorkers: availableParallelism() + 1,
    // What a source became for a run is kept for the next one, by its text.
    fsModuleCache: true,
    fsModuleCachePath: keptModules(join(root, 'node_modules', '.cache', 'test-modules')),
    sequence: { sequencer: LongFirst },
    projects: [
      project('alone', { include: aloneFiles, isolate: true }, { testTimeoutMs: 60_000, needsBuild: true }),
      project('stand-in', { include: standInFiles }, { testTimeoutMs: 30_000, needsBuild: true }),
      shared('pages', pageFolders, { testTimeoutMs: 60_000, needsBuild: true }),
      shared('plain', plainFolders, { testTimeoutMs: 30_000, needsBuild: true }),
      ofFolder('sweeps', { testTimeoutMs: 120_000, needsBuild: true }),
      ofFolder('codex', { testTimeoutMs: 120_000 }),
      ofFolder('electron', { testTimeoutMs: 90_000, pollLimitMs: 20_000 }),
      ofFolder('clients', { testTimeoutMs: 120_000 }),
      ofFolder('package', { testTimeoutMs: 120_000, needsBuild: true }),
    ],
  },
});
