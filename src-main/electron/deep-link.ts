/** What a link can open beside a turn: the screens that the jump list of Windows names. */
const linkedScreens: ReadonlySet<string> = new Set(['requests', 'lab', 'accounts', 'settings']);

/** The scheme that the packages register (electron-builder.yml). */
export const linkScheme = 'slipstream';

/**
 * The screen that a link leads to, or null where a text is no link of ours. Every program and every page can open one, so it
 * only ever shows something: `slipstream://open` the dashboard, `slipstream://open/SCREEN` one of its screens, and
 * `slipstream://turn/ID` a turn.
 */
export function screenOfLink(text: string): string | null {
  if (/^slipstream:\/\/open\/?$/i.test(text)) return '';
  const screen = /^slipstream:\/\/open\/([a-z]{1,20})\/?$/i.exec(text)?.[1]?.toLowerCase();
  if (screen !== undefined) return linkedScreens.has(screen) ? screen : null;
  const id = /^slipstream:\/\/turn\/([\w-]{1,100})\/?$/i.exec(text)?.[1];
  return id === undefined ? null : `requests/${id}`;
}

/** The same of the first link among a start's arguments. */
export function screenOfArguments(args: readonly string[]): string | null {
  return args.map(screenOfLink).find((screen) => screen !== null) ?? null;
}
