/** Has the browser save texts, one after the other, as a JSON file of this name. */
export function saveFile(fileName: string, ...texts: readonly string[]): void {
  saveBlob(fileName, new Blob([...texts], { type: 'application/json' }));
}

/** Has the browser save a blob as a file of this name. */
export function saveBlob(fileName: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(url);
}
