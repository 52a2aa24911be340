/** Signs in a user agent, the more special first: most browsers also call themselves what they are built on. */
const browsers = [
  ['Edg', 'Edge'],
  ['OPR/', 'Opera'],
  ['Vivaldi', 'Vivaldi'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const;
const systems = [
  ['Android', 'Android'],
  ['iPhone', 'iOS'],
  ['iPad', 'iPadOS'],
  ['Windows', 'Windows'],
  ['Mac OS X', 'macOS'],
  ['CrOS', 'ChromeOS'],
  ['Linux', 'Linux'],
] as const;

/** What a person calls the browser with this user agent: "Firefox on Linux". */
export function browserName(agent: string): string {
  const named = (signs: readonly (readonly [sign: string, name: string])[]) =>
    signs.find(([sign]) => agent.includes(sign))?.[1];
  const system = named(systems);
  return `${named(browsers) ?? 'A browser'}${system === undefined ? '' : ` on ${system}`}`;
}
