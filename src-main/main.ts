import { keepCompiled } from './node/compile-cache.ts';

// Before anything else is loaded: this file loads next to nothing.
keepCompiled(process.argv.slice(1));
// Electron is not ready before this module is: what has to happen before that is awaited there.
await import('./desktop-program.ts');
