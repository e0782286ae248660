import { readdir } from 'node:fs/promises';
import { Readable } from 'node:stream';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ImagesFixture, inChunks, openImages, picture } from './imagesFixture.ts';

let fixture: ImagesFixture;
beforeAll(async () => {
  fixture = await openImages();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const withSecrets = (orientation: number) =>
  picture(120, 80)
    .withExif({
      IFD0: { Artist: 'Secret Photographer', Model: 'Secret Camera' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '55/1 45/1 0/1' },
    })
    .withMetadata({ orientation })
    .jpeg()
    .toBuffer();

describe('an image of a template', () => {
  it('loses metadata about people and places, and keeps its pixels and orientation', async () => {
    const camera = await withSecrets(6);
    const { exif } = await sharp(camera).metadata();
    expect(exif?.toString('latin1')).toContain('Secret Photographer');

    const stored = await fixture.stored(await fixture.take(camera));
    const metadata = await sharp(stored).metadata();
    expect(metadata).toMatchObject({ orientation: 6, width: 120, height: 80 });
    expect(stored.toString('latin1')).not.toContain('Secret');
    expect(metadata.exif?.length).toBeLessThan(64);
    expect(metadata.xmp).toBeUndefined();
    expect(await sharp(stored).raw().toBuffer()).toEqual(await sharp(camera).raw().toBuffer());
  });

  it('loses comments, and data after its end', async () => {
    const jpeg = await picture(60, 40).jpeg().toBuffer();
    const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0x00, 0x10]), Buffer.from('a hidden word ')]);
    const hidden = Buffer.concat([
      jpeg.subarray(0, 2),
      comment,
      jpeg.subarray(2),
      Buffer.from('a film behind the picture'),
    ]);
    const stored = await fixture.stored(await fixture.take(hidden));
    expect(stored.toString('latin1')).not.toMatch(/hidden|film/);
    expect(await sharp(stored).raw().toBuffer()).toEqual(await sharp(jpeg).raw().toBuffer());
  });

  it('is stored once, whatever its name and uploader, and also when the stored bytes come back', async () => {
    const jpeg = await withSecrets(3);
    const outcomes = await Promise.all([1, 2, 3].map(() => fixture.take(jpeg)));
    const again = await fixture.take(await fixture.stored(outcomes[0] as (typeof outcomes)[0]));
    const ids = [...outcomes, again].map(
      (outcome) => outcome.kind === 'stored' && outcome.image._id.toHexString(),
    );
    expect(new Set(ids).size).toBe(1);
    const [image] = outcomes;
    if (image?.kind !== 'stored') throw new Error('not stored');
    expect(await fixture.images.findBySha256(fixture.companyId, [image.image.sha256])).toHaveLength(1);
  });

  it('is the same however its bytes are cut into chunks', async () => {
    const jpeg = await picture(90, 70).jpeg({ progressive: true }).toBuffer();
    const hashes = [];
    for (const chunkBytes of [1, 2, 3, 7, 100_000]) {
      const outcome = await fixture.take(inChunks(jpeg, chunkBytes));
      hashes.push(outcome.kind === 'stored' && outcome.image.sha256);
    }
    expect(new Set(hashes).size).toBe(1);
    expect(hashes[0]).toBeTruthy();
  });

  it('leaves no file behind, whether stored, refused or cut off', async () => {
    await fixture.take(await picture(30, 30).jpeg().toBuffer());
    await fixture.take(Buffer.from('no picture'));
    const jpeg = await picture(300, 300).jpeg().toBuffer();
    const cut = Readable.from(
      (function* () {
        yield jpeg.subarray(0, 1_000);
        throw new Error('the browser went away');
      })(),
      { objectMode: false },
    );
    await expect(fixture.take(cut)).rejects.toThrow('the browser went away');
    expect(await readdir(fixture.temporaryDir)).toEqual([]);
  });

  it('is refused in limited time when it has a thousand empty scans', async () => {
    const jpeg = await picture(64, 64).jpeg({ progressive: true }).toBuffer();
    const lastScanAt = jpeg.lastIndexOf(Buffer.from([0xff, 0xda]));
    const scan = jpeg.subarray(lastScanAt, jpeg.length - 2);
    const bomb = Buffer.concat([jpeg.subarray(0, lastScanAt), ...Array(1_000).fill(scan), jpeg.subarray(-2)]);
    expect(await fixture.take(bomb)).toEqual({ kind: 'refused', problems: [{ code: 'imageBroken' }] });
  });
});
