/**
 * Whether a file decodes as a JPEG to its last pixel. The decoder is kept on a short rein: one picture at a time,
 * no more pixels than N12 allows, a limit of time, and nothing of the picture is kept.
 */
import pLimit from 'p-limit';
import sharp from 'sharp';
import { templateLimits } from '../../../shared/templates/limits.ts';

/** The most that two sides of this sum can span. */
const PIXELS_MAX = (templateLimits.imageSidesPx / 2) ** 2;
const DECODE_S_MAX = 30;
const oneAtATime = pLimit(1);

sharp.cache(false);
sharp.concurrency(1);

/** A file that the caller has seen to begin as a JPEG and to be within the sizes. */
export function decodes(path: string): Promise<boolean> {
  return oneAtATime(async () => {
    try {
      const image = sharp(path, { limitInputPixels: PIXELS_MAX, failOn: 'warning', sequentialRead: true });
      const { format } = await image.metadata();
      if (format !== 'jpeg') return false;
      // A shrunk copy would skip most of the work: each pixel is decoded, and a few bytes come of it.
      await image
        .resize(8, 8, { fit: 'fill', fastShrinkOnLoad: false, kernel: 'nearest' })
        .timeout({ seconds: DECODE_S_MAX })
        .raw()
        .toBuffer();
      return true;
    } catch {
      // libvips says in words what is wrong; whatever it is, this is no picture that a client could be shown.
      return false;
    }
  });
}
