import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { ownMember } from '../shared/own-member.ts';

/** Types the built renderer may consist of; a file of any other is not served. */
const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

export interface Asset {
  readonly contentType: string;
  readonly content: Buffer;
}

/** The built renderer by URL path, e.g. `/index.html`. */
export type Assets = ReadonlyMap<string, Asset>;

/**
 * Reads the built renderer, a few files, into memory. Serving is then a look-up of a name in a map: no path of a request
 * ever reaches the file system.
 */
export function readAssets(rendererDir: string): Assets {
  const assets = new Map<string, Asset>();
  for (const file of existsSync(rendererDir) ? listFiles(rendererDir) : []) {
    const contentType = ownMember(contentTypes, extname(file));
    if (contentType !== undefined) {
      const path = `/${relative(rendererDir, file).split(sep).join('/')}`;
      assets.set(path, { contentType, content: readFileSync(file) });
    }
  }
  return assets;
}

/** No links, neither to files nor to folders: they could point out of the folder. (A recursive `readdir` follows them.) */
function listFiles(dir: string): readonly string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) return listFiles(path);
    return entry.isFile() ? [path] : [];
  });
}
