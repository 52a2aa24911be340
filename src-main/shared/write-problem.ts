/** What stands in the way of a write, by the system's code. */
const problems = new Map([
  ['EACCES', 'its permissions do not allow it'],
  ['EDQUOT', 'the disk quota is used up'],
  ['EEXIST', 'it is not a folder'],
  ['EMFILE', 'too many files are open'],
  ['ENOSPC', 'the disk is full'],
  ['ENOTDIR', 'it is not a folder'],
  ['EPERM', 'its permissions do not allow it'],
  ['EROFS', 'the disk is read-only'],
]);

/** Why the system did not take something, as the end of a sentence for people. */
export function writeProblem(cause: unknown): string {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
  return problems.get(code) ?? (code === '' ? 'the system does not allow it' : code);
}
