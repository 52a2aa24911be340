/** Ways out: proxies, certificates, and what came of testing them. */
export const waysWords = {
  'ways.proxy': 'Proxy',
  'ways.asInSettings': 'as in settings',
  'ways.proxyHelp':
    'Its own way out: http://, https://, socks5:// or socks5h://, with user and password. Empty: as the settings say.',
  'ways.wrong': 'It has to be an http://, https://, socks5:// or socks5h:// address.',
  'ways.signIn': 'Through a proxy of its own',
  'ways.signInHelp': 'The account signs in through it, and keeps it; your browser goes its own way.',
  'ways.certificates': 'File of certificates',
  'ways.certificatesHelp':
    'A PEM file, by its whole path, whose certificates are trusted beside the usual ones: for networks whose proxy opens TLS.',
  'ways.test': 'Test',
  'ways.testing': 'Testing…',
  'ways.straight': 'Straight, without a proxy.',
  'ways.through':
    'Through {proxy}, {by, select, account {its own} settings {of the settings} environment {of HTTPS_PROXY} other {of the system}}.',
  'ways.reached': '{host}: answered after {took}.',
  'ways.failed': '{host}: {problem}',
  'ways.credentials': 'The proxy wants a user and password, or does not take those it was given.',
  'ways.closed': 'The proxy refuses to open the way ({detail}).',
  'ways.untrusted':
    'The certificate is from nobody who is trusted here ({detail}). Where a proxy opens TLS, name its certificate file in Settings.',
  'ways.name': 'A name could not be looked up ({detail}).',
  'ways.refused': 'Nobody listens there: the connection was refused ({detail}).',
  'ways.network': 'There is no way through the network ({detail}).',
  'ways.timeout': 'No answer in time.',
  'ways.other': 'It failed: {detail}.',
} as const;
