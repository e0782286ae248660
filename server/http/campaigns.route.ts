/**
 * Campaigns over HTTP. A list is streamed from the multipart body into a temporary file, so that memory use stays
 * flat.
 */
import { rm } from 'node:fs/promises';
import { Router } from 'express';
import { Types } from 'mongoose';
import multer from 'multer';
import { cleanFileName } from '../../shared/names.ts';
import { campaignLimits } from '../../shared/schemas/campaign.ts';
import type { Register } from '../accessRegister/register.ts';
import { hasRole, visibleCommunityIds } from '../auth/permissions.ts';
import type { CurrentPerson, SignedInPerson } from '../auth/signedIn.ts';
import type { Campaign } from '../campaigns/campaign.model.ts';
import {
  type CampaignDeps,
  type CampaignOutcome,
  listCampaigns,
  moveCampaign,
  readCampaign,
  toCampaignView,
} from '../campaigns/campaigns.ts';
import { type ImportListDeps, importList } from '../campaigns/importList.ts';
import { matchColumns } from '../campaigns/matchColumns.ts';
import { previewRows } from '../campaigns/previewRows.ts';
import { readList } from '../campaigns/readList.ts';
import { firstRefused, passShown, refusedCsv } from '../campaigns/refusedRows.ts';
import type { EndpointRouter } from './endpointRouter.ts';
import { DeskError } from './errors.ts';
import { sendBody } from './sendBody.ts';

export interface CampaignRouteDeps extends CampaignDeps, ImportListDeps {
  /** Lists hold phones and names: their views and files are registered (N17). */
  register: Pick<Register, 'recordRowViews' | 'write'>;
  temporaryDir: string;
}

export function campaignRoutes({ handle }: EndpointRouter, deps: CampaignRouteDeps): void {
  const receive = multer({
    dest: deps.temporaryDir,
    defParamCharset: 'utf8',
    limits: { files: 1, fields: 0, fileSize: campaignLimits.fileBytes },
  }).single('file');

  handle('listMailings', async ({ query, person }) => {
    const { page, nextAfter } = await listCampaigns(deps, visibleCommunityIds(person), query.after);
    return { mailings: page.map((campaign) => toCampaignView(deps, campaign)), nextAfter };
  });
  handle(
    'addMailing',
    async ({ req, person }) => {
      const { file } = req;
      if (!file) throw oneFile();
      try {
        const list = { fileName: cleanFileName(file.originalname) || 'list', rows: readList(file.path) };
        const imported = await importList(deps, list, {
          id: person.id,
          name: person.name,
          communityIds: visibleCommunityIds(person),
        });
        if (imported.kind === 'refused')
          throw new DeskError(imported.code, { message: 'The list was not accepted', field: 'file' });
        return toCampaignView(deps, imported.mailing);
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
  handle('readMailing', async ({ params, person }) =>
    toCampaignView(deps, await mustRead(deps, params.mailingId, person)),
  );
  handle('matchColumns', async ({ params, body, person }) =>
    viewOf(await matchColumns(deps, params.mailingId, body, visibleCommunityIds(person))),
  );
  handle('moveMailing', async ({ params, body, person }) =>
    viewOf(await moveCampaign(deps, params.mailingId, body, person, visibleCommunityIds(person))),
  );
  handle('listRefusedRows', async ({ params, person }) => ({
    rows: await firstRefused(deps, await mustRead(deps, params.mailingId, person)),
  }));

  handle('readFirstRows', async ({ params, person }) => {
    const { mailingId: campaignId } = params;
    const preview = await previewRows(deps, await mustRead(deps, campaignId, person));
    deps.register.recordRowViews(
      person,
      'mailingRows',
      preview.rows.map(({ row }) => `${campaignId}:${row}`),
    );
    return preview;
  });

  function viewOf(outcome: CampaignOutcome) {
    switch (outcome.kind) {
      case 'done':
        return toCampaignView(deps, outcome.mailing);
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
export function campaignFilesRouter(deps: CampaignRouteDeps & { currentPerson: CurrentPerson }): Router {
  const router = Router();
  router.get('/media/mailings/:mailingId/refused.csv', async (req, res) => {
    const signedIn = await deps.currentPerson(req.headers);
    if (!signedIn) throw new DeskError('notSignedIn');
    if (!hasRole(signedIn.person, 'supervisor')) throw new DeskError('forbidden');
    const { mailingId: campaignId } = req.params;
    const id = /^[0-9a-f]{24}$/.test(campaignId) ? campaignId : '0'.repeat(24);
    const campaign = await mustRead(deps, id, signedIn.person);
    const language = req.query.language === 'en' ? 'en' : 'ru';
    // Phones and names of the list leave the desk in this file: the register knows before the first byte goes out.
    const refused = Object.values(campaign[passShown(campaign)].refused).reduce((sum, rows) => sum + rows, 0);
    await deps.register.write({
      key: new Types.ObjectId().toHexString(),
      action: 'exported',
      person: signedIn.person,
      clientId: null,
      details: { what: 'refusedRows', mailingId: campaignId, rows: refused },
    });
    res.set('Cache-Control', 'no-store');
    res.set('X-Content-Type-Options', 'nosniff');
    res.attachment('refused.csv').type('text/csv; charset=utf-8');
    await sendBody(res, refusedCsv(deps, campaign, language));
  });
  return router;
}

async function mustRead(deps: CampaignDeps, campaignId: string, person: SignedInPerson): Promise<Campaign> {
  const campaign = await readCampaign(deps, campaignId, visibleCommunityIds(person));
  if (!campaign) throw notFound();
  return campaign;
}

function notFound(): DeskError {
  return new DeskError('notFound', { message: 'Campaign not found' });
}

function oneFile(cause?: unknown): DeskError {
  return new DeskError('badRequest', { message: 'Send one file in the field "file"', field: 'file', cause });
}
