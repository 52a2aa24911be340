import { DatabaseSync, StatementSync } from 'compat-sqlite';

/** `node:sqlite` where Node has none. */
export { DatabaseSync, StatementSync };
