import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemMessages } from '../../shared/templates/messages.ts';
import { type ImagesFixture, openImages, picture } from '../server/templates/imagesFixture.ts';

let fixture: ImagesFixture;
beforeAll(async () => {
  fixture = await openImages();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const refused = (code: string) => ({ kind: 'refused', problems: [{ code }] });

describe('N10 images are .jpeg by content', () => {
  it.each([
    ['a baseline one', () => picture(200, 100).jpeg().toBuffer()],
    ['a progressive one', () => picture(200, 100).jpeg({ progressive: true }).toBuffer()],
    ['one in CMYK', () => picture(200, 100).toColourspace('cmyk').jpeg().toBuffer()],
    ['a grey one', () => picture(200, 100).greyscale().jpeg().toBuffer()],
    ['one of mozjpeg', () => picture(200, 100).jpeg({ mozjpeg: true }).toBuffer()],
    ['one with a colour profile', () => picture(200, 100).withIccProfile('p3').jpeg().toBuffer()],
  ])('accepts %s', async (_, make) => {
    const jpeg = await make();
    const outcome = await fixture.take(jpeg);
    expect(outcome).toMatchObject({ kind: 'stored', image: { widthPx: 200, heightPx: 100 } });
    const stored = await fixture.stored(outcome);
    expect(await sharp(stored).raw().toBuffer()).toEqual(await sharp(jpeg).raw().toBuffer());
  });

  it.each([
    ['a PNG', () => picture(20, 20).png().toBuffer()],
    ['a WebP', () => picture(20, 20).webp().toBuffer()],
    ['a text', async () => Buffer.from('not a picture at all')],
    ['nothing', async () => Buffer.alloc(0)],
  ])('refuses %s whatever its name is', async (_, make) => {
    expect(await fixture.take(await make())).toEqual(refused('imageNotJpeg'));
  });

  it('refuses a cut-off image, wherever it is cut', async () => {
    for (const progressive of [false, true]) {
      const jpeg = await picture(200, 150).jpeg({ progressive }).toBuffer();
      for (const share of [0.02, 0.3, 0.7, 0.99])
        expect(await fixture.take(jpeg.subarray(0, Math.floor(jpeg.length * share)))).toEqual(
          refused('imageBroken'),
        );
      // Adding the end mark to half a picture fools the structure check, but not the decoder.
      const half = Buffer.concat([jpeg.subarray(0, jpeg.length >> 1), Buffer.from([0xff, 0xd9])]);
      expect(await fixture.take(half)).toEqual(refused('imageBroken'));
    }
  });

  it('explains it in both languages', () => {
    expect(problemMessages({ code: 'imageNotJpeg' }, 'ru')).toContain('.jpeg');
    expect(problemMessages({ code: 'imageNotJpeg' }, 'en')).toContain('.jpeg');
  });
});
