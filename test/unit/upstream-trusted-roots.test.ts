import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TrustedRoots } from '../../src-main/core/upstream/trusted-roots.ts';
import { makeSelfSigned } from '../support/self-signed.ts';
import { fakeClock } from './fake-clock.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'slipstream-roots-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

it.each<[string, (folder: string) => void]>([
  ['is gone', () => {}],
  // Stands for any that the system does not let in: no more rights, a network drive that hangs.
  ['cannot be looked into', (folder) => symlinkSync(folder, folder)],
])('certificates whose folder %s for a while are trusted as before', (_what, leave) => {
  const folder = join(dir, 'company');
  const file = join(folder, 'roots.pem');
  mkdirSync(folder);
  writeFileSync(file, makeSelfSigned().cert);
  const clock = fakeClock();
  const roots = new TrustedRoots(() => file, clock);
  const [key, context] = [roots.key, roots.context()];
  rmSync(folder, { recursive: true });
  leave(folder);
  clock.advance(60_000);
  expect([roots.key, roots.context()]).toEqual([key, context]);
});
