/**
 * Checks that a file decodes as a JPEG to its last pixel. The decoder is restricted: one picture at a time, no more
 * pixels than N12 (sides of an image) allows, and a time limit. Nothing of the picture is kept.
 */
import pLimit from 'p-limit';
import sharp from 'sharp';
import { templateLimits } from '../../../shared/templates/limits.ts';

/** The most pixels that two sides with this sum can span. */
const PIXELS_MAX = (templateLimits.imageSidesPx / 2) ** 2;
const DECODE_S_MAX = 30;
const oneAtATime = pLimit(1);

sharp.cache(false);
sharp.concurrency(1);

/** For a file that begins as a JPEG and has allowed sides; the caller has checked both. */
export function decodes(path: string): Promise<boolean> {
  return oneAtATime(async () => {
    try {
      const image = sharp(path, { limitInputPixels: PIXELS_MAX, failOn: 'warning', sequentialRead: true });
      const { format } = await image.metadata();
      if (format !== 'jpeg') return false;
      // A shrunk load would skip most of the work: this decodes each pixel, and the output is a few bytes.
      await image
        .resize(8, 8, { fit: 'fill', fastShrinkOnLoad: false, kernel: 'nearest' })
        .timeout({ seconds: DECODE_S_MAX })
        .raw()
        .toBuffer();
      return true;
    } catch {
      // libvips explains the error in text; in any case a client could not see this picture.
      return false;
    }
  });
}
