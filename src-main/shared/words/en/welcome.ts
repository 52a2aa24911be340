/** The first-run screen. */
export const welcomeWords = {
  'welcome.title': 'Welcome to Slipstream',
  'welcome.intro': 'Two things, and your clients can use it. Both can be changed later.',
  'welcome.done': 'Go to the dashboard',
  'welcome.done.note': 'Unless you say so, Slipstream does not start at login.',
  'welcome.account.ready': 'Your account is ready',
  'welcome.account': 'Add your account',
  'welcome.account.why': 'Slipstream sends every turn with a Codex account, so it needs one.',
  'welcome.link': "Or link the Codex CLI's login",
  'welcome.link.how': 'Shares the sign-in in <code>~/.codex/auth.json</code>; a sign-in of its own is the safer way.',
  'welcome.login': 'Start Slipstream at login?',
  'welcome.login.how': 'It would start hidden, in the tray, so that your clients always find it.',
  'welcome.login.yes': 'Start at login',
  'welcome.login.no': 'Not now',
  'welcome.login.is': 'Starts at login',
  'welcome.login.isNot': 'Does not start at login',
  'welcome.login.change': "Settings and the tray's menu change this.",
} as const;
