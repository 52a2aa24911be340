import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { stringify } from 'yaml';

/** What Homebrew, winget and the AUR are told of a release: `node manifests.ts REPOSITORY-URL SHA256SUMS FOLDER` writes it. */

/** A file of the release: its name, and the SHA-256 of what is in it, in lower case. */
interface Asset {
  readonly name: string;
  readonly sha256: string;
}

/** The files that package managers fetch. */
const assetPatterns = {
  macArm: /arm64\.dmg$/,
  macIntel: /^(?!.*arm64).*\.dmg$/,
  windows: /\.exe$/,
  debian: /\.deb$/,
  npm: /^slipstream-[\d.]+\.tgz$/,
} as const;
type AssetKind = keyof typeof assetPatterns;

export interface Release {
  readonly version: string;
  readonly description: string;
  /** Of the repository on GitHub, without a slash at its end; its releases hold the files. */
  readonly repositoryUrl: string;
  readonly assets: Readonly<Record<AssetKind, Asset>>;
}

const publisher = 'The Slipstream authors';
const wingetId = 'Slipstream.Slipstream';
const wingetSchema = '1.10.0';

/** The facts of a release. Throws where one is missing, or is nothing that can stand in a script without quoting. */
export function readRelease(facts: {
  readonly version: string;
  readonly description: string;
  readonly repositoryUrl: string;
  /** As `sha256sum` writes them. */
  readonly checksums: string;
}): Release {
  const { version, description, repositoryUrl } = facts;
  if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`"${version}" is not a version that can be released.`);
  if (!/^https:\/\/[\w.-]+(\/[\w.-]+)+$/.test(repositoryUrl))
    throw new Error(`"${repositoryUrl}" is no https address.`);
  if (!/^[\w ,.:'-]+$/.test(description)) throw new Error('The description holds characters that would need quoting.');
  const all = facts.checksums.split('\n').flatMap((line) => {
    // Between the two stand two spaces, or a space and an asterisk.
    const [sha256, name] = [line.slice(0, 64), line.slice(66).trimEnd().replace(/^.*\//, '')];
    return /^[0-9a-fA-F]{64}$/.test(sha256) && /^[\w.+-]+$/.test(name) ? [{ name, sha256: sha256.toLowerCase() }] : [];
  });
  const find = (kind: AssetKind): Asset => {
    const found = all.filter(({ name }) => assetPatterns[kind].test(name));
    const [asset] = found;
    if (asset === undefined || found.length > 1)
      throw new Error(`The checksums name ${found.length} files for ${kind}.`);
    return asset;
  };
  const assets = {
    macArm: find('macArm'),
    macIntel: find('macIntel'),
    windows: find('windows'),
    debian: find('debian'),
    npm: find('npm'),
  };
  return { version, description, repositoryUrl, assets };
}

/** Every manifest of a release: path below the output folder, text. */
export function makeManifests(release: Release): ReadonlyMap<string, string> {
  const winget = join('winget', 'manifests', 's', ...wingetId.split('.'), release.version);
  return new Map([
    [join('homebrew', 'Casks', 'slipstream.rb'), cask(release)],
    [join('homebrew', 'Formula', 'slipstream-headless.rb'), formula(release)],
    ...Object.entries(wingetFiles(release)).map(([name, text]) => [join(winget, name), text] as const),
    [join('aur', 'PKGBUILD'), pkgbuild(release)],
    [join('aur', '.SRCINFO'), srcInfo(release)],
  ]);
}

function urlOf({ repositoryUrl, version }: Release, { name }: Asset): string {
  return `${repositoryUrl}/releases/download/v${version}/${encodeURIComponent(name)}`;
}

/** The desktop app for Homebrew. Cask Cookbook: an architecture's checksum and file each in their own block, in this order. */
function cask(release: Release): string {
  const { macArm, macIntel } = release.assets;
  return `cask "slipstream" do
  version "${release.version}"

  on_arm do
    sha256 "${macArm.sha256}"

    url "${urlOf(release, macArm)}"
  end
  on_intel do
    sha256 "${macIntel.sha256}"

    url "${urlOf(release, macIntel)}"
  end

  name "Slipstream"
  desc "Local proxy for Codex accounts"
  homepage "${release.repositoryUrl}"

  app "Slipstream.app"

  zap trash: [
    "~/Library/Application Support/Slipstream",
    "~/Library/Logs/Slipstream",
    "~/Library/Preferences/app.slipstream.desktop.plist",
  ]
end
`;
}

/** The program without a window for Homebrew ("Node for Formula Authors"). */
function formula(release: Release): string {
  const { npm } = release.assets;
  return `class SlipstreamHeadless < Formula
  desc "Local proxy for Codex accounts, without a window"
  homepage "${release.repositoryUrl}"
  url "${urlOf(release, npm)}"
  sha256 "${npm.sha256}"
  license "MIT"

  depends_on "node"

  def install
    system "npm", "install", *std_npm_args
    bin.install_symlink libexec.glob("bin/*")
  end

  service do
    run [opt_bin/"slipstream", "serve", "--no-open"]
    keep_alive true
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/slipstream --version")
  end
end
`;
}

/** The three files of a version, as winget's schema 1.10.0 has them. */
function wingetFiles(release: Release): Readonly<Record<string, string>> {
  const { windows } = release.assets;
  const head = { PackageIdentifier: wingetId, PackageVersion: release.version };
  const write = (type: string, members: object) =>
    `# yaml-language-server: $schema=https://aka.ms/winget-manifest.${type}.${wingetSchema}.schema.json\n${stringify({
      ...head,
      ...members,
      ManifestType: type,
      ManifestVersion: wingetSchema,
    })}`;
  return {
    [`${wingetId}.yaml`]: write('version', { DefaultLocale: 'en-US' }),
    [`${wingetId}.installer.yaml`]: write('installer', {
      InstallerType: 'nullsoft',
      Scope: 'user',
      Protocols: ['slipstream'],
      Installers: [
        { Architecture: 'x64', InstallerUrl: urlOf(release, windows), InstallerSha256: windows.sha256.toUpperCase() },
      ],
    }),
    [`${wingetId}.locale.en-US.yaml`]: write('defaultLocale', {
      PackageLocale: 'en-US',
      Publisher: publisher,
      PackageName: 'Slipstream',
      PackageUrl: release.repositoryUrl,
      License: 'MIT',
      LicenseUrl: `${release.repositoryUrl}/blob/v${release.version}/LICENSE`,
      ShortDescription: release.description,
      Moniker: 'slipstream',
      ReleaseNotesUrl: `${release.repositoryUrl}/releases/tag/v${release.version}`,
    }),
  };
}

const debDepends = ['gtk3', 'libnotify', 'nss', 'libxss', 'libxtst', 'xdg-utils', 'at-spi2-core', 'libsecret'];

/** The deb, unpacked, for Arch Linux. */
function pkgbuild(release: Release): string {
  const { debian } = release.assets;
  return `# Maintainer: ${publisher}
pkgname=slipstream-bin
pkgver=${release.version}
pkgrel=1
pkgdesc="Local proxy for Codex accounts"
arch=('x86_64')
url="${release.repositoryUrl}"
license=('MIT')
depends=(${debDepends.map((name) => `'${name}'`).join(' ')})
provides=('slipstream')
conflicts=('slipstream')
options=('!strip')
source=("slipstream-\${pkgver}.deb::${urlOf(release, debian)}")
noextract=("slipstream-\${pkgver}.deb")
sha256sums=('${debian.sha256}')

package() {
  bsdtar -xOf "slipstream-\${pkgver}.deb" 'data.tar*' | bsdtar -xf - -C "$pkgdir"
  # Where the kernel lets users make namespaces, this needs no rights; elsewhere the sandbox does.
  chmod 4755 "$pkgdir/opt/Slipstream/chrome-sandbox"
  install -Dm644 "$pkgdir/opt/Slipstream/LICENSE.electron.txt" -t "$pkgdir/usr/share/licenses/$pkgname/"
  install -d "$pkgdir/usr/bin"
  ln -s /opt/Slipstream/slipstream "$pkgdir/usr/bin/slipstream"
}
`;
}

/** What the AUR reads instead of running the PKGBUILD: `makepkg --printsrcinfo` would say the same. */
function srcInfo(release: Release): string {
  const { debian } = release.assets;
  const file = `slipstream-${release.version}.deb`;
  const lines = [
    ['pkgdesc', 'Local proxy for Codex accounts'],
    ['pkgver', release.version],
    ['pkgrel', '1'],
    ['url', release.repositoryUrl],
    ['arch', 'x86_64'],
    ['license', 'MIT'],
    ...debDepends.map((name) => ['depends', name]),
    ['provides', 'slipstream'],
    ['conflicts', 'slipstream'],
    ['noextract', file],
    ['options', '!strip'],
    ['source', `${file}::${urlOf(release, debian)}`],
    ['sha256sums', debian.sha256],
  ];
  return `pkgbase = slipstream-bin\n${lines.map(([name, value]) => `\t${name} = ${value}\n`).join('')}\npkgname = slipstream-bin\n`;
}

if (import.meta.main) {
  const [repositoryUrl = '', checksumsFile = '', outDir = ''] = process.argv.slice(2);
  if (outDir === '') throw new Error('Usage: node src-main/build/manifests.ts REPOSITORY-URL SHA256SUMS FOLDER');
  const rootDir = resolve(import.meta.dirname, '..', '..');
  const { version, description } = JSON.parse(readFileSync(join(rootDir, 'package.json'), 'utf8')) as Release;
  const release = readRelease({ version, description, repositoryUrl, checksums: readFileSync(checksumsFile, 'utf8') });
  for (const [path, text] of makeManifests(release)) {
    mkdirSync(dirname(join(outDir, path)), { recursive: true });
    writeFileSync(join(outDir, path), text);
  }
}
