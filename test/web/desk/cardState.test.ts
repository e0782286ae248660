import { describe, expect, it } from 'vitest';
import { isCardOutdated, withNewerRows } from '../../../web/desk/cardState.ts';
import { hexId, sampleClient, sampleRow } from '../support/samples.ts';

const other = { id: hexId(501), name: 'Пётр Иванов', avatarUrl: null };
const row = sampleRow({ revision: 3 });
const card = { client: sampleClient(), conversations: [row] };

describe("a client's card among changed conversations", () => {
  it('applies newer copies of its own conversations and ignores older ones', () => {
    const newer = sampleRow({ revision: 4, labels: ['new'] });
    expect(withNewerRows(card, [newer]).conversations).toEqual([newer]);
    expect(withNewerRows(card, [sampleRow({ revision: 2, labels: ['old'] })])).toBe(card);
    expect(isCardOutdated(card, [newer])).toBe(false);
  });

  it('gains and loses conversations when clients are merged and split, and is read again', () => {
    const gained = sampleRow({ id: hexId(2) });
    expect(withNewerRows(card, [gained]).conversations).toEqual([row, gained]);
    expect(isCardOutdated(card, [gained])).toBe(true);
    const lost = sampleRow({ revision: 4, client: other });
    expect(withNewerRows(card, [lost]).conversations).toEqual([]);
    expect(isCardOutdated(card, [lost])).toBe(true);
  });

  it('is read again when its phone is bonded or unbonded', () => {
    expect(isCardOutdated(card, [sampleRow({ revision: 4, isMatched: false })])).toBe(true);
    const unknown = { ...card, client: sampleClient({ phone: null, phoneBond: null }) };
    expect(isCardOutdated(unknown, [sampleRow({ revision: 4, isMatched: true })])).toBe(true);
    expect(isCardOutdated(unknown, [sampleRow({ revision: 4, isMatched: false })])).toBe(false);
  });

  it('does not change with the conversations of other clients', () => {
    const foreign = sampleRow({ id: hexId(9), client: other, isMatched: false });
    expect(withNewerRows(card, [foreign])).toBe(card);
    expect(isCardOutdated(card, [foreign])).toBe(false);
  });
});
