import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDashboardOpener, createSignInOpener } from '../../src-main/node/open-browser.ts';
import { canMount, mountSmallDisk } from '../support/small-disk.ts';
import { fakeClock } from './fake-clock.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'slipstream-opener-'));
  for (const name of ['DISPLAY', 'WAYLAND_DISPLAY']) vi.stubEnv(name, '');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dataDir, { recursive: true, force: true });
});

describe.each([
  ['the dashboard', createDashboardOpener, 'open-dashboard.html'],
  ['a sign-in', createSignInOpener, 'open-sign-in.html'],
] as const)('a page of %s whose file cannot be written', (_what, create, name) => {
  it('is opened by no browser, and nothing fails', async () => {
    mkdirSync(join(dataDir, name));
    writeFileSync(join(dataDir, name, 'inside'), '');
    const opener = create(dataDir, fakeClock());
    expect(await opener.open('https://auth.example/authorize')).toBe(false);
    expect(opener.close).not.toThrow();
  });

  it.skipIf(!canMount())('for its disk is full, is opened by none either', async () => {
    const disk = mountSmallDisk();
    try {
      disk.fill();
      expect(await create(disk.dir, fakeClock()).open('https://auth.example/authorize')).toBe(false);
    } finally {
      disk.dispose();
    }
  });
});
