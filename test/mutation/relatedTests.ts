/** Which test files run a file of the program, by their imports: the nearest first. Imports of types do not count. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { filesIn, importsOf } from '../layers/readImports.ts';

export type RelatedTests = (file: string) => string[];

const TYPE_IMPORT = /^(?:import|export) type [^;]*;/gms;

export function readRelatedTests(
  projectDir: string,
  { folders, testFolders }: { folders: readonly string[]; testFolders: readonly string[] },
): RelatedTests {
  const files = new Set(folders.flatMap((folder) => filesIn(projectDir, folder)));
  const texts = new Map<string, string>();
  const imports = new Map<string, string[]>();
  for (const file of files) {
    const text = readFileSync(join(projectDir, file), 'utf8');
    texts.set(file, text);
    imports.set(
      file,
      importsOf(file, text.replace(TYPE_IMPORT, ''))
        .map(({ to }) => to)
        .filter((to) => files.has(to)),
    );
  }
  const tests = [...files].filter(
    (file) => /\.test\.tsx?$/.test(file) && testFolders.some((folder) => file.startsWith(`${folder}/`)),
  );
  const distances = new Map(tests.map((test) => [test, distancesFrom(test, imports)]));
  return (file) =>
    tests
      .flatMap((test) => {
        const reached = distances.get(test)!;
        const distance = reached.get(file);
        if (distance === undefined) return [];
        // Tests mirror the tree, and speak of what they test: such a one is nearer than its imports say.
        const nearness = sharedFolders(test, `test/${file}`) + (speaksOf(texts.get(test)!, file) ? 2 : 0);
        return [{ test, rank: 3 * distance - nearness, reached: reached.size }];
      })
      // Of two as near, the one that runs less of the program says more about this file.
      .sort((a, b) => a.rank - b.rank || a.reached - b.reached || (a.test < b.test ? -1 : 1))
      .map(({ test }) => test);
}

/** Whether a text names `profiles.ts` or speaks of a profile. */
function speaksOf(text: string, file: string): boolean {
  const name = basename(file, '.ts').replace(/s$/, '');
  return text.toLowerCase().includes(name.toLowerCase());
}

function sharedFolders(one: string, other: string): number {
  const others = other.split('/').slice(0, -1);
  const differs = one.split('/').findIndex((name, at) => name !== others[at]);
  return differs < 0 ? others.length : differs;
}

function distancesFrom(start: string, imports: ReadonlyMap<string, string[]>): Map<string, number> {
  const distances = new Map([[start, 0]]);
  // A Map is walked in the order of insertion, so the first visit is the shortest.
  for (const [file, distance] of distances)
    for (const next of imports.get(file) ?? []) if (!distances.has(next)) distances.set(next, distance + 1);
  return distances;
}
