/** What stands on every screen. */
export const shellWords = {
  'shell.skip': 'Skip to content',
  'shell.connecting': 'Connecting to Slipstream…',
  'shell.connecting.wait': 'Waiting for the program on this machine to answer.',
  'shell.noState': 'Slipstream could not send its state',
  'shell.retrying': '{problem} Trying again every second.',
  'shell.refused': 'This dashboard needs a new link',
  'shell.refused.why':
    'This browser is not signed in here: it never was, or it was signed out in the settings. A link signs it in; it works once and for a minute.',
  'shell.refused.how': 'To open the dashboard, run this on the machine that Slipstream runs on:',
} as const;
