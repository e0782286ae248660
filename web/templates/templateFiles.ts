/** Templates as JSON files: saved to the reader's disk, and read from it. */
import { type TemplateFile, templateFile } from '../../shared/schemas/template.ts';

export function downloadTemplate(file: TemplateFile): void {
  const url = URL.createObjectURL(
    new Blob([`${JSON.stringify(file, null, 2)}\n`], { type: 'application/json' }),
  );
  const link = document.createElement('a');
  link.href = url;
  link.download = `${file.name}.template.json`;
  link.click();
  URL.revokeObjectURL(url);
}

/** Null when the file is not a template. */
export function readTemplateFile(text: string): TemplateFile | null {
  try {
    return templateFile.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
