import { keepCompiled } from './node/compile-cache.ts';
import { ensureHome } from './node/ensure-home.ts';
import { withHeapCap } from './node/heap-cap.ts';

// Before anything else is loaded: this file loads next to nothing.
withHeapCap(process);
ensureHome(process.env);
keepCompiled(process.argv.slice(2));
await import('./headless-program.ts');
