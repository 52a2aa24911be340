/** Has the browser save texts, one after the other, as a file of this name. */
export function saveFile(fileName: string, ...texts: readonly string[]): void {
  const url = URL.createObjectURL(new Blob([...texts], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(url);
}
