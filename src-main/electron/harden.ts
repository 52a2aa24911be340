import type { Session, WebContents } from 'electron';
import { isOwnPage } from './app-protocol.ts';

/** What a page of ours may ask for, each with its reason; everything else is denied. */
const allowedPermissions: ReadonlyMap<string, string> = new Map([
  ['clipboard-sanitized-write', 'the copy buttons: base URL, API key, cURL'],
]);

/** Keeps a page where it is: no navigation, no new window, no webview. */
export function hardenContents(contents: WebContents): void {
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** Denies permissions and devices, and cancels every request that is not for a file of ours. */
export function hardenSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer, details) =>
    answer(isAllowed(permission, details.requestingUrl)),
  );
  session.setPermissionCheckHandler((_contents, permission, requestingOrigin) =>
    isAllowed(permission, requestingOrigin),
  );
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !isOwnPage(details.url) }));
}

function isAllowed(permission: string, requester: string): boolean {
  return allowedPermissions.has(permission) && isOwnPage(`${requester}/`);
}
