import writeFileAtomic from 'write-file-atomic';

/** Writes a file that its owner alone may read, whole and durably: temporary file, fsync, rename. */
export function writeOwnerFile(path: string, text: string): Promise<void> {
  return writeFileAtomic(path, text, { mode: 0o600 });
}
