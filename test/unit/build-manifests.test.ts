import { spawnSync } from 'node:child_process';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { makeManifests, readRelease } from '../../src-main/build/manifests.ts';

const hash = (digit: string) => digit.repeat(64);
const checksums = `${hash('a')}  Slipstream-1.2.3-arm64.dmg
${hash('b')}  Slipstream-1.2.3.dmg
${hash('C')} *Slipstream-Setup-1.2.3.exe
${hash('d')}  dist/slipstream_1.2.3_amd64.deb
${hash('e')}  slipstream-1.2.3.tgz
${hash('f')}  Slipstream-1.2.3.AppImage
`;
const facts = {
  version: '1.2.3',
  description: 'A local proxy for Codex accounts.',
  repositoryUrl: 'https://github.com/someone/slipstream',
  checksums,
};
const files = makeManifests(readRelease(facts));
const textOf = (name: string) => [...files].find(([path]) => basename(path) === name)?.[1] ?? '';
const download = 'https://github.com/someone/slipstream/releases/download/v1.2.3';

// What winget's schemas 1.10.0 ask for of the members that are used here; members that are not known are refused.
const Identifier = z.string().regex(/^[^.\s\\/:*?"<>|]{1,32}(\.[^.\s\\/:*?"<>|]{1,32}){1,7}$/);
const Version = z.string().regex(/^[^\\/:*?"<>|]+$/);
const Url = z
  .string()
  .regex(/^https:\/\/.+$/)
  .max(2048);
const head = { PackageIdentifier: Identifier, PackageVersion: Version, ManifestVersion: z.literal('1.10.0') };
const wingetShapes = {
  'Slipstream.Slipstream.yaml': z.strictObject({
    ...head,
    DefaultLocale: z.literal('en-US'),
    ManifestType: z.literal('version'),
  }),
  'Slipstream.Slipstream.installer.yaml': z.strictObject({
    ...head,
    InstallerType: z.enum(['nullsoft', 'msi', 'exe', 'zip', 'portable']),
    Scope: z.enum(['user', 'machine']),
    Protocols: z.array(z.string()).max(64),
    Installers: z
      .array(
        z.strictObject({
          Architecture: z.enum(['x86', 'x64', 'arm', 'arm64', 'neutral']),
          InstallerUrl: Url,
          InstallerSha256: z.string().regex(/^[A-Fa-f0-9]{64}$/),
        }),
      )
      .min(1),
    ManifestType: z.literal('installer'),
  }),
  'Slipstream.Slipstream.locale.en-US.yaml': z.strictObject({
    ...head,
    PackageLocale: z.literal('en-US'),
    Publisher: z.string().min(2).max(256),
    PackageName: z.string().min(2).max(256),
    PackageUrl: Url,
    License: z.string().min(3).max(512),
    LicenseUrl: Url,
    ShortDescription: z.string().min(3).max(256),
    Moniker: z.string().min(1).max(40),
    ReleaseNotesUrl: Url,
    ManifestType: z.literal('defaultLocale'),
  }),
};

describe('the manifests of a release', () => {
  it('are those of three package managers', () => {
    expect([...files.keys()].map((path) => path.replaceAll('\\', '/'))).toEqual([
      'homebrew/Casks/slipstream.rb',
      'homebrew/Formula/slipstream-headless.rb',
      'winget/manifests/s/Slipstream/Slipstream/1.2.3/Slipstream.Slipstream.yaml',
      'winget/manifests/s/Slipstream/Slipstream/1.2.3/Slipstream.Slipstream.installer.yaml',
      'winget/manifests/s/Slipstream/Slipstream/1.2.3/Slipstream.Slipstream.locale.en-US.yaml',
      'aur/PKGBUILD',
      'aur/.SRCINFO',
    ]);
  });

  it.each(Object.entries(wingetShapes))('have the shape that winget asks for: %s', (name, shape) => {
    expect(shape.safeParse(parse(textOf(name))).error).toBeUndefined();
  });

  it.each([
    ['slipstream.rb', `${download}/Slipstream-1.2.3-arm64.dmg`, hash('a')],
    ['slipstream.rb', `${download}/Slipstream-1.2.3.dmg`, hash('b')],
    ['slipstream-headless.rb', `${download}/slipstream-1.2.3.tgz`, hash('e')],
    ['Slipstream.Slipstream.installer.yaml', `${download}/Slipstream-Setup-1.2.3.exe`, hash('C')],
    ['PKGBUILD', `${download}/slipstream_1.2.3_amd64.deb`, hash('d')],
    ['.SRCINFO', `${download}/slipstream_1.2.3_amd64.deb`, hash('d')],
  ])('name in %s the file %s next to its checksum', (name, url, sha256) => {
    const lines = textOf(name).split('\n');
    const at = lines.findIndex((line) => line.includes(url));
    expect(at).toBeGreaterThan(1);
    expect(lines.slice(at - 2, at + 3).some((line) => line.includes(sha256))).toBe(true);
  });

  it('have the checksum before the address in a cask, as its linter wants it', () => {
    expect(textOf('slipstream.rb').match(/sha256 "\w{64}"\n\n {4}url "/g)).toHaveLength(2);
  });

  it('close every block that they open in Ruby', () => {
    for (const name of ['slipstream.rb', 'slipstream-headless.rb']) {
      const lines = textOf(name)
        .split('\n')
        .map((line) => line.trim());
      const opened = lines.filter((line) => /^(class|def) | do$/.test(line)).length;
      expect(opened).toBeGreaterThan(2);
      expect(lines.filter((line) => line === 'end')).toHaveLength(opened);
    }
  });

  it.for(['slipstream.rb', 'slipstream-headless.rb'])('are read by Ruby, where there is one: %s', (name, { skip }) => {
    const { error, status, stderr } = spawnSync('ruby', ['-c'], { input: textOf(name), encoding: 'utf8' });
    if (error !== undefined) return skip('there is no ruby here');
    expect([status, stderr]).toEqual([0, '']);
  });

  it('say the same in .SRCINFO as a shell reads in the PKGBUILD', () => {
    const script = `${textOf('PKGBUILD')}
printf '%s\\n' "$pkgver" "$pkgrel" "$pkgdesc" "$url" "\${depends[@]}" "\${source[@]}" "\${noextract[@]}" "\${sha256sums[@]}"`;
    const { stdout, stderr, status } = spawnSync('bash', ['--norc', '-euc', script], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    const values = textOf('.SRCINFO')
      .split('\n')
      .flatMap((line) => line.split(' = ').slice(1));
    expect(
      stdout
        .trim()
        .split('\n')
        .filter((value) => !values.includes(value)),
    ).toEqual([]);
  });
});

describe('the facts of a release', () => {
  it.each([
    ['a version that is none', { version: '1.2.3-rc"; rm' }, 'version'],
    ['an address without TLS', { repositoryUrl: 'http://example.com/a/b' }, 'address'],
    ['an address that a shell would run', { repositoryUrl: 'https://example.com/a/$(b)' }, 'address'],
    ['a description that closes a quote', { description: 'a "b"' }, 'quoting'],
    ['a file that is missing', { checksums: checksums.replace(/.*\.deb\n/, '') }, '0 files for debian'],
    [
      'a name that would be another in a release',
      { checksums: checksums.replace('Slipstream-Setup', 'Slipstream Setup') },
      '0 files',
    ],
    ['a file that is there twice', { checksums: `${checksums}${hash('1')}  other.exe\n` }, '2 files for windows'],
    ['a checksum that is too short', { checksums: checksums.replace(hash('e'), 'abc') }, '0 files for npm'],
  ])('are refused: %s', (_name, change, message) => {
    expect(() => readRelease({ ...facts, ...change })).toThrow(message);
  });
});
