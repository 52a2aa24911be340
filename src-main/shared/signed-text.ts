/**
 * What a browser signs to prove itself. Bound to the program that asked and to the page's origin, so that a signature is of
 * no use to another program or to another site; the nonce is good for one connection.
 */
export function signedText(challenge: {
  readonly instance: string;
  readonly nonce: string;
  readonly origin: string;
}): string {
  return ['slipstream dashboard 1', challenge.instance, challenge.origin, challenge.nonce].join('\n');
}
