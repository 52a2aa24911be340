/** Brings a database up, and is killed at the statement that was named: by what the database asks before it prepares one. */
import { DatabaseSync } from 'node:sqlite';
import { migrate } from '../../src-main/core/traces/store/schema.ts';

const [path = '', killedAt = ''] = process.argv.slice(2);
const database = new DatabaseSync(path);
let asked = 0;
const allowed = 0;
database.setAuthorizer(() => {
  asked += 1;
  if (asked === Number(killedAt)) process.kill(process.pid, 'SIGKILL');
  return allowed;
});
migrate(database);
process.stdout.write(String(asked));
