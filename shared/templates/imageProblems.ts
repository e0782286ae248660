/** Checks an image against rules N10 to N13; a problem carries the limit and the image's own number. */
import { templateLimits } from './limits.ts';

export const imageProblemCodes = [
  'imageNotJpeg', // N10, JPEG only: checked by content
  'imageBroken', // N10: starts as a JPEG but does not decode to its end
  'imageTooLarge', // N11, file size
  'imageSidesTooLong', // N12, height plus width
  'imageTooNarrow', // N13, aspect ratio
] as const;
export type ImageProblemCode = (typeof imageProblemCodes)[number];

export interface ImageProblem {
  code: ImageProblemCode;
  limit?: number;
  actual?: number;
}

export interface Sides {
  widthPx: number;
  heightPx: number;
}

export function sizeProblems({ widthPx, heightPx }: Sides): ImageProblem[] {
  const { imageSidesPx, imageRatio } = templateLimits;
  const shorter = Math.min(widthPx, heightPx);
  const longer = Math.max(widthPx, heightPx);
  const problems: ImageProblem[] = [];
  if (widthPx + heightPx > imageSidesPx)
    problems.push({ code: 'imageSidesTooLong', limit: imageSidesPx, actual: widthPx + heightPx });
  if (shorter * imageRatio < longer)
    problems.push({
      code: 'imageTooNarrow',
      limit: imageRatio,
      actual: Math.round((longer / shorter) * 100) / 100,
    });
  return problems;
}
