import { createRequire } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import * as sqlite from './sqlite.ts';
import { createZstdCompress, createZstdDecompress, zstdCompress, zstdDecompress } from './zlib.ts';

// Gives an older Electron what the program takes for granted of the pinned one; the first thing that it loads.
const { getBuiltinModule } = process;
process.getBuiltinModule = ((name: string) =>
  name === 'node:sqlite' ? sqlite : getBuiltinModule.call(process, name)) as typeof getBuiltinModule;

const require = createRequire(import.meta.url);
// What is required finds it there; what is imported has its import changed.
Object.assign(require('node:zlib'), { createZstdCompress, createZstdDecompress, zstdCompress, zstdDecompress });
Object.assign(require('node:worker_threads'), { markAsUncloneable: () => {} });

URL.parse ??= (url, base) => (URL.canParse(url, base) ? new URL(url, base) : null);

if (isMainThread) {
  const { safeStorage } = require('electron') as typeof import('electron');
  Object.assign(safeStorage, {
    isAsyncEncryptionAvailable: async () => safeStorage.isEncryptionAvailable(),
    encryptStringAsync: async (plain: string) => safeStorage.encryptString(plain),
    decryptStringAsync: async (sealed: Buffer) => ({
      shouldReEncrypt: false,
      result: safeStorage.decryptString(sealed),
    }),
  });
}
