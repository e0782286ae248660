/** Reads from the source text which file of the program imports which, types included. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** Paths from the project's folder, with forward slashes: `server/app/createServer.ts`. */
export interface Import {
  from: string;
  to: string;
}

/** `import … from`, `export … from`, `import '…'`, `import('…')`, and a worker's `new URL('…', import.meta.url)`. */
const SPECIFIER =
  /(?:\bfrom\s*|\bimport\s*\(?\s*|\bnew URL\(\s*)(['"])(\.{1,2}\/[^'"]+\.(?:tsx?|css|mjs))\1/g;

export function readImports(projectDir: string, folders: readonly string[]): Import[] {
  return folders
    .flatMap((folder) => filesIn(projectDir, folder))
    .flatMap((from) => importsOf(from, readFileSync(join(projectDir, from), 'utf8')));
}

export function importsOf(from: string, text: string): Import[] {
  return [...text.matchAll(SPECIFIER)].map(([, , specifier]) => ({
    from,
    to: normalize(join(dirname(from), specifier!)).replaceAll('\\', '/'),
  }));
}

export function filesIn(projectDir: string, folder: string): string[] {
  return readdirSync(join(projectDir, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(tsx?|css|mjs)$/.test(name))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`);
}
