import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { clientsOn } from './clients.ts';

/** Run as a program: sets Codex up and is killed at the moment the new file would take the place of the old one. */
const [homeDir = '', dataDir = ''] = process.argv.slice(2);
const { renameSync } = fs;
fs.renameSync = (from, to) => {
  if (String(to).endsWith('config.toml')) process.kill(process.pid, 'SIGKILL');
  renameSync(from, to);
};
syncBuiltinESMExports();
const handlers = clientsOn({ homeDir, dataDir });
const { hash } = await handlers['clients.plan']({ id: 'codex', mode: 'provider' });
await handlers['clients.apply']({ id: 'codex', mode: 'provider', hash });
