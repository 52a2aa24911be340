import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readLock, shippedPackages } from './shipped.ts';

/** The licences of every package that ships, in one text: `npm run notices` writes it, a test holds it against the lock. */

const rootDir = resolve(import.meta.dirname, '..', '..');
export const noticesPath = join(rootDir, 'assets', 'THIRD-PARTY-NOTICES.txt');

function licenceText(folder: string): string | null {
  const name = readdirSync(folder)
    .toSorted()
    .find((entry) => /^(licen[cs]e|copying)(\.(md|txt))?$/i.test(entry));
  return name === undefined ? null : readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n').trim();
}

/** What the notices must say now, from the lock file and the installed packages. Throws where a package lacks its licence. */
export function makeNotices(): string {
  const packages = readLock(rootDir);
  const parts = shippedPackages(rootDir).map((path) => {
    const { version, license = 'see its text', optional } = packages[path] ?? {};
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    // Of the Node binaries only this machine's is installed.
    const text = optional ? 'Its licence lies beside it in its package.' : licenceText(join(rootDir, path));
    return `${name} ${version}\nLicence: ${license}\n\n${text ?? `It carries no text of its own; its licence is ${license}.`}`;
  });
  const head = 'Slipstream ships the packages below, each under its own licence.';
  return `${[head, ...parts].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

if (import.meta.main) writeFileSync(noticesPath, makeNotices());
