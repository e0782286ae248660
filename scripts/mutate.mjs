/**
 * Changes the program in small ways, one at a time, and shows which changes no test notices. It works in a copy of
 * the project. `npm test` does not run it: node scripts/mutate.mjs --help
 */
import { join } from 'node:path';
import { runBin } from './steps.mjs';

process.exit(await runBin('tsx', [join('test', 'mutation', 'mutate.ts'), ...process.argv.slice(2)]));
