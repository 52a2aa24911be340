import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

const overSockets = (process.env.MUTATE_WITH ?? '')
  .split(' ')
  .filter(Boolean)
  .map((name) => `test/integration/${name}.test.ts`);

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export
export default defineConfig({
  root: resolve(import.meta.dirname, '../..'),
  test: {
    // Those on security that need no socket hold the redactor.
    include: [
      'test/unit/**/*.test.ts',
      'test/security/{fuzz-findings,prototypes,redaction-spellings}.test.ts',
      ...overSockets,
    ],
    // They are about other parts, and start programs.
    exclude: ['test/unit/{electron,node,clients,vendor}-*'],
    environment: 'node',
    testTimeout: 20_000,
  },
});
