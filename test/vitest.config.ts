import { globSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

const root = resolve(import.meta.dirname, '..');

interface ProjectOptions {
  readonly testTimeoutMs: number;
  /** How long `expect.poll` looks: vitest's own second is less than a busy machine takes. */
  readonly pollLimitMs?: number;
  /** Its tests load what the build makes. */
  readonly needsBuild?: boolean;
}

const includeOf = (name: string) => `test/${name}/**/*.test.ts`;

/** Test files that drive the desktop face on the stand-in that they share. */
const isOnSharedElectron = (text: string) => text.includes("/shared-electron.ts'");
/** Test files that put a module in place of another, or measure the process: each needs a process of its own. */
const needsOwnProcess = (text: string) =>
  !isOnSharedElectron(text) && /\bvi\.mock\(|^\/\/ Needs a process of its own/m.test(text);

function filesWhere(name: string, isMeant: (text: string) => boolean): string[] {
  return globSync(includeOf(name), { cwd: root }).filter((file) => isMeant(readFileSync(join(root, file), 'utf8')));
}

interface Files {
  readonly include: string[];
  readonly exclude?: string[];
  /** Each has a process of its own. */
  readonly isolate?: boolean;
}

function part(
  label: string,
  files: Files,
  { testTimeoutMs, needsBuild = false, pollLimitMs = 10_000 }: ProjectOptions,
) {
  return {
    test: {
      name: label,
      root,
      exclude: [],
      isolate: false,
      ...files,
      environment: 'node' as const,
      testTimeout: testTimeoutMs,
      hookTimeout: 60_000,
      expect: { poll: { timeout: pollLimitMs } },
      ...(needsBuild ? { globalSetup: ['test/build-once.ts'] } : {}),
    },
  };
}

/** One project per folder of test/, so a run names what kind of test failed; its files share the processes they run in. */
function project(name: string, options: ProjectOptions) {
  const onElectron = filesWhere(name, isOnSharedElectron);
  const alone = filesWhere(name, needsOwnProcess);
  return [
    part(name, { include: [includeOf(name)], exclude: [...onElectron, ...alone] }, options),
    ...(alone.length === 0 ? [] : [part(`${name}-alone`, { include: alone, isolate: true }, options)]),
  ];
}

/** Those on the shared stand-in, whatever their folder: a process loads the desktop face once for them. */
const standInFiles = filesWhere('*', isOnSharedElectron);

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export
export default defineConfig({
  root,
  test: {
    // One more than there are cores: many tests wait for a browser or another program.
    maxWorkers: availableParallelism() + 1,
    projects: [
      ...project('unit', { testTimeoutMs: 20_000 }),
      ...project('contract', { testTimeoutMs: 20_000 }),
      ...project('integration', { testTimeoutMs: 30_000, needsBuild: true }),
      ...project('security', { testTimeoutMs: 30_000, needsBuild: true }),
      part('stand-in', { include: standInFiles }, { testTimeoutMs: 30_000, needsBuild: true }),
      ...project('renderer', { testTimeoutMs: 60_000, needsBuild: true }),
      ...project('desktop', { testTimeoutMs: 60_000, needsBuild: true }),
      ...project('codex', { testTimeoutMs: 120_000 }),
      ...project('electron', { testTimeoutMs: 90_000, pollLimitMs: 20_000 }),
      ...project('clients', { testTimeoutMs: 120_000 }),
      ...project('package', { testTimeoutMs: 120_000, needsBuild: true }),
    ],
  },
});
