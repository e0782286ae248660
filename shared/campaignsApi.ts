/** The part of the HTTP contract that is about lists of clients and the messages sent to them. */
import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';
import { campaignColumns, campaignMove, campaignView, refusedRow } from './schemas/campaign.ts';
import { id } from './schemas/common.ts';

const ofCampaign = z.object({ mailingId: id });

export const campaignEndpoints = {
  listMailings: {
    method: 'GET',
    path: '/api/mailings',
    summary: 'One page of the lists of clients, the newest first',
    role: 'supervisor',
    query: z.strictObject({ after: id.optional() }),
    status: 200,
    answer: z.object({
      mailings: z.array(campaignView),
      /** Give it as `after`; null when this is the last page. */
      nextAfter: id.nullable(),
    }),
  },
  addMailing: {
    method: 'POST',
    path: '/api/mailings',
    summary: 'Takes a list of clients as a file; nothing is sent yet',
    role: 'supervisor',
    body: 'multipart',
    status: 201,
    answer: campaignView,
  },
  readMailing: {
    method: 'GET',
    path: '/api/mailings/:mailingId',
    summary: 'One list: how far it has come and what became of its messages',
    role: 'supervisor',
    params: ofCampaign,
    status: 200,
    answer: campaignView,
  },
  matchColumns: {
    method: 'PUT',
    path: '/api/mailings/:mailingId/columns',
    summary: 'Says which columns hold the phone and the variables, and tries the list without sending',
    role: 'supervisor',
    params: ofCampaign,
    body: campaignColumns,
    status: 202,
    answer: campaignView,
  },
  moveMailing: {
    method: 'POST',
    path: '/api/mailings/:mailingId/moves',
    summary: 'Starts now or at a time, pauses, resumes or cancels',
    role: 'supervisor',
    params: ofCampaign,
    body: campaignMove,
    status: 202,
    answer: campaignView,
  },
  listRefusedRows: {
    method: 'GET',
    path: '/api/mailings/:mailingId/refused-rows',
    summary: 'The first rows that cannot be sent, with their reasons; the file has them all',
    role: 'supervisor',
    params: ofCampaign,
    status: 200,
    answer: z.object({ rows: z.array(refusedRow) }),
  },
} as const satisfies Record<string, Endpoint>;
