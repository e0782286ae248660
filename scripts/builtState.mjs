/** Says whether `dist/` was built from the current sources. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootDir } from './steps.mjs';

const stampPath = join(rootDir, 'dist', '.built.json');
const sourceFolders = ['server', 'shared', 'web'];
const sourceFiles = ['package-lock.json', 'tsconfig.json', 'vite.config.ts'];

/** Count and newest time of the sources: adding, changing or removing a file changes one of them. */
export function readSources() {
  let files = 0;
  let newestMs = 0;
  const look = (path) => {
    files += 1;
    newestMs = Math.max(newestMs, statSync(path).mtimeMs);
  };
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile()) look(path);
    }
  };
  for (const folder of sourceFolders) if (existsSync(join(rootDir, folder))) walk(join(rootDir, folder));
  for (const file of sourceFiles) if (existsSync(join(rootDir, file))) look(join(rootDir, file));
  return { files, newestMs };
}

/** The reason why a build is needed, or null. A folder without sources, as in a container, needs none. */
export function whyNotBuilt() {
  if (!existsSync(join(rootDir, 'server'))) return null;
  let stamp;
  try {
    stamp = JSON.parse(readFileSync(stampPath, 'utf8'));
  } catch {
    return 'nothing is built yet';
  }
  const sources = readSources();
  if (stamp.files !== sources.files || stamp.newestMs !== sources.newestMs) return 'the sources have changed';
  return null;
}

/** @param sources their state before the build began, so that a change during the build causes another one. */
export function markBuilt(sources) {
  mkdirSync(join(rootDir, 'dist'), { recursive: true });
  writeFileSync(stampPath, `${JSON.stringify(sources)}\n`);
}
