/** The mutation run: what it changes, in which order, and which tests it runs. */
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { applyMutant, mutantsOf } from '../mutation/mutants.ts';
import { readRelatedTests } from '../mutation/relatedTests.ts';
import { sampleOf } from '../mutation/sample.ts';

/** Each mutant as its kind and the changed text. */
const changesOf = (text: string) =>
  mutantsOf('some.ts', text).map((mutant) => `${mutant.kind}: ${applyMutant(text, mutant)}`);

it('negates a condition, moves the boundary of a comparison, and exchanges "and" and "or"', () => {
  expect(changesOf('if (isOpen) go();')).toEqual([
    'condition negated: if (!(isOpen)) go();',
    'statement removed: if (isOpen) ;',
  ]);
  expect(changesOf('const x = a < b && c !== d;')).toEqual([
    'comparison changed: const x = a <= b && c !== d;',
    'and, or exchanged: const x = a < b || c !== d;',
    'comparison changed: const x = a < b && c === d;',
  ]);
});

it('removes a statement that writes, and its await', () => {
  expect(changesOf('await store(row); // stored')).toEqual([
    'await removed: void store(row); // stored',
    'statement removed: ; // stored',
  ]);
});

it('changes constants, but neither keys nor texts for people', () => {
  expect(
    changesOf(`const row = { most: 20, least: 1, isNew: true, at: 'sent', why: 'It was sent' };`),
  ).toEqual([
    `constant changed: const row = { most: 0, least: 1, isNew: true, at: 'sent', why: 'It was sent' };`,
    `constant changed: const row = { most: 20, least: 2, isNew: true, at: 'sent', why: 'It was sent' };`,
    `constant changed: const row = { most: 20, least: 1, isNew: false, at: 'sent', why: 'It was sent' };`,
    `constant changed: const row = { most: 20, least: 1, isNew: true, at: 'mutant', why: 'It was sent' };`,
  ]);
});

it('takes each field out of the filter of a query or a write, also in a list of writes', () => {
  expect(changesOf('rows.find({ _id, ...audience });')).toEqual([
    'statement removed: ;',
    'filter field removed: rows.find({  ...audience });',
    'filter field removed: rows.find({ _id,  });',
  ]);
  expect(changesOf('const writes = [{ filter: { _id, at }, update }];')).toEqual([
    'filter field removed: const writes = [{ filter: {  at }, update }];',
    'filter field removed: const writes = [{ filter: { _id,  }, update }];',
  ]);
});

it('leaves types, imports and log lines alone', () => {
  expect(
    changesOf(`import { a } from 'b';
      type Kind = 'one' | 2;
      interface Row { isNew: true }
      const kind = given as 'one';
      logger.warn({ err: 1 }, 'failed');`),
  ).toEqual([]);
});

it('takes the same sample for the same seed, with something of every group', () => {
  const groups: (number | string)[][] = [[1, 2, 3, 4, 5, 6, 7, 8], ['a', 'b', 'c'], ['x']];
  const sample = sampleOf(groups, 7);
  expect(sampleOf(groups, 7)).toEqual(sample);
  expect(sampleOf(groups, 8)).not.toEqual(sample);
  expect(sample.slice(0, 3).map((each) => typeof each)).toEqual(['number', 'string', 'string']);
  expect(sample.map(String).toSorted()).toEqual(groups.flat().map(String).toSorted());
});

it('finds the tests of a file through its imports, the nearest first, and leaves out those that never run it', () => {
  const related = readRelatedTests(fileURLToPath(new URL('../..', import.meta.url)), {
    folders: ['server', 'shared', 'test'],
    testFolders: ['test/server', 'test/rules'],
  });
  expect(related('server/auth/permissions.ts')[0]).toBe('test/server/auth/permissions.test.ts');
  expect(related('server/serviceMessages/quota/quota.ts')).toContain('test/rules/N07.test.ts');
  expect(related('server/serviceMessages/quota/quota.ts')).not.toContain(
    'test/server/auth/permissions.test.ts',
  );
});
