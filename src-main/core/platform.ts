import { readFileSync } from 'node:fs';
import { arch, platform, release, version } from 'node:os';
import type { Platform } from './normalise/identity.ts';

/** `NAME` and `VERSION_ID` of the Linux distribution; null where the file is missing. */
function linuxName(): string | null {
  try {
    const text = readFileSync('/etc/os-release', 'utf8');
    const lines = text.split('\n');
    const field = (name: string) => {
      const line = lines.find((one) => one.startsWith(`${name}=`));
      return line?.slice(name.length + 1).replaceAll('"', '');
    };
    const name = field('NAME')?.split(' ')[0];
    return name === undefined ? null : `${name} ${threePartVersion(field('VERSION_ID') ?? '0')}`;
  } catch {
    return null;
  }
}

function threePartVersion(text: string): string {
  const parts = text.split('.').filter((part) => /^\d+$/.test(part));
  return [...parts, '0', '0', '0'].slice(0, 3).join('.');
}

/** macOS versions follow the kernel's: Darwin 25 is macOS 26. */
function macName(): string {
  const darwinMajor = Number(release().split('.')[0]);
  return `Mac OS ${darwinMajor >= 25 ? darwinMajor + 1 : darwinMajor - 9}.0.0`;
}

function osName(): string {
  switch (platform()) {
    case 'darwin':
      return macName();
    case 'win32':
      return `Windows ${release()}`;
    default:
      return linuxName() ?? `${version().split(' ')[0] ?? 'Linux'} ${threePartVersion(release())}`;
  }
}

/** This machine as the official client names it in its user agent (PROTOCOL.md, Identity). */
export function detectPlatform(env: NodeJS.ProcessEnv): Platform {
  const cpu = arch();
  return {
    os: osName(),
    arch: cpu === 'x64' ? 'x86_64' : cpu,
    terminal: env.TERM_PROGRAM ?? env.TERM ?? 'unknown',
  };
}
