/** The HTTP contract of campaigns. */
import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';
import {
  campaignFirstRows,
  campaignMove,
  campaignView,
  columnsMatch,
  refusedRow,
} from './schemas/campaign.ts';
import { id } from './schemas/common.ts';

const ofCampaign = z.object({ mailingId: id });

export const campaignEndpoints = {
  listMailings: {
    method: 'GET',
    path: '/api/mailings',
    summary: 'One page of campaigns, the newest first',
    role: 'supervisor',
    query: z.strictObject({ after: id.optional() }),
    status: 200,
    answer: z.object({
      mailings: z.array(campaignView),
      /** Pass it as `after`; null on the last page. */
      nextAfter: id.nullable(),
    }),
  },
  addMailing: {
    method: 'POST',
    path: '/api/mailings',
    summary: 'Uploads a file of clients as a new campaign; nothing is sent yet',
    role: 'supervisor',
    body: 'multipart',
    status: 201,
    answer: campaignView,
  },
  readMailing: {
    method: 'GET',
    path: '/api/mailings/:mailingId',
    summary: 'One campaign: its progress and the statuses of its messages',
    role: 'supervisor',
    params: ofCampaign,
    status: 200,
    answer: campaignView,
  },
  matchColumns: {
    method: 'PUT',
    path: '/api/mailings/:mailingId/columns',
    summary:
      'Sets the head and the columns of the phone and the variables, and checks every row without sending',
    role: 'supervisor',
    params: ofCampaign,
    body: columnsMatch,
    status: 202,
    answer: campaignView,
  },
  readFirstRows: {
    method: 'GET',
    path: '/api/mailings/:mailingId/first-rows',
    summary: 'The first rows as they were read, the headers included; the view is registered',
    role: 'supervisor',
    params: ofCampaign,
    status: 200,
    answer: campaignFirstRows,
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
    summary: 'The first refused rows with their reasons; the file has all of them',
    role: 'supervisor',
    params: ofCampaign,
    status: 200,
    answer: z.object({ rows: z.array(refusedRow) }),
  },
} as const satisfies Record<string, Endpoint>;
