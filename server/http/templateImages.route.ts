/**
 * Images of templates: uploaded as a multipart stream, and shown to the people who may see a template with them.
 */
import { Router } from 'express';
import multer from 'multer';
import { hasRole } from '../auth/permissions.ts';
import type { CurrentPerson } from '../auth/signedIn.ts';
import { type ApprovedImageDeps, wasImageApproved } from '../templates/images/approvedImages.ts';
import type { ImageStore } from '../templates/images/imageStore.ts';
import { type ImageOutcome, type StoreImageDeps, storeImage } from '../templates/images/storeImage.ts';
import { toImageView } from '../templates/views.ts';
import type { EndpointRouter } from './endpointRouter.ts';
import { DeskError } from './errors.ts';
import { sendStoredFile } from './sendStoredFile.ts';
import { problemsRefusal } from './templateRefusal.ts';

const YEAR_S = 365 * 24 * 3600;

export function templateImageRoutes({ handle }: EndpointRouter, deps: StoreImageDeps): void {
  const receive = multer({
    // The size is checked while the file is read, so that the answer can name it (N11, size of an image).
    storage: {
      _handleFile(_req, file, done) {
        storeImage(deps, file.stream).then(
          (outcome) => done(null, { outcome } as unknown as Partial<Express.Multer.File>),
          (error: unknown) => done(error),
        );
      },
      // A stored image stays: another template may use the same picture.
      _removeFile: (_req, _file, done) => done(null),
    },
    defParamCharset: 'utf8',
    limits: { files: 1, fields: 0 },
  }).single('file');

  handle(
    'addTemplateImage',
    ({ req }) => {
      const outcome = (req.file as unknown as { outcome?: ImageOutcome } | undefined)?.outcome;
      if (!outcome) throw oneFile();
      if (outcome.kind === 'refused') throw problemsRefusal('imageRefused', outcome.problems);
      return toImageView(outcome.image);
    },
    (req, res, next) =>
      receive(req, res, (error: unknown) =>
        next(error instanceof multer.MulterError ? oneFile(error) : error),
      ),
  );
}

/** Drafts are for supervisors, as in `templates.route.ts`; agents see what was approved. */
export function templateMediaRouter(
  deps: ApprovedImageDeps & { images: ImageStore; currentPerson: CurrentPerson },
): Router {
  const router = Router();
  router.get('/media/template-images/:imageId', async (req, res) => {
    const signedIn = await deps.currentPerson(req.headers);
    if (!signedIn) throw new DeskError('notSignedIn');
    const { imageId } = req.params;
    const [image] = /^[0-9a-f]{24}$/.test(imageId) ? await deps.images.find(deps.companyId, [imageId]) : [];
    const isVisible =
      image !== undefined &&
      (hasRole(signedIn.person, 'supervisor') || (await wasImageApproved(deps, imageId)));
    if (!isVisible) throw new DeskError('notFound', { message: 'Image not found' });
    res.set('Content-Security-Policy', "default-src 'none'; sandbox");
    res.set('X-Content-Type-Options', 'nosniff');
    // The image of an id never changes.
    res.set('Cache-Control', `private, max-age=${YEAR_S}, immutable`);
    await sendStoredFile(req, res, {
      id: imageId,
      contentType: 'image/jpeg',
      sizeBytes: image.sizeBytes,
      open: (range) => deps.images.open(image._id, range),
    });
  });
  return router;
}

function oneFile(cause?: unknown): DeskError {
  return new DeskError('badRequest', { message: 'Send one file in the field "file"', field: 'file', cause });
}
