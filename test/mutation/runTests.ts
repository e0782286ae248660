/** Runs test files in a copy of the project until the first failure, and ends everything that they started. */
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';

export type TestRun =
  | { kind: 'passed' }
  /** `by` is the first failed test, with its file; the file is null when the run as a whole failed. */
  | { kind: 'failed'; file: string | null; by: string }
  | { kind: 'timedOut' };

interface Report {
  testResults: {
    name: string;
    status: string;
    message?: string;
    assertionResults: { status: string; fullName: string }[];
  }[];
}

export async function runTests(
  projectDir: string,
  files: readonly string[],
  mostMs: number,
): Promise<TestRun> {
  // In the copy, which is removed as a whole.
  const reportPath = join(projectDir, 'mutant-report.json');
  rmSync(reportPath, { force: true });
  // A process group of its own: a test may have started programs.
  const child = spawn(
    process.execPath,
    [
      // The copy's own: its tests must meet the same vitest.
      join(projectDir, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      '--bail=1',
      '--maxWorkers=1',
      '--reporter=json',
      `--outputFile=${reportPath}`,
      ...files,
    ],
    { cwd: projectDir, detached: true, stdio: 'ignore' },
  );
  const endAll = () => {
    try {
      process.kill(-child.pid!, 'SIGKILL');
    } catch {
      // It has ended already.
    }
  };
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    endAll();
  }, mostMs);
  // Before the folder is removed under the running tests.
  process.prependOnceListener('exit', endAll);
  try {
    const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
    if (isLate) return { kind: 'timedOut' };
    return exitCode === 0 ? { kind: 'passed' } : failureOf(readReport(reportPath), projectDir);
  } finally {
    clearTimeout(timer);
    process.off('exit', endAll);
    endAll();
  }
}

function failureOf(report: Report | null, projectDir: string): TestRun {
  for (const { name, status, message, assertionResults } of report?.testResults ?? []) {
    const failed = assertionResults.find((each) => each.status === 'failed');
    if (!failed && status !== 'failed') continue;
    const by = failed?.fullName.trim() ?? message?.split('\n')[0] ?? 'the file could not be run';
    return { kind: 'failed', file: relative(projectDir, name), by };
  }
  return { kind: 'failed', file: null, by: 'the run failed as a whole' };
}

function readReport(path: string): Report | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}
