/**
 * Stores one uploaded image: streams it through the cleaner into a temporary file, checks it by N10 to N13 (type,
 * size and sides of images), decodes and stores it. The image is never whole in memory; the temporary file is always
 * removed.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Types } from 'mongoose';
import { type ImageProblem, sizeProblems } from '../../../shared/templates/imageProblems.ts';
import { templateLimits } from '../../../shared/templates/limits.ts';
import { decodes } from './decode.ts';
import type { ImageStore, TemplateImage } from './imageStore.ts';
import { JpegCleaner } from './jpegCleaner.ts';

export interface StoreImageDeps {
  companyId: Types.ObjectId;
  images: ImageStore;
  /** The folder for files while they are checked: this process's own, and it may be emptied at any time. */
  temporaryDir: string;
}

export type ImageOutcome =
  | { kind: 'stored'; image: TemplateImage }
  | { kind: 'refused'; problems: ImageProblem[] };

export async function storeImage(deps: StoreImageDeps, stream: Readable): Promise<ImageOutcome> {
  await mkdir(deps.temporaryDir, { recursive: true, mode: 0o700 });
  const path = join(deps.temporaryDir, `${randomUUID()}.jpeg`);
  try {
    const counted = countBytes(templateLimits.imageBytes);
    const cleaner = new JpegCleaner();
    const hashed = hashBytes();
    await pipeline(
      stream,
      counted.pass,
      cleaner,
      hashed.pass,
      createWriteStream(path, { flags: 'wx', mode: 0o600 }),
    );
    const problems = problemsOf(counted.bytes(), cleaner);
    if (problems.length > 0) return { kind: 'refused', problems };
    if (!cleaner.sides || !(await decodes(path)))
      return { kind: 'refused', problems: [{ code: 'imageBroken' }] };
    const image = await deps.images.keep(deps.companyId, {
      path,
      sha256: hashed.digest(),
      ...cleaner.sides,
    });
    return { kind: 'stored', image };
  } finally {
    await rm(path, { force: true });
  }
}

/** The sides stand near the beginning, so they are reported even for a file that is cut off later. */
function problemsOf(actual: number, { outcome, sides }: JpegCleaner): ImageProblem[] {
  const limit = templateLimits.imageBytes;
  const tooLarge: ImageProblem[] = actual > limit ? [{ code: 'imageTooLarge', limit, actual }] : [];
  if (outcome === 'notJpeg') return [{ code: 'imageNotJpeg' }, ...tooLarge];
  const problems = [...tooLarge, ...(sides ? sizeProblems(sides) : [])];
  return outcome === 'broken' && problems.length === 0 ? [{ code: 'imageBroken' }] : problems;
}

/** Passes no more than the limit but counts on, so that the answer names the file's real size. */
function countBytes(limit: number): { pass: Transform; bytes(): number } {
  let total = 0;
  const pass = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      total += chunk.length;
      done(null, total > limit ? undefined : chunk);
    },
  });
  return { pass, bytes: () => total };
}

function hashBytes(): { pass: Transform; digest(): string } {
  const hash = createHash('sha256');
  const pass = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  return { pass, digest: () => hash.digest('hex') };
}
