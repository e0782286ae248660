/** Knows whether what stands in `dist/` was built from the sources that stand beside it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootDir } from './steps.mjs';

const stampPath = join(rootDir, 'dist', '.built.json');
const sourceFolders = ['server', 'shared', 'web'];
const sourceFiles = ['package-lock.json', 'tsconfig.json', 'vite.config.ts'];

/** Count and newest time of the sources: a file that is added, changed or removed changes one of them. */
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

/** Why a build is needed, or null. A folder without sources (a container's) is taken as it is. */
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

/** @param sources as they were before the build began: what changes during it is built again next time. */
export function markBuilt(sources) {
  mkdirSync(join(rootDir, 'dist'), { recursive: true });
  writeFileSync(stampPath, `${JSON.stringify(sources)}\n`);
}
