/** Lists of clients over HTTP: taken from a multipart stream into a temporary file, so that memory stays flat. */
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Router } from 'express';
import { Types } from 'mongoose';
import multer from 'multer';
import { mailingLimits } from '../../shared/schemas/mailing.ts';
import { hasRole } from '../auth/permissions.ts';
import type { CurrentPerson, SignedInPerson } from '../auth/signedIn.ts';
import type { Mailing } from '../mailings/mailing.model.ts';
import {
  listMailings,
  type MailingOutcome,
  type MailingParts,
  matchColumns,
  moveMailing,
  readMailing,
  toMailingView,
} from '../mailings/mailings.ts';
import { readList } from '../mailings/readList.ts';
import { firstRefused, passShown, refusedCsv } from '../mailings/refusedRows.ts';
import { type TakeListParts, takeList } from '../mailings/takeList.ts';
import type { Register } from '../personalData/register.ts';
import type { EndpointRouter } from './endpointRouter.ts';
import { DeskError } from './errors.ts';

export interface MailingRouteParts extends MailingParts, TakeListParts {
  temporaryDir: string;
}

export function mailingRoutes({ handle }: EndpointRouter, parts: MailingRouteParts): void {
  const receive = multer({
    dest: parts.temporaryDir,
    defParamCharset: 'utf8',
    limits: { files: 1, fields: 0, fileSize: mailingLimits.fileBytes },
  }).single('file');

  handle('listMailings', async ({ query }) => {
    const { page, nextAfter } = await listMailings(parts, query.after);
    return { mailings: page.map((mailing) => toMailingView(mailing)), nextAfter };
  });
  handle(
    'addMailing',
    async ({ req, person }) => {
      const { file } = req;
      if (!file) throw oneFile();
      try {
        const list = { fileName: file.originalname.slice(-200), rows: readList(file.path) };
        const taken = await takeList(parts, list, actor(person));
        if (taken.kind === 'refused')
          throw new DeskError(taken.code, { message: 'The list was not accepted', field: 'file' });
        return toMailingView(taken.mailing);
      } finally {
        await rm(file.path, { force: true });
      }
    },
    (req, res, next) =>
      receive(req, res, (error: unknown) => {
        if (!(error instanceof multer.MulterError)) return next(error);
        next(
          error.code === 'LIMIT_FILE_SIZE' ? new DeskError('bodyTooLarge', { cause: error }) : oneFile(error),
        );
      }),
  );
  handle('readMailing', async ({ params }) => toMailingView(await mustRead(parts, params.mailingId)));
  handle('matchColumns', async ({ params, body }) =>
    viewOf(await matchColumns(parts, params.mailingId, body)),
  );
  handle('moveMailing', async ({ params, body, person }) =>
    viewOf(await moveMailing(parts, params.mailingId, body, actor(person))),
  );
  handle('listRefusedRows', async ({ params }) => ({
    rows: await firstRefused(parts, await mustRead(parts, params.mailingId)),
  }));

  function viewOf(outcome: MailingOutcome) {
    switch (outcome.kind) {
      case 'done':
        return toMailingView(outcome.mailing);
      case 'notFound':
        throw notFound();
      case 'notNow':
        throw new DeskError('mailingNotNow', {
          message: `This is not possible while the campaign is ${outcome.state}`,
        });
      case 'wrong':
        throw new DeskError('badRequest', { message: outcome.message, field: outcome.field });
    }
  }
}

/** The refused rows as a file. */
export function mailingFilesRouter(
  parts: MailingRouteParts & { currentPerson: CurrentPerson; register: Pick<Register, 'write'> },
): Router {
  const router = Router();
  router.get('/media/mailings/:mailingId/refused.csv', async (req, res) => {
    const signedIn = await parts.currentPerson(req.headers);
    if (!signedIn) throw new DeskError('notSignedIn');
    if (!hasRole(signedIn.person, 'supervisor')) throw new DeskError('forbidden');
    const { mailingId } = req.params;
    const mailing = await mustRead(parts, /^[0-9a-f]{24}$/.test(mailingId) ? mailingId : '0'.repeat(24));
    const language = req.query.language === 'en' ? 'en' : 'ru';
    // Phones and names of the list leave the desk with it: it is known before the first byte goes out.
    const refused = Object.values(mailing[passShown(mailing)].refused).reduce((sum, rows) => sum + rows, 0);
    await parts.register.write({
      key: new Types.ObjectId().toHexString(),
      action: 'exported',
      person: signedIn.person,
      clientId: null,
      details: { what: 'refusedRows', mailingId, rows: refused },
    });
    res.set('Cache-Control', 'no-store');
    res.set('X-Content-Type-Options', 'nosniff');
    res.attachment('refused.csv').type('text/csv; charset=utf-8');
    await pipeline(Readable.from(refusedCsv(parts, mailing, language)), res);
  });
  return router;
}

async function mustRead(parts: MailingParts, mailingId: string): Promise<Mailing> {
  const mailing = await readMailing(parts, mailingId);
  if (!mailing) throw notFound();
  return mailing;
}

const actor = ({ id, name }: SignedInPerson) => ({ id, name });

function notFound(): DeskError {
  return new DeskError('notFound', { message: 'Campaign not found' });
}

function oneFile(cause?: unknown): DeskError {
  return new DeskError('badRequest', { message: 'Send one file in the field "file"', field: 'file', cause });
}
