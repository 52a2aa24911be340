import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder like `~/.codex`, with the sign-in of the official client in it. */
export interface LinkedHome {
  readonly dir: string;
  readonly path: string;
  read(): AuthFile;
  write(text: string): void;
  dispose(): void;
}

interface AuthFile {
  readonly tokens: { readonly access_token: string; readonly refresh_token: string; readonly id_token: string };
  readonly last_refresh: string;
  readonly [key: string]: unknown;
}

/** A temporary folder of the Codex command with this auth.json in it. */
export function linkedHome(authJson: string): LinkedHome {
  const dir = mkdtempSync(join(tmpdir(), 'slipstream-codex-home-'));
  const path = join(dir, 'auth.json');
  const write = (text: string) => writeFileSync(path, text, { mode: 0o600 });
  write(authJson);
  return {
    dir,
    path,
    read: () => JSON.parse(readFileSync(path, 'utf8')) as AuthFile,
    write,
    dispose: () => rmSync(dir, { recursive: true, force: true }),
  };
}
