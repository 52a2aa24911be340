/** The package ships no types. */
declare module 'proxy-from-env' {
  /** The proxy's URL for a target by the environment's rules; empty for none. */
  export function getProxyForUrl(url: string): string;
}
