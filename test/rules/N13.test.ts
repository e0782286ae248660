import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemMessages } from '../../shared/templates/messages.ts';
import { type ImagesFixture, openImages, plain } from '../server/templates/imagesFixture.ts';

let fixture: ImagesFixture;
beforeAll(async () => {
  fixture = await openImages();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe("N13 the sides' ratio is at least 1:20", () => {
  it.each([
    [2_000, 100],
    [100, 2_000],
    [1, 20],
  ])('accepts %i by %i', async (widthPx, heightPx) => {
    expect(await fixture.take(await plain(widthPx, heightPx))).toMatchObject({ kind: 'stored' });
  });

  it.each([
    [2_001, 100],
    [100, 2_001],
  ])('refuses %i by %i, with both numbers', async (widthPx, heightPx) => {
    expect(await fixture.take(await plain(widthPx, heightPx))).toEqual({
      kind: 'refused',
      problems: [{ code: 'imageTooNarrow', limit: 20, actual: 20.01 }],
    });
  });

  it('explains the ratio', () => {
    expect(problemMessages({ code: 'imageTooNarrow', limit: 20, actual: 20.01 }, 'ru')).toBe(
      'Соотношение сторон — 1:20,01, можно не больше 1:20',
    );
  });
});
