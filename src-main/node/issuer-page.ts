/** Whether an address is a page of the issuer: https, or http where the issuer is on this machine; nothing that hides where it leads. */
export function isIssuerPage(address: string, issuerUrl: string): boolean {
  const url = URL.parse(address);
  const issuer = URL.parse(issuerUrl);
  if (url === null || issuer === null || url.origin !== issuer.origin) return false;
  const isLoopback = /^(localhost|\[::1\]|127(\.\d{1,3}){3})$/.test(url.hostname);
  const isSafeProtocol = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback);
  // Printable ASCII only, so that what is checked is what is opened.
  return (
    isSafeProtocol &&
    url.username === '' &&
    url.password === '' &&
    /^[\x21-\x7e]+$/.test(address) &&
    !address.includes('\\')
  );
}
