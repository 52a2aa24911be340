import { createRequire } from 'node:module';

// biome-ignore lint/style/noDefaultExport: stands for a package that has one
export default function load(): unknown {
  return createRequire(import.meta.url)('./sqlite.node');
}
