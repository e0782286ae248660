/** The code of a part of the screen: its static imports, and the parts that are loaded later. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const IMPORT = /^(?:import|export)\s(?!type\b)[^;]*?from '(\.[^']+\.tsx?)'/gm;
const LAZY =
  /lazy(?:Screen|Dialog|Section|Part)\w*(?:<\w+>)?\(\s*\[([^\]]*)\],\s*\(\) =>\s*import\('(\.[^']+)'\)/g;
const DYNAMIC = /import\('(\.[^']+\.tsx?)'\)/g;

export interface PartOfScreen {
  file: string;
  /** The areas whose texts load with it. */
  areas: string[];
}

/** All code that `file` imports, itself included, as one text; screens only, without the texts. */
export function sourcesOf(file: string): string {
  const seen = new Map<string, string>();
  const read = (path: string) => {
    if (seen.has(path) || !path.startsWith('web/') || path.startsWith('web/i18n/')) return;
    const code = readFileSync(path, 'utf8');
    seen.set(path, code);
    for (const [, to] of code.matchAll(IMPORT)) read(join(dirname(path), to ?? ''));
  };
  read(file);
  return [...seen.values()].join('\n');
}

/** Every part that is loaded later, whether it names areas or not. */
export function lazyParts(folder: string): PartOfScreen[] {
  return files(folder).flatMap((path) => {
    const code = readFileSync(path, 'utf8');
    const named = [...code.matchAll(LAZY)].map(([, names = '', to = '']) => ({
      file: join(dirname(path), to),
      areas: [...names.matchAll(/'(\w+)'/g)].map(([, name = '']) => name),
    }));
    const others = [...code.matchAll(DYNAMIC)]
      .map(([, to = '']) => join(dirname(path), to))
      .filter((file) => !named.some((part) => part.file === file));
    return [...named, ...others.map((file) => ({ file, areas: [] }))];
  });
}

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ['i18n', 'sandbox'].includes(entry.name) ? [] : files(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}
