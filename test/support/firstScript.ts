/** How much JavaScript a browser must have before the inbox is on the screen. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';

const webDir = new URL('../../dist/web/', import.meta.url).pathname;
const manifestSchema = z.record(
  z.string(),
  z.object({ file: z.string(), imports: z.array(z.string()).default([]) }),
);

/** KB after gzip of the built page's entry, all its imports, and the inbox's texts in one language. */
export async function firstScriptKb(language: 'ru' | 'en'): Promise<number> {
  const manifest = manifestSchema.parse(
    JSON.parse(await readFile(join(webDir, '.vite', 'manifest.json'), 'utf8')),
  );
  const files = new Set<string>();
  const add = (name: string) => {
    const part = manifest[name];
    if (!part) throw new Error(`the built screens have no ${name}`);
    if (files.has(part.file)) return;
    files.add(part.file);
    for (const imported of part.imports) add(imported);
  };
  add('index.html');
  add(`i18n/inbox.${language}.ts`);
  const sizes = await Promise.all(
    [...files].map(async (file) => gzipSync(await readFile(join(webDir, file))).length),
  );
  return Math.round(sizes.reduce((sum, bytes) => sum + bytes, 0) / 1024);
}
