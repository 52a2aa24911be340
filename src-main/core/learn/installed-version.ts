import { open, realpath } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { within } from '../in-time.ts';
import { parseJsonObject, textMember } from '../json.ts';
import type { Clock } from '../ports.ts';
import { findCodex } from './find-codex.ts';

const maxManifestBytes = 64 * 1024;
/** From a program up to the folder of its package. */
const mostFoldersUp = 6;
/** A folder on PATH may be on a disk that does not answer. */
const limitMs = 2_000;

async function manifestVersion(path: string): Promise<string | null> {
  const file = await open(path).catch(() => null);
  if (file === null) return null;
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(maxManifestBytes), 0, maxManifestBytes, 0);
    const manifest = parseJsonObject(buffer.toString('utf8', 0, bytesRead));
    return textMember(manifest, 'name') === '@openai/codex' ? textMember(manifest, 'version') : null;
  } catch {
    return null;
  } finally {
    await file.close();
  }
}

/** npm's package that a program is in, or that its starter on Windows lies beside; else what the folder of a cask is called. */
async function versionOf(program: string): Promise<string | null> {
  const real = await realpath(program);
  const manifests = [join(dirname(program), 'node_modules', '@openai', 'codex', 'package.json')];
  for (let folder = dirname(real); manifests.length <= mostFoldersUp; folder = dirname(folder))
    manifests.push(join(folder, 'package.json'));
  for (const path of manifests) {
    const version = await manifestVersion(path);
    if (version !== null) return version;
  }
  const parts = real.split(sep);
  const cask = parts.findIndex((part) => part === 'Caskroom' || part === 'Cellar');
  return cask !== -1 && parts[cask + 1] === 'codex' ? (parts[cask + 2] ?? null) : null;
}

/**
 * The version of the Codex command that is installed, read of the files around it: nothing is run. Null where there is
 * none, where its files do not say, or where they cannot be read within two seconds. Never rejects.
 */
export async function installedVersion(
  clock: Pick<Clock, 'after'>,
  find: () => string | null = findCodex,
): Promise<string | null> {
  const read = async () => {
    const program = find();
    return program === null ? null : versionOf(program);
  };
  return within(
    clock,
    limitMs,
    read().catch(() => null),
  );
}
