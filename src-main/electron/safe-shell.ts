import { shell } from 'electron';
import { isIssuerPage } from '../node/issuer-page.ts';

/** Where a link may lead out of the app: the sign-in and the account pages. */
const externalHosts: ReadonlySet<string> = new Set(['auth.openai.com', 'chatgpt.com']);

/** Whether a text is an https URL of an allowed host, with nothing in it that could make it look like another. */
export function isSafeExternalUrl(text: string): boolean {
  const url = URL.parse(text);
  return (
    url !== null &&
    url.protocol === 'https:' &&
    externalHosts.has(url.hostname) &&
    url.port === '' &&
    url.username === '' &&
    url.password === '' &&
    // Printable ASCII only, so that what is checked is what is opened.
    /^https:\/\/[\x21-\x7e]+$/.test(text) &&
    !text.includes('\\')
  );
}

/** Opens an allowed page, or one of the issuer's, in the user's browser; the only place that uses `shell.openExternal`. */
export async function openExternal(url: string, issuerUrl?: string): Promise<boolean> {
  if (!isSafeExternalUrl(url) && (issuerUrl === undefined || !isIssuerPage(url, issuerUrl))) return false;
  await shell.openExternal(url);
  return true;
}
