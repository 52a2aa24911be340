/** Short messages on what was done. */
export const toastsWords = {
  'toast.copied': '{what} copied.',
  'toast.notCopied': '{what} could not be copied: the clipboard is not available here.',
  'toast.undo': 'Undo',
  'toast.paused': 'From now on new turns are refused.',
  'toast.resumed': 'From now on new turns are taken again.',
  'toast.imported': 'Imported: {accounts}.',
  'toast.imported.known': 'Imported; the account was here already.',
  'toast.linked': 'Linked: {accounts}.',
  'toast.linked.known': 'Linked; the account was here already.',
  'toast.signedOut': 'Signed out at the issuer, and removed.',
  'toast.notRevoked': 'Removed here, but the issuer did not confirm that it signed the account out.',
  'toast.diagnostics': 'Diagnostics',
  'toast.apiKey': 'API key',
  'toast.turnStopped': 'The turn was stopped.',
} as const;
