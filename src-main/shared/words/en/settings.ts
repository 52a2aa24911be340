/** The Settings screen. */
export const settingsWords = {
  'settings.title': 'Settings',
  'settings.language': 'Language',
  'settings.language.system': 'as the system',
  'settings.language.help':
    'Of this dashboard, the tray and notifications. Commands and answers to clients stay in English.',
  'settings.browsers': 'Browsers',
  'settings.browsers.help':
    'These open the dashboard without a new link, in any tab and after a restart. Each holds a key that cannot be copied out of it. Signing one out closes its tabs; a new link lets it in again.',
  'settings.browsers.none': 'None stays signed in.',
  'settings.browsers.one': '{name} <faint>at {origin}, last used {when}</faint>',
  'settings.browsers.signOut': 'Sign out',
} as const;
