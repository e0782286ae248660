import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSealing, keyIdOf, namedKeyOf, UnknownKeyError } from '../../../server/storage/sealing.ts';

const key = randomBytes(32);
const sealing = createSealing(key);

describe('a sealed text', () => {
  it('opens to any text that was sealed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (plain, purpose) => {
        expect(sealing.open(sealing.seal(plain, purpose), purpose)).toBe(plain);
      }),
    );
  });

  it('differs each time: a nonce is never used twice', () => {
    const sealed = Array.from({ length: 20_000 }, () => sealing.seal('same', 'token'));
    const nonces = sealed.map((text) => text.split('.')[2]?.slice(0, 16));
    expect(new Set(nonces).size).toBe(sealed.length);
  });

  it('does not open under another key, nor for another purpose or document', () => {
    const sealed = sealing.seal('secret', 'community token 1');
    expect(() => createSealing(randomBytes(32)).open(sealed, 'community token 1')).toThrow();
    expect(() => sealing.open(sealed, 'webhook secret 1')).toThrow();
    expect(() => sealing.open(sealed, 'community token 2')).toThrow();
  });

  it('does not open when any bit of it was changed', () => {
    const sealed = sealing.seal('secret', 'token');
    const [format, keyId, payload = ''] = sealed.split('.');
    const bytes = Buffer.from(payload, 'base64url');
    for (let at = 0; at < bytes.length * 8; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at >> 3] = (changed[at >> 3] ?? 0) ^ (1 << (at & 7));
      expect(() => sealing.open(`${format}.${keyId}.${changed.toString('base64url')}`, 'token')).toThrow();
    }
  });

  it.each([
    '',
    'v1',
    'v1.',
    'v2.abc',
    'v2.00000000.AAAA',
    'v1.AAAA',
    'v1.AAAAAAAAAAAAAAAAAAAAAAAA',
    'plain text',
  ])('is refused when it is not one: %j', (text) => {
    expect(() => sealing.open(text, 'token')).toThrow(/token/);
  });

  it('does not open with a shortened tag', () => {
    const sealed = sealing.seal('', 'token');
    expect(sealing.open(sealed, 'token')).toBe('');
    expect(() => sealing.open(sealed.slice(0, -4), 'token')).toThrow(/token/);
  });
});

describe('a new key', () => {
  const next = createSealing(Buffer.alloc(32, 9), { former: [key] });

  it('opens texts of the previous key, and seals under its own name', () => {
    const sealed = sealing.seal('secret', 'token');
    expect(namedKeyOf(sealed)).toBe(keyIdOf(key));
    expect(next.open(sealed, 'token')).toBe('secret');
    expect(next.isCurrent(sealed)).toBe(false);
    const anew = next.seal('secret', 'token');
    expect(next.isCurrent(anew)).toBe(true);
    expect(next.open(anew, 'token')).toBe('secret');
    expect(createSealing(Buffer.alloc(32, 9)).open(anew, 'token')).toBe('secret');
  });

  it('also opens texts from before keys had names, whichever key sealed them', () => {
    const nameless = (text: string) => text.replace(/^v2\.[0-9a-f]{8}\./, 'v1.');
    expect(next.open(nameless(sealing.seal('old', 'token')), 'token')).toBe('old');
    expect(next.open(nameless(next.seal('new', 'token')), 'token')).toBe('new');
    expect(next.isCurrent(nameless(next.seal('new', 'token')))).toBe(false);
    expect(() => next.open(nameless(sealing.seal('old', 'token')), 'phone')).toThrow(/phone was changed/);
  });

  it('is named, with its settings, in the error when it is missing', () => {
    const open = () => sealing.open(next.seal('secret', 'token'), 'token');
    expect(open).toThrow(UnknownKeyError);
    expect(open).toThrow(new RegExp(`key ${next.keyId}.*SECRET_KEY_PREVIOUS`));
  });

  it('finds values by the separate index key, as the previous key did', () => {
    const indexKey = randomBytes(32);
    const [before, after] = [key, Buffer.alloc(32, 9)].map((each) => createSealing(each, { indexKey }));
    expect(before!.blindIndex('+79990000001', 'phone')).toBe(after!.blindIndex('+79990000001', 'phone'));
    expect(before!.blindIndex('+79990000001', 'phone')).not.toBe(sealing.blindIndex('+79990000001', 'phone'));
  });
});

describe('a blind index', () => {
  it('is the same for the same value, purpose and key only', () => {
    const index = sealing.blindIndex('+79990000001', 'phone');
    expect(sealing.blindIndex('+79990000001', 'phone')).toBe(index);
    expect(createSealing(key).blindIndex('+79990000001', 'phone')).toBe(index);
    expect(sealing.blindIndex('+79990000002', 'phone')).not.toBe(index);
    expect(sealing.blindIndex('+79990000001', 'other')).not.toBe(index);
    expect(createSealing(randomBytes(32)).blindIndex('+79990000001', 'phone')).not.toBe(index);
  });
});

it('accepts only a key of 32 bytes', () => {
  expect(() => createSealing(randomBytes(16))).toThrow(/32 bytes, not 16/);
});
