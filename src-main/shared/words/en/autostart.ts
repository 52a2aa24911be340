/** Why there is no start at login. */
export const autostartWords = {
  'autostart.headless':
    'The headless Slipstream does not start itself. Use the desktop app, or a service of your system.',
  'autostart.demo': 'The demo does not start at login.',
  'autostart.sources': 'Only the installed app can start at login; this one runs from its sources.',
  'autostart.none': 'Start at login is not available on this system.',
  'autostart.mac': 'macOS starts an app at login with its usual folder and port; this one runs with its own.',
} as const;
