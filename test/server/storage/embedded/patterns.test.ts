/** Regular expressions of a server (PCRE), in filters and in expressions. */
import { type Document, ObjectId } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { codeOf, isRealServer, openTestDatabase } from './testDatabase.ts';

const test = openTestDatabase();

async function texts(...values: string[]) {
  const things = test.db.collection<Document>(`c${new ObjectId().toHexString()}`);
  await things.insertMany(values.map((a, _id) => ({ _id: _id as never, a })));
  return things;
}

/** Found by a filter; an expression must find the same. */
async function found(values: string[], $regex: string, $options = ''): Promise<string[]> {
  const things = await texts(...values);
  const byFilter = await things.find({ a: { $regex, $options } }).sort({ _id: 1 }).toArray();
  const match = { $regexMatch: { input: '$a', regex: $regex, options: $options } };
  const byExpression = await things.find({ $expr: match }).sort({ _id: 1 }).toArray();
  expect(byExpression).toEqual(byFilter);
  return byFilter.map(({ a }) => a as string);
}

describe('a pattern', () => {
  it('knows the ends of the text and of lines', async () => {
    expect(await found(['abc', 'xabc', 'A'], '\\Aab')).toEqual(['abc']);
    expect(await found(['abc', 'abc\n', 'abcZ', 'abc\n\n'], 'c\\Z')).toEqual(['abc', 'abc\n']);
    expect(await found(['abc', 'abc\n', 'abcz'], 'c\\z')).toEqual(['abc']);
    expect(await found(['abc', 'abc\n', 'abc\nd'], 'c$')).toEqual(['abc', 'abc\n']);
    expect(await found(['abc', 'abc\nd'], 'c$', 'm')).toEqual(['abc', 'abc\nd']);
  });

  it('knows properties of letters, also beside escapes that JavaScript refuses', async () => {
    expect(await found(['Ж', '1', 'pL'], '^\\p{L}')).toEqual(['Ж', 'pL']);
    expect(await found(['Ж-1', '1-1'], '^\\p{Lu}\\-\\d')).toEqual(['Ж-1']);
    expect(await found(['Ж', 'Z'], '^\\p{Cyrillic}$')).toEqual(['Ж']);
    expect(await found(['Ж', '1'], '^\\P{L}')).toEqual(['1']);
  });

  it('takes any character but a line feed for a dot, and only ASCII’s white space', async () => {
    expect(await found(['a\rb', 'a\nb', 'a\u2028b'], 'a.b')).toEqual(['a\rb', 'a\u2028b']);
    expect(await found(['a\u00a0b', 'a b', 'a\tb'], 'a\\sb')).toEqual(['a b', 'a\tb']);
    expect(await found(['a\u00a0b', 'a b'], 'a[^\\s]b')).toEqual(['a\u00a0b']);
  });

  it('reads brackets that stand alone', async () => {
    expect(await found(['a]', 'a'], 'a]')).toEqual(['a]']);
    expect(await found(['a{b', 'ab'], 'a{b')).toEqual(['a{b']);
    expect(await found([']', 'a'], '^[]]')).toEqual([']']);
    expect(await found(['aa', 'a'], '^a{2}$')).toEqual(['aa']);
    expect(await found(['a-b', 'a.b'], 'a[.\\-]b')).toEqual(['a-b', 'a.b']);
  });

  it('ignores spaces and remarks when it is extended', async () => {
    expect(await found(['ab', 'a b'], 'a b # both', 'x')).toEqual(['ab']);
    expect(await found(['ab', 'a b'], 'a[ ]b', 'x')).toEqual(['a b']);
  });

  it('is refused where JavaScript has no such thing', async () => {
    const things = await texts('a');
    for (const pattern of ['a++', '(?>a)', '[[:alpha:]]', '\\Qa\\E', '(?i)a', 'a\\K'])
      expect(await codeOf(things.find({ a: { $regex: pattern } }).toArray())).toBe(
        isRealServer ? undefined : 238,
      );
  });

  it('tells where it was found, in characters', async () => {
    const things = await texts('😀abc');
    const find = { $regexFind: { input: '$a', regex: 'b(c)(d)?' } };
    const [shown] = await things.aggregate([{ $project: { _id: 0, find } }]).toArray();
    expect(shown).toEqual({ find: { match: 'bc', idx: 2, captures: ['c', null] } });
  });
});
