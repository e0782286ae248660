/**
 * The files that a paste attaches. Where the clipboard has text, the text is pasted: a spreadsheet also puts a picture
 * of the copied cells there.
 */
export function pastedFiles(clipboard: Pick<DataTransfer, 'files' | 'getData'>): File[] {
  const files = [...clipboard.files];
  const text = clipboard.getData('text/plain').trim();
  // A file copied in macOS comes with its own name as text.
  const names = files.map(({ name }) => name);
  const isNamesOnly = text.split(/[\r\n]+/).every((line) => names.includes(line.trim()));
  return text === '' || isNamesOnly ? files : [];
}
