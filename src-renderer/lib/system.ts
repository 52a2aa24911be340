/** Whether the page is shown on macOS, where for instance every click on a tray icon opens its menu. */
export function isMac(): boolean {
  return navigator.userAgent.includes('Mac OS X');
}

/** Whether the page is shown on Linux. */
export function isLinux(): boolean {
  return navigator.userAgent.includes('Linux');
}
