import {
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  type Document,
  Double,
  deserialize,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  serialize,
  Timestamp,
  UUID,
} from 'bson';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileProjection } from '../../../../server/storage/embedded/query/projection.ts';
import { topFields } from '../../../../server/storage/embedded/query/topFields.ts';
import { decodeExactly, encode } from '../../../../server/storage/embedded/storage/bsonCodec.ts';

const leaf = fc.constantFrom<unknown>(
  null,
  true,
  7,
  new Double(1.5),
  Long.fromString('9007199254740993'),
  Decimal128.fromString('1.1'),
  'a text with a \0 in it, and ещё',
  new Date(5),
  new ObjectId(),
  new UUID(),
  new BSONRegExp('a+b', 'i'),
  new Code('x()'),
  new Code('x()', { y: 1 }),
  new BSONSymbol('s'),
  Timestamp.fromBits(1, 2),
  new MinKey(),
  new MaxKey(),
);
const value = fc.oneof(
  { weight: 4, arbitrary: leaf },
  { weight: 1, arbitrary: fc.array(leaf, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.dictionary(fc.constantFrom('a', 'b'), leaf) },
);
const name = fc.constantFrom('a', 'b', 'ab', 'имя', 'c');
const document = fc.tuple(leaf, fc.dictionary(name, value)).map(([_id, fields]) => ({ _id, ...fields }));
const shown = fc.constantFrom<unknown>(1, true, 2.5, new Long(1));
const hidden = fc.constantFrom<unknown>(0, false);
const projection = fc
  .tuple(
    fc.dictionary(name, shown, { minKeys: 1 }),
    fc.oneof(
      fc.constant({}),
      hidden.map((_id) => ({ _id })),
    ),
  )
  .map(([fields, id]) => ({ ...fields, ...id }) as Document);
const idAlone = shown.map((_id) => ({ _id }) as Document);

describe('fields copied from a document’s bytes', () => {
  it('equal the projection of the decoded document, each with its type', () => {
    fc.assert(
      fc.property(document, fc.oneof(projection, idAlone), (whole, spec) => {
        const bytes = encode(whole);
        const cut = topFields(spec)!(bytes);
        const wanted = encode(compileProjection(spec, {})!(decodeExactly(bytes)));
        expect(cut.toString('hex')).toBe(wanted.toString('hex'));
      }),
      { numRuns: 500 },
    );
  });

  it('keep values of obsolete types', () => {
    // {a: undefined, b: DBPointer} by hand: the library no longer writes these two.
    const old = Buffer.concat([
      Buffer.from([0x06, ...Buffer.from('a\0'), 0x0c, ...Buffer.from('b\0'), 2, 0, 0, 0, 0x78, 0]),
      new ObjectId().id,
    ]);
    const [{ length }, rest] = [old, serialize({ c: 1 }).subarray(4)];
    const size = Buffer.alloc(4);
    size.writeInt32LE(4 + length + rest.length);
    const bytes = Buffer.concat([size, old, rest]);
    expect(deserialize(topFields({ c: 1 })!(bytes))).toEqual({ c: 1 });
    expect(topFields({ b: 1 })!(bytes).subarray(4, -1)).toEqual(old.subarray(3));
  });

  it.each<Document>([
    {},
    { _id: 0 },
    { a: 0 },
    { 'a.b': 1 },
    { a: 1, b: 0 },
    { a: { b: 1 } },
    { a: { $slice: 1 } },
    { a: '$b' },
    { 'a.$': 1 },
    { _id: '$a', b: 1 },
  ])('are not what %j asks for', (spec) => {
    expect(topFields(spec)).toBeUndefined();
  });
});
