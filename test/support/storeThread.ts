/**
 * The code of the store's thread as one compiled file, and a folder for the stores that test files share. Each start of
 * a thread from its sources took a second of the processor.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));

export default async function setup() {
  // Beside the packages, so that the file finds them.
  const codeDir = mkdtempSync(join(root, 'node_modules', '.store-thread-'));
  const storesDir = mkdtempSync(join(tmpdir(), 'notify-inbox-stores-'));
  await build({
    configFile: false,
    root,
    logLevel: 'warn',
    build: {
      ssr: 'server/storage/embedded/worker.ts',
      outDir: codeDir,
      minify: false,
      sourcemap: 'inline',
      target: 'node20',
      rolldownOptions: { output: { entryFileNames: 'worker.mjs' } },
    },
  });
  process.env.STORE_THREAD_FILE = join(codeDir, 'worker.mjs');
  process.env.TEST_STORES_DIR = storesDir;
  return () => {
    for (const dir of [codeDir, storesDir]) rmSync(dir, { recursive: true, force: true });
  };
}
