import { createRequire } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import { own } from './own.ts';

// Gives an older Electron what the program takes for granted of the pinned one; the first thing that it loads.
const require = createRequire(import.meta.url);
const { getBuiltinModule } = process;
process.getBuiltinModule = ((name: string) =>
  name === 'node:sqlite' ? own.sqlite : getBuiltinModule.call(process, name)) as typeof getBuiltinModule;

// What is required finds it there; what is imported has its import changed.
for (const [name, members] of Object.entries(own))
  if (name !== 'sqlite') Object.assign(require(`node:${name}`), members);

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
