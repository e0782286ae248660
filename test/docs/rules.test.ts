/** `docs/rules.md` names files and tests; each must exist, and every rule must have its row. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const rows = readFileSync('docs/rules.md', 'utf8')
  .split('\n')
  .filter((line) => /^\| N\d+ /.test(line))
  .map((line) => {
    const [, rule = '', summary = '', code = '', tests = ''] = line.split('|').map((cell) => cell.trim());
    return { rule, summary, code, tests };
  });

const filesIn = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, file]) => file ?? '');

/** A title belongs to the last file named before it. */
function testsIn(cell: string): { file: string; title: string }[] {
  let file = '';
  return [...cell.matchAll(/`([^`]+)`|"([^"]+)"/g)].flatMap(([, named, title]) => {
    if (named !== undefined) file = named;
    return title === undefined ? [] : [{ file, title }];
  });
}

/** Only as the whole title of a test, not inside other text. */
function hasTest(file: string, title: string): boolean {
  const source = readFileSync(file, 'utf8');
  return ["'", '"', '`'].some((quote) => source.includes(`${quote}${title}${quote}`));
}

describe('docs/rules.md', () => {
  it('has a row for each rule from N1 to N25, in order', () => {
    expect(rows.map(({ rule }) => rule)).toEqual(Array.from({ length: 25 }, (_, index) => `N${index + 1}`));
  });

  it.each(rows)('$rule: names existing code', ({ summary, code }) => {
    expect(summary).not.toBe('');
    expect(filesIn(code).length).toBeGreaterThan(0);
    expect(filesIn(code).filter((file) => !existsSync(file))).toEqual([]);
  });

  it.each(rows)('$rule: names existing tests', ({ tests }) => {
    expect(testsIn(tests).length).toBeGreaterThan(0);
    for (const file of filesIn(tests)) expect(existsSync(file), file).toBe(true);
    expect(testsIn(tests).filter(({ file, title }) => !hasTest(file, title))).toEqual([]);
  });
});
