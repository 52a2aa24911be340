/** Notifications. */
export const noticesWords = {
  'notices.limit': 'Usage limit reached',
  'notices.limit.body': '{account} gets no turns until {when}.',
  'notices.signedOut': 'Signed out',
  'notices.signedOut.body': '{account} has to sign in again. Open the Accounts screen.',
  'notices.refused': 'Refused by upstream',
  'notices.refused.body': '{account}: {text}',
  'notices.low': 'Quota is low',
  'notices.low.body': '{account} has used {percent} of its {window} limit.',
  'notices.low.body.reset': '{account} has used {percent} of its {window} limit; it is reset {when}.',
  'notices.weekly': 'weekly',
  'notices.unnamed': 'usage',
  'notices.notLoaded': 'An account could not be loaded',
  'notices.locked': 'An account is locked',
  'notices.locked.body': '{accounts}: unlock the keyring and try again, or sign in again.',
} as const;
