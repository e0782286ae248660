/**
 * Every check of the project: types, lint, unused code, build, and all tests, with the journeys in a real Chromium.
 * Arguments go to vitest: `npm test -- test/server/auth`.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium } from './findChromium.mjs';
import { runBin, start, succeedOrExit } from './steps.mjs';

async function step(name, run) {
  console.log(`\n> ${name}`);
  succeedOrExit(name, await run());
}

for (const folder of ['shared', 'server', 'web', 'test'])
  await step(`types of ${folder}`, () =>
    runBin('typescript', ['-p', folder, '--noEmit'], { command: 'tsc' }),
  );
await step('lint', () =>
  runBin('@biomejs/biome', ['check', '--error-on-warnings', '.'], { command: 'biome' }),
);
await step('unused files, exports and packages', () => runBin('knip', []));
await step('build', () => start(process.execPath, ['scripts/ensureBuilt.mjs']).done);
const chromiumPath = await findChromium();
console.log(`\n> tests (journeys in ${chromiumPath})`);

const reportDir = mkdtempSync(join(tmpdir(), 'notify-inbox-tests-'));
const reportPath = join(reportDir, 'report.json');
const exitCode = await runBin(
  'vitest',
  [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${reportPath}`,
    ...process.argv.slice(2),
  ],
  { env: { CHROMIUM_PATH: chromiumPath } },
);
const report = readReport();
rmSync(reportDir, { recursive: true, force: true });

if (!report) {
  console.error('\nThe tests ended without a report.');
  process.exit(exitCode || 1);
}
const {
  numPassedTests: passed,
  numFailedTests: failed,
  numTotalTests: total,
  numFailedTestSuites: failedSuites,
} = report;
const skipped = total - passed - failed;
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
if (skipped > 0) console.error('A skipped test proves nothing: remove it or enable it.');
if (failed === 0 && failedSuites > 0) console.error(`${failedSuites} test files could not be run.`);
process.exit(exitCode || (skipped > 0 || failed > 0 ? 1 : 0));

function readReport() {
  try {
    return JSON.parse(readFileSync(reportPath, 'utf8'));
  } catch {
    return null;
  }
}
