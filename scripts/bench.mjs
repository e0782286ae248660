/** Runs one benchmark of test/bench by its name, against the built program; without a name it lists them. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { rootDir, runBin, start, succeedOrExit } from './steps.mjs';

const [name, ...args] = process.argv.slice(2);
const folder = join(rootDir, 'test', 'bench');
const names = existsSync(folder)
  ? readdirSync(folder)
      .filter((file) => file.endsWith('.ts'))
      .map((file) => file.slice(0, -'.ts'.length))
  : [];

if (!name || !names.includes(name)) {
  if (name) console.error(`There is no benchmark "${name}".`);
  console.log(['Benchmarks: npm run bench -- NAME', ...names.map((known) => `  ${known}`)].join('\n'));
  process.exit(name ? 1 : 0);
}
succeedOrExit('The build', await start(process.execPath, ['scripts/ensureBuilt.mjs']).done);
process.exit(await runBin('tsx', [join('test', 'bench', `${name}.ts`), ...args]));
