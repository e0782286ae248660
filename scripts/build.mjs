/** Builds the server into dist/server and the screens into dist/web, both at the same time. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { markBuilt, readSources } from './builtState.mjs';
import { rootDir, runBin, succeedOrExit } from './steps.mjs';

const startedAtMs = Date.now();
const sources = readSources();
for (const stale of ['.built.json', 'server', 'shared'])
  rmSync(join(rootDir, 'dist', stale), { recursive: true, force: true });

const [server, web] = await Promise.all([
  // A record of its own, in the folder that was just emptied: with another one the compiler would skip files.
  runBin('typescript', ['-p', 'server', '--tsBuildInfoFile', 'dist/server/.tsbuildinfo'], { command: 'tsc' }),
  runBin('vite', ['build', '--logLevel', 'warn'], { env: { NODE_ENV: 'production' } }),
]);
succeedOrExit('Building the server', server);
succeedOrExit('Building the screens', web);
markBuilt(sources);
console.log(`Built in ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s.`);
