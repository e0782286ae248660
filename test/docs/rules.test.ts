/** `docs/rules.md` names files and tests; each must be there, and every rule must have its row. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const rows = readFileSync('docs/rules.md', 'utf8')
  .split('\n')
  .filter((line) => /^\| N\d+ /.test(line))
  .map((line) => {
    const [, rule = '', words = '', code = '', tests = ''] = line.split('|').map((cell) => cell.trim());
    return { rule, words, code, tests };
  });

const filesIn = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, file]) => file ?? '');

/** A title belongs to the file that was named last. */
function testsIn(cell: string): { file: string; title: string }[] {
  let file = '';
  return [...cell.matchAll(/`([^`]+)`|"([^"]+)"/g)].flatMap(([, named, title]) => {
    if (named !== undefined) file = named;
    return title === undefined ? [] : [{ file, title }];
  });
}

/** As the title of a test, not in passing. */
function hasTest(file: string, title: string): boolean {
  const source = readFileSync(file, 'utf8');
  return ["'", '"', '`'].some((quote) => source.includes(`${quote}${title}${quote}`));
}

describe('docs/rules.md', () => {
  it('has a row for each rule from N1 to N25, in order', () => {
    expect(rows.map(({ rule }) => rule)).toEqual(Array.from({ length: 25 }, (_, index) => `N${index + 1}`));
  });

  it.each(rows)('$rule: names code that is there', ({ words, code }) => {
    expect(words).not.toBe('');
    expect(filesIn(code).length).toBeGreaterThan(0);
    expect(filesIn(code).filter((file) => !existsSync(file))).toEqual([]);
  });

  it.each(rows)('$rule: names a test that is there', ({ tests }) => {
    expect(testsIn(tests).length).toBeGreaterThan(0);
    for (const file of filesIn(tests)) expect(existsSync(file), file).toBe(true);
    expect(testsIn(tests).filter(({ file, title }) => !hasTest(file, title))).toEqual([]);
  });
});
