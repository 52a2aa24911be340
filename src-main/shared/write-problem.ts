import { tell } from './words/told.ts';

/** What stands in the way of a write, by the system's code. */
const problems = new Map([
  ['EACCES', tell('failures.write.permissions')],
  ['EDQUOT', tell('failures.write.quota')],
  ['EEXIST', tell('failures.write.folder')],
  ['EMFILE', tell('failures.write.files')],
  ['ENOSPC', tell('failures.write.full')],
  ['ENOTDIR', tell('failures.write.folder')],
  ['EPERM', tell('failures.write.permissions')],
  ['EROFS', tell('failures.write.readOnly')],
]);

/** Why the system did not take something, as the end of a sentence for people: a told text, or the system's code. */
export function writeProblem(cause: unknown): string {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
  return problems.get(code) ?? (code === '' ? tell('failures.write.system') : code);
}
