import { defineConfig } from 'vitest/config';

/** One project per folder of test/, so a run names what kind of test failed. */
const project = (name: string, testTimeoutMs: number) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    environment: 'node',
    testTimeout: testTimeoutMs,
    hookTimeout: 60_000,
  },
});

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export
export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    globalSetup: ['test/build-once.ts'],
    projects: [
      project('unit', 10_000),
      project('contract', 10_000),
      project('integration', 30_000),
      project('security', 30_000),
      project('renderer', 60_000),
      project('desktop', 60_000),
    ],
  },
});
