import { Binary, Decimal128, Double, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indexKeys, keyFields, sortKey } from '../../../../../server/storage/embedded/keys/indexKey.ts';
import { compareValues, valueKey } from '../../../../../server/storage/embedded/keys/valueKey.ts';

const number = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.double().map((value) => new Double(value)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => Long.fromBigInt(value)),
  fc
    .tuple(fc.bigInt({ min: -(10n ** 33n), max: 10n ** 33n }), fc.integer({ min: -400, max: 400 }))
    .map(([digits, power]) => Decimal128.fromString(`${digits}E${power}`)),
);
const scalar = fc.oneof(
  number,
  fc.string({ unit: 'binary', maxLength: 12 }).filter((text) => !/\p{Surrogate}/u.test(text)),
  fc.constant(null),
  fc.boolean(),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array({ maxLength: 8 }).map((bytes) => new Binary(bytes)),
  fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => new ObjectId(bytes)),
  fc.constant(new MinKey()),
  fc.constant(new MaxKey()),
  fc.tuple(fc.nat(), fc.nat()).map(([t, i]) => new Timestamp({ t, i })),
);
const value = fc.letrec((tie) => ({
  any: fc.oneof({ maxDepth: 3 }, scalar, tie('list'), tie('fields')),
  list: fc.array(tie('any'), { maxLength: 3 }),
  fields: fc.dictionary(
    fc.string({ maxLength: 3 }).filter((name) => name !== '__proto__'),
    tie('any'),
    { maxKeys: 3 },
  ),
})).any;

const sign = (order: number) => Math.sign(order);

describe('keys of values', () => {
  it('sort as the values compare', () => {
    fc.assert(
      fc.property(value, value, (left, right) => {
        expect(sign(Buffer.compare(valueKey(left), valueKey(right)))).toBe(sign(compareValues(left, right)));
      }),
      { numRuns: 2000 },
    );
  });

  it('are a consistent order: a value below the lower is below the higher', () => {
    fc.assert(
      fc.property(value, value, value, (a, b, c) => {
        const [low, middle, high] = [a, b, c].sort(compareValues);
        expect(compareValues(low, middle)).toBeLessThanOrEqual(0);
        expect(compareValues(low, high)).toBeLessThanOrEqual(0);
        expect(compareValues(middle, high)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 1000 },
    );
  });

  it('are never a prefix of one another', () => {
    fc.assert(
      fc.property(value, value, (left, right) => {
        const [a, b] = [valueKey(left), valueKey(right)];
        if (a.length < b.length) expect(b.subarray(0, a.length).equals(a)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  it('are the same for equal numbers of any type, and in exact order between types', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }),
        fc.bigInt({ min: -2000n, max: 2000n }),
        (base, step) => {
          const other = base + step;
          const order = sign(
            Buffer.compare(valueKey(Long.fromBigInt(base)), valueKey(Decimal128.fromString(String(other)))),
          );
          expect(order).toBe(base < other ? -1 : base > other ? 1 : 0);
        },
      ),
    );
    expect(valueKey(5).equals(valueKey(Decimal128.fromString('5.000')))).toBe(true);
    expect(valueKey(0).equals(valueKey(new Double(-0)))).toBe(true);
  });

  it('keep decimals between the doubles around them', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        (a, b) => {
          const decimal = (double: number) => Decimal128.fromStringWithRounding(String(double));
          // A decimal with a double's shortest digits is within half a step of it, so its order against others holds.
          if (Math.abs(a - b) <= Math.abs(a) * 1e-12) return;
          expect(sign(Buffer.compare(valueKey(decimal(a)), valueKey(b)))).toBe(a < b ? -1 : 1);
        },
      ),
    );
    expect(compareValues(Decimal128.fromString('0.1'), 0.1)).toBeLessThan(0);
    expect(compareValues(Decimal128.fromString('1E400'), Number.MAX_VALUE)).toBeGreaterThan(0);
    expect(compareValues(Decimal128.fromString('1E400'), Number.POSITIVE_INFINITY)).toBeLessThan(0);
    expect(compareValues(Decimal128.fromString('-1E400'), Decimal128.fromString('-1E399'))).toBeLessThan(0);
    expect(compareValues(Number.NaN, Number.NEGATIVE_INFINITY)).toBeLessThan(0);
  });

  it('sort text by its UTF-8 bytes, zeros inside included', () => {
    const text = fc.string({
      unit: fc.constantFrom('\0', '\u0001', '\u0002', 'a', 'я', '😀', '\uffff'),
      maxLength: 6,
    });
    fc.assert(
      fc.property(text, text, (left, right) => {
        expect(sign(Buffer.compare(valueKey(left), valueKey(right)))).toBe(
          sign(Buffer.compare(Buffer.from(left), Buffer.from(right))),
        );
      }),
    );
  });
});

describe('keys of several fields', () => {
  it('sort field by field, each in its own direction', () => {
    const fields = keyFields({ a: 1, b: -1 });
    fc.assert(
      fc.property(scalar, scalar, scalar, scalar, (a1, b1, a2, b2) => {
        const left = sortKey(fields, { a: a1, b: b1 });
        const right = sortKey(fields, { a: a2, b: b2 });
        expect(sign(Buffer.compare(left, right))).toBe(sign(compareValues(a1, a2) || compareValues(b2, b1)));
      }),
      { numRuns: 2000 },
    );
  });

  it('are one for each different element of an array', () => {
    const { keys, multikey } = indexKeys(keyFields({ 'list.n': 1, m: 1 }), {
      list: [{ n: 1 }, { n: 2 }, { n: 1 }, {}],
      m: 5,
    });
    expect(keys).toHaveLength(3);
    expect(multikey).toEqual([true, false]);
  });
});
