import { tell } from '../shared/words/told.ts';

/** What decides whether this installation may replace itself. */
export interface Installation {
  readonly isPackaged: boolean;
  readonly isDemo: boolean;
  readonly platform: NodeJS.Platform;
  /** The file that is an AppImage, where it is one. */
  readonly appImage: string | undefined;
  /** What the package says of its kind (`resources/package-type`), or who installs it (`resources/package-manager`). */
  readonly packageType: string | null;
  /** What the package says of where releases are (`resources/app-update.yml`); null where it says nothing. */
  readonly feedUrl: string | null;
}

/** Why newer versions are not looked for here, as `tell` makes it; null where they are. */
export function whyNoUpdates({
  isPackaged,
  isDemo,
  platform,
  appImage,
  packageType,
  feedUrl,
}: Installation): string | null {
  if (!isPackaged) return tell('updates.off.sources');
  if (isDemo) return tell('updates.off.demo');
  if (packageType !== null && packageType !== 'AppImage') return tell('updates.off.manager', { manager: packageType });
  if (platform === 'linux' && !appImage) return tell('updates.off.unpacked');
  return feedUrl === null || !isSafeFeed(feedUrl) ? tell('updates.off.noFeed') : null;
}

/** Over TLS from a host that exists, or from this machine itself. */
export function isSafeFeed(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.hostname.endsWith('.invalid')) return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && url.hostname === '127.0.0.1');
}

/** The address in `app-update.yml`, which electron-builder writes from `publish` of electron-builder.yml. */
export function feedUrlOf(appUpdateYaml: string): string | null {
  const url = /^url: *(?:'([^']*)'|"([^"]*)"|(\S+)) *$/m.exec(appUpdateYaml);
  return url?.[1] ?? url?.[2] ?? url?.[3] ?? null;
}

const maxNotesChars = 20_000;

/** Release notes as plain text: they come from a server as Markdown or HTML, and no part of them is to be more than read. */
export function notesText(
  notes: string | readonly { readonly version: string; readonly note: string | null }[] | null | undefined,
): string | null {
  if (notes === null || notes === undefined) return null;
  const text =
    typeof notes === 'string' ? notes : notes.map(({ version, note }) => `${version}\n${note ?? ''}`).join('\n\n');
  const plain = text
    .slice(0, maxNotesChars)
    .replace(/<(?:br|\/p|\/li|\/h\d)\b[^<>]{0,200}>/gi, '\n')
    .replace(/<[^<>]{0,200}>/g, '')
    .replace(/&(lt|gt|amp|quot|#39);/g, (_all, name: keyof typeof entities) => entities[name])
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  return plain === '' ? null : plain;
}

const entities = { lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'" } as const;
