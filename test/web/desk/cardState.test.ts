import { describe, expect, it } from 'vitest';
import { tellsOfAnotherCard, withNewerRows } from '../../../web/desk/cardState.ts';
import { hexId, sampleClient, sampleRow } from '../support/samples.ts';

const other = { id: hexId(501), name: 'Пётр Иванов', avatarUrl: null };
const row = sampleRow({ revision: 3 });
const card = { client: sampleClient(), conversations: [row] };

describe("a client's card among changed conversations", () => {
  it('takes newer rows of its own and no older ones', () => {
    const newer = sampleRow({ revision: 4, labels: ['new'] });
    expect(withNewerRows(card, [newer]).conversations).toEqual([newer]);
    expect(withNewerRows(card, [sampleRow({ revision: 2, labels: ['old'] })])).toBe(card);
    expect(tellsOfAnotherCard(card, [newer])).toBe(false);
  });

  it('gains and loses conversations when clients are merged and parted, and is read anew', () => {
    const gained = sampleRow({ id: hexId(2) });
    expect(withNewerRows(card, [gained]).conversations).toEqual([row, gained]);
    expect(tellsOfAnotherCard(card, [gained])).toBe(true);
    const lost = sampleRow({ revision: 4, client: other });
    expect(withNewerRows(card, [lost]).conversations).toEqual([]);
    expect(tellsOfAnotherCard(card, [lost])).toBe(true);
  });

  it('is read anew when it has become known whose the phone is, or unknown', () => {
    expect(tellsOfAnotherCard(card, [sampleRow({ revision: 4, isMatched: false })])).toBe(true);
    const unknown = { ...card, client: sampleClient({ phone: null, phoneBond: null }) };
    expect(tellsOfAnotherCard(unknown, [sampleRow({ revision: 4, isMatched: true })])).toBe(true);
    expect(tellsOfAnotherCard(unknown, [sampleRow({ revision: 4, isMatched: false })])).toBe(false);
  });

  it('is left alone by what happens to others', () => {
    const foreign = sampleRow({ id: hexId(9), client: other, isMatched: false });
    expect(withNewerRows(card, [foreign])).toBe(card);
    expect(tellsOfAnotherCard(card, [foreign])).toBe(false);
  });
});
