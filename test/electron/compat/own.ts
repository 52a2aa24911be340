import { rootCertificates } from 'node:tls';
import * as sqlite from 'compat-sqlite';
import { createZstdCompress, createZstdDecompress, zstdCompress, zstdDecompress } from './zstd.ts';

/** What Node's own modules lack, by module and name. */
export const own: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  sqlite,
  zlib: { createZstdCompress, createZstdDecompress, zstdCompress, zstdDecompress },
  // Nothing is kept then.
  module: { enableCompileCache: () => ({}) },
  worker_threads: { markAsUncloneable: () => {} },
  tls: { getCACertificates: (kind = 'default') => (/^(default|bundled)$/.test(kind) ? rootCertificates : []) },
};
