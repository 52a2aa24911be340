/** Imports from other proxies, on the command line and on the Accounts screen. */
export const migrationWords = {
  'migration.tool.none': 'unknown',
  'migration.account': '{email}{plan}',
  'migration.account.new': 'new',
  'migration.account.there': 'already here: its tokens are replaced',
  'migration.setting.proxyUrl': 'Proxy: {value}',
  'migration.setting.strategy': 'New sessions go to: {value}',
  'migration.setting.fastPolicy': 'Fast mode: {value}',
  'migration.found': 'Will be taken from {tool}',
  'migration.nothing': 'Nothing of it can be taken.',
  'migration.left': 'Will not be taken',
  'migration.left.other-service': '{what}: an account of another service',
  'migration.left.encrypted':
    '{what}: this bundle is encrypted with a passphrase. Export the accounts one by one there, as auth.json.',
  'migration.left.signed-out': '{what}: accounts that were removed there',
  'migration.left.unreadable': '{what}: its tokens are missing or damaged',
  'migration.left.no-equal': '{what}: has no equal here',
  'migration.left.own-keys': '{what}: Slipstream has API keys of its own; give your clients one of them',
  'migration.left.no-proxy': '{what}: not an address that requests can go out through here',
  'migration.left.too-many': '{what} accounts more than one import takes',
  'migration.left.no-sign-in': '{what}: neither a Codex sign-in nor settings that have an equal here',
  'migration.left.too-large': '{what}: too large to be a sign-in',
  'migration.left.no-file': '{what}: no plain file',
  'migration.take': 'Import',
  'migration.cancel': 'Cancel',
  'migration.shared':
    'The other program keeps its file. A refresh token works once: stop it there, or whichever of the two renews second is signed out.',
} as const;
