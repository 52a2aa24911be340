import { globSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

const root = resolve(import.meta.dirname, '..');

interface ProjectOptions {
  readonly testTimeoutMs: number;
  /** How long `expect.poll` looks; a second where it is absent. */
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

/** One project per folder of test/, so a run names what kind of test failed; its files share the processes they run in. */
function project(name: string, { testTimeoutMs, needsBuild = false, pollLimitMs }: ProjectOptions) {
  const onElectron = filesWhere(name, isOnSharedElectron);
  const alone = filesWhere(name, needsOwnProcess);
  const part = (label: string, include: string[], exclude: string[], isolate: boolean) => ({
    test: {
      name: label,
      root,
      include,
      exclude,
      isolate,
      environment: 'node' as const,
      testTimeout: testTimeoutMs,
      hookTimeout: 60_000,
      ...(pollLimitMs === undefined ? {} : { expect: { poll: { timeout: pollLimitMs } } }),
      ...(needsBuild ? { globalSetup: ['test/build-once.ts'] } : {}),
    },
  });
  return [
    part(name, [includeOf(name)], [...onElectron, ...alone], false),
    ...(onElectron.length === 0 ? [] : [part(`${name}-electron`, onElectron, [], false)]),
    ...(alone.length === 0 ? [] : [part(`${name}-alone`, alone, [], true)]),
  ];
}

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
      ...project('renderer', { testTimeoutMs: 60_000, needsBuild: true }),
      ...project('desktop', { testTimeoutMs: 60_000, needsBuild: true }),
      ...project('codex', { testTimeoutMs: 120_000 }),
      ...project('electron', { testTimeoutMs: 90_000, pollLimitMs: 20_000 }),
      ...project('clients', { testTimeoutMs: 120_000 }),
      ...project('package', { testTimeoutMs: 120_000, needsBuild: true }),
    ],
  },
});
