import { loadQuietly } from './stop-signals.ts';

/** A command whose code is loaded when it is called. */
const later =
  <Given extends readonly unknown[]>(load: () => Promise<(...given: Given) => Promise<number>>) =>
  async (...given: Given): Promise<number> =>
    (await loadQuietly(load))(...given);

/** What each command does. A call loads its own: versions, help and the words of a shell take none of it. */
export const commandCode = {
  serve: later(async () => (await import('./commands/serve.ts')).serve),
  login: later(async () => (await import('./commands/login.ts')).login),
  importFile: later(async () => (await import('./commands/import.ts')).importFile),
  listAccounts: later(async () => (await import('./commands/accounts.ts')).listAccounts),
  setAccountProxy: later(async () => (await import('./commands/accounts.ts')).setAccountProxy),
  setFast: later(async () => (await import('./commands/fast.ts')).setFast),
  coin: later(async () => (await import('./commands/coin.ts')).coin),
  setLanguage: later(async () => (await import('./commands/language.ts')).setLanguage),
  showKey: later(async () => (await import('./commands/key.ts')).showKey),
  addKey: later(async () => (await import('./commands/keys.ts')).addKey),
  listKeys: later(async () => (await import('./commands/keys.ts')).listKeys),
  revokeKey: later(async () => (await import('./commands/keys.ts')).revokeKey),
  service: later(async () => (await import('./commands/service.ts')).service),
  metrics: later(async () => (await import('./commands/metrics.ts')).metrics),
  stopTurn: later(async () => (await import('./commands/stop-turn.ts')).stopTurn),
  showStatus: later(async () => (await import('./commands/status.ts')).showStatus),
  showUsage: later(async () => (await import('./commands/usage.ts')).showUsage),
  openDashboard: later(async () => (await import('./commands/open.ts')).openDashboard),
  bench: later(async () => (await import('./commands/bench.ts')).bench),
  showParity: later(async () => (await import('./commands/parity.ts')).showParity),
  doctor: later(async () => (await import('./commands/doctor.ts')).doctor),
  exportHar: later(async () => (await import('./commands/export.ts')).exportHar),
} as const;
