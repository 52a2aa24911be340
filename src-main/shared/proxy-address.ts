/** The address of a proxy as screens may show it. */

const hiddenPassword = '********';

/** The address with its password hidden; as it is where it has none. */
export function shownProxy(address: string | null): string | null {
  if (address === null || !URL.canParse(address)) return address;
  const url = new URL(address);
  if (url.password === '') return address;
  url.password = hiddenPassword;
  return url.href;
}

/** What was meant by an address that comes back from a screen: the stored password where its stand-in came. */
export function meantProxy(given: string | null, stored: string | null): string | null {
  if (given === null || stored === null || !URL.canParse(given) || !URL.canParse(stored)) return given;
  const [asked, kept] = [new URL(given), new URL(stored)];
  if (asked.password !== hiddenPassword || asked.username !== kept.username || asked.host !== kept.host) return given;
  asked.password = kept.password;
  return asked.href;
}
