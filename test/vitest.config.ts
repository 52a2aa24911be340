import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

interface ProjectOptions {
  readonly testTimeoutMs: number;
  /** Its tests load what the build makes. */
  readonly needsBuild?: boolean;
}

/** One project per folder of test/, so a run names what kind of test failed. */
const project = (name: string, { testTimeoutMs, needsBuild = false }: ProjectOptions) => ({
  test: {
    name,
    root: new URL('..', import.meta.url).pathname,
    include: [`test/${name}/**/*.test.ts`],
    environment: 'node',
    testTimeout: testTimeoutMs,
    hookTimeout: 60_000,
    ...(needsBuild ? { globalSetup: ['test/build-once.ts'] } : {}),
  },
});

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export
export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    // Vitest would leave a core to itself, and it needs none while tests run.
    maxWorkers: availableParallelism(),
    projects: [
      project('unit', { testTimeoutMs: 10_000 }),
      project('contract', { testTimeoutMs: 10_000 }),
      project('integration', { testTimeoutMs: 30_000, needsBuild: true }),
      project('security', { testTimeoutMs: 30_000, needsBuild: true }),
      project('renderer', { testTimeoutMs: 60_000, needsBuild: true }),
      project('desktop', { testTimeoutMs: 60_000, needsBuild: true }),
      project('codex', { testTimeoutMs: 120_000 }),
    ],
  },
});
