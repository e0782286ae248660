/**
 * The mutation run: takes a random sample of mutants, runs the nearest tests of each in a copy of the project, and
 * writes which mutants survived. A survivor is either no change at all, or shows a test that is missing.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { filesIn } from '../layers/readImports.ts';
import { applyMutant, type Mutant, mutantsOf } from './mutants.ts';
import { copyProject } from './projectCopy.ts';
import { readRelatedTests } from './relatedTests.ts';
import { runTests, type TestRun } from './runTests.ts';
import { sampleOf } from './sample.ts';

const rootDir = fileURLToPath(new URL('../../', import.meta.url));
const HELP = `node scripts/mutate.mjs [options] [FOLDER or FILE…]
  --seed N      which sample; 1 without it
  --most N      at most so many mutants; 100 without it
  --minutes N   no new mutant is begun after this time; 40 without it
  --tests N     so many test files for each mutant, the nearest by imports; 4 without it
  --more N      so many further ones for a mutant that survives those; 8 without it
  --skip N      leaves out the first mutants of the sample
  --report FILE where the report goes; a temporary file without it
  --list        shows the sample and runs nothing`;
const usualFolders = ['server/serviceMessages', 'server/conversations/intake', 'server/auth'];
/** Whole programs, browsers and loads take too long for every mutant, and built programs have no mutant. */
const testFolders = ['test/server', 'test/rules', 'test/shared'];
/** Thousands of random steps take too long as well. */
const LONG_TEST = /\.property\.test\.ts$/;
const RUN_MOST_MS = 4 * 60_000;

interface Chosen extends Mutant {
  file: string;
  folder: string;
}
type Outcome = { mutant: Chosen; tests: string[]; run: TestRun };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    most: { type: 'string', default: '100' },
    minutes: { type: 'string', default: '40' },
    tests: { type: 'string', default: '4' },
    more: { type: 'string', default: '8' },
    skip: { type: 'string', default: '0' },
    report: { type: 'string', default: join(tmpdir(), 'mutation-report.txt') },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(`${HELP}\n`);
  process.exit(0);
}

/** As they were at the start: somebody may go on writing meanwhile. */
const texts = new Map<string, string>();
const folders = positionals.length > 0 ? positionals : usualFolders;
const relatedTests = readRelatedTests(rootDir, { folders: ['server', 'shared', 'test'], testFolders });
const groups = folders.map((folder) => mutantsIn(folder));
const skipped = Number(values.skip);
const sample = sampleOf(groups, Number(values.seed)).slice(skipped, skipped + Number(values.most));
say(`${groups.flat().length} mutants in ${folders.join(', ')}; ${sample.length} in the sample`);
if (values.list) {
  for (const mutant of sample) say(describe(mutant));
  process.exit(0);
}

const copy = copyProject(rootDir);
process.once('exit', copy.remove);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
/** Files that are known to pass without a mutant, and those that fail without one and so prove nothing. */
const passing = new Set<string>();
const failing = new Set<string>();
const outcomes: Outcome[] = [];
const endsAtMs = performance.now() + Number(values.minutes) * 60_000;
for (const mutant of sample) {
  if (performance.now() > endsAtMs) break;
  const outcome = await tryMutant(mutant);
  outcomes.push(outcome);
  say(`${outcomes.length}/${sample.length} ${verdictOf(outcome)}  ${describe(mutant).split('\n')[0]}`);
  writeFileSync(values.report, reportOf(outcomes));
}
say(`\n${reportOf(outcomes)}\nReport: ${values.report}`);
process.exit(0);

function mutantsIn(place: string): Chosen[] {
  const files = place.endsWith('.ts') ? [place] : filesIn(rootDir, place).sort();
  return files.flatMap((file) => {
    const text = readFileSync(join(rootDir, file), 'utf8');
    texts.set(file, text);
    return mutantsOf(file, text).map((mutant) => ({ ...mutant, file, folder: place }));
  });
}

