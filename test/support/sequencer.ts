/**
 * The order of the test files: those of one environment together. A worker keeps the loaded program for the next file
 * of the same environment only, and loading it again takes longer than most files.
 */
import { readFileSync } from 'node:fs';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

export default class ByEnvironment extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return [...sorted.filter(isForBrowser), ...sorted.filter((file) => !isForBrowser(file))];
  }
}

function isForBrowser({ moduleId }: TestSpecification): boolean {
  return readFileSync(moduleId, 'utf8').startsWith('// @vitest-environment jsdom');
}
