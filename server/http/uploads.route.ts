/** Receives one file for an answer and streams it into the store. */
import type { Request } from 'express';
import { Types } from 'mongoose';
import multer, { type StorageEngine } from 'multer';
import { limits } from '../../shared/limits.ts';
import type { Upload, UploadStore } from '../uploads/uploadStore.ts';
import type { EndpointRouter } from './endpointRouter.ts';
import { DeskError } from './errors.ts';

export function uploadRoutes({ handle }: EndpointRouter, uploads: UploadStore): void {
  const receive = multer({
    storage: streamInto(uploads),
    // Browsers send file names in UTF-8; the multipart parser's default would garble Russian ones.
    defParamCharset: 'utf8',
    limits: { files: 1, fields: 0, fileSize: limits.uploadBytes },
  }).single('file');

  handle(
    'upload',
    ({ req }) => {
      const saved = (req.file as unknown as { upload?: Upload } | undefined)?.upload;
      if (!saved)
        throw new DeskError('badRequest', { message: 'Send one file in the field "file"', field: 'file' });
      return {
        id: saved._id.toHexString(),
        fileName: saved.fileName,
        contentType: saved.contentType,
        sizeBytes: saved.sizeBytes,
        kind: saved.kind,
      };
    },
    (req, res, next) =>
      receive(req, res, (error: unknown) =>
        next(error instanceof multer.MulterError ? toDeskError(error) : error),
      ),
  );
}

function streamInto(uploads: UploadStore): StorageEngine {
  return {
    _handleFile(req: Request, file, done) {
      const personId = new Types.ObjectId(req.res?.locals.person.id as string);
      uploads.save({ stream: file.stream, fileName: file.originalname, personId }).then(
        (upload) =>
          upload
            ? done(null, { upload } as unknown as Partial<Express.Multer.File>)
            : done(new DeskError('badRequest', { message: 'The file is empty', field: 'file' })),
        (error: unknown) => done(error),
      );
    },
    _removeFile(_req, file, done) {
      const { upload } = file as unknown as { upload?: Upload };
      if (!upload) return done(null);
      uploads.remove(upload._id).then(
        () => done(null),
        (error: unknown) => done(error as Error),
      );
    },
  };
}

function toDeskError(error: multer.MulterError): DeskError {
  if (error.code === 'LIMIT_FILE_SIZE') {
    const mebibytes = limits.uploadBytes / 1024 / 1024;
    return new DeskError('bodyTooLarge', { message: `A file can be at most ${mebibytes} MB`, field: 'file' });
  }
  return new DeskError('badRequest', {
    message: 'Send one file in the field "file"',
    field: 'file',
    cause: error,
  });
}