async function tryMutant(mutant: Chosen): Promise<Outcome> {
  const [tests, more] = [Number(values.tests), Number(values.more)];
  const nearest = await runAgainst(mutant, 0, tests);
  if (nearest.run.kind !== 'passed' || more === 0) return nearest;
  const further = await runAgainst(mutant, tests, tests + more);
  return { ...further, tests: [...nearest.tests, ...further.tests] };
}

/** Runs the tests of these places in the order of nearness, until the first that notices the mutant. */
async function runAgainst(mutant: Chosen, from: number, to: number): Promise<Outcome> {
  const path = join(copy.dir, mutant.file);
  const text = texts.get(mutant.file)!;
  for (;;) {
    const tests = relatedTests(mutant.file)
      .filter((test) => !failing.has(test) && !LONG_TEST.test(test))
      .slice(from, to);
    if (tests.length === 0) return { mutant, tests, run: { kind: 'passed' } };
    writeFileSync(path, applyMutant(text, mutant));
    const run = await runTests(copy.dir, tests, RUN_MOST_MS).finally(() => writeFileSync(path, text));
    // Only a test that passes without the mutant proves that the mutant was noticed.
    if (run.kind === 'failed' && run.file !== null && !passing.has(run.file)) {
      const { kind } = await runTests(copy.dir, [run.file], RUN_MOST_MS);
      (kind === 'passed' ? passing : failing).add(run.file);
      if (kind !== 'passed') continue;
    }
    if (run.kind === 'passed') for (const test of tests) passing.add(test);
    return { mutant, tests, run };
  }
}

function verdictOf({ run, tests }: Outcome): string {
  if (tests.length === 0) return 'untested';
  return { passed: 'SURVIVED', failed: 'killed', timedOut: 'timed out' }[run.kind];
}

/** The place, the kind, and the changed lines. */
function describe(mutant: Chosen): string {
  const text = texts.get(mutant.file)!;
  const line = text.slice(0, mutant.start).split('\n').length;
  const lines = (whole: string, end: number) => {
    const from = whole.lastIndexOf('\n', mutant.start - 1) + 1;
    const to = whole.indexOf('\n', end);
    return whole.slice(from, to < 0 ? undefined : to).split('\n');
  };
  const before = lines(text, mutant.end);
  const after = lines(applyMutant(text, mutant), mutant.start + mutant.replacement.length);
  return [
    `${mutant.file}:${line} ${mutant.kind}`,
    ...before.map((each) => `- ${each}`),
    ...after.map((each) => `+ ${each}`),
  ].join('\n');
}

function reportOf(all: readonly Outcome[]): string {
  const of = (some: readonly Outcome[], verdict: string) =>
    some.filter((each) => verdictOf(each) === verdict).length;
  const row = (name: string, some: readonly Outcome[]) =>
    `${name}: ${some.length} mutants, ${of(some, 'killed')} killed, ${of(some, 'timed out')} timed out, ` +
    `${of(some, 'SURVIVED')} survived, ${of(some, 'untested')} without a test`;
  const survivors = all.filter((each) => !['killed', 'timed out'].includes(verdictOf(each)));
  return [
    `Seed ${values.seed}, ${values.tests} test files for each mutant, ${values.more} more if it survives them`,
    ...folders.map((folder) =>
      row(
        folder,
        all.filter(({ mutant }) => mutant.folder === folder),
      ),
    ),
    row('together', all),
    ...(failing.size > 0 ? [`Left out, because they fail without a mutant: ${[...failing].join(', ')}`] : []),
    '',
    ...survivors.map((each) => `${describe(each.mutant)}\n  tests: ${each.tests.join(', ')}\n`),
    ...all.flatMap(({ mutant, run }) =>
      run.kind === 'failed' ? [`${describe(mutant).split('\n')[0]}: killed by ${run.file} "${run.by}"`] : [],
    ),
  ].join('\n');
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
