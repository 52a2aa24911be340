import { fileURLToPath } from 'node:url';

/** Folder of the built page; vitest's global setup has made it from the sources as they are. */
export const builtPage = fileURLToPath(new URL('../../out/renderer', import.meta.url));
