import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemMessages } from '../../shared/templates/messages.ts';
import { claimingSides, type ImagesFixture, openImages, plain } from '../server/templates/imagesFixture.ts';

let fixture: ImagesFixture;
beforeAll(async () => {
  fixture = await openImages();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('N12 height plus width is at most 14000 pixels', () => {
  it('accepts 13,000 by 1,000', async () => {
    expect(await fixture.take(await plain(13_000, 1_000))).toMatchObject({
      kind: 'stored',
      image: { widthPx: 13_000, heightPx: 1_000 },
    });
  });

  it('refuses one pixel more, with both numbers', async () => {
    expect(await fixture.take(await plain(13_000, 1_001))).toEqual({
      kind: 'refused',
      problems: [{ code: 'imageSidesTooLong', limit: 14_000, actual: 14_001 }],
    });
    expect(problemMessages({ code: 'imageSidesTooLong', limit: 14_000, actual: 14_001 }, 'en')).toBe(
      'Height plus width is 14,001 pixels, the limit is 14,000',
    );
  });

  it('refuses a decompression bomb by its header, before decoding it', async () => {
    const bomb = claimingSides(await plain(8, 8), 60_000, 60_000);
    expect(await fixture.take(bomb)).toEqual({
      kind: 'refused',
      problems: [{ code: 'imageSidesTooLong', limit: 14_000, actual: 120_000 }],
    });
  });

  it('refuses 60,000 by 1 with both rules that it breaks', async () => {
    expect(await fixture.take(await plain(60_000, 1))).toEqual({
      kind: 'refused',
      problems: [
        { code: 'imageSidesTooLong', limit: 14_000, actual: 60_001 },
        { code: 'imageTooNarrow', limit: 20, actual: 60_000 },
      ],
    });
  });
});
