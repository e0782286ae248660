/** The HTTP contract of personal data (N17). */
import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';
import { id } from './schemas/common.ts';
import {
  erasureRequest,
  erasureView,
  registerPage,
  registerQuery,
  retentionPeriods,
  retentionView,
  storageEncryptionView,
} from './schemas/personalData.ts';

const ofClient = z.object({ clientId: id });

export const personalDataEndpoints = {
  listRegister: {
    method: 'GET',
    path: '/api/personal-data/register',
    summary: "Who saw, changed, exported or erased clients' data, the newest first",
    role: 'administrator',
    query: registerQuery,
    status: 200,
    answer: registerPage,
  },
  readRetention: {
    method: 'GET',
    path: '/api/personal-data/retention',
    summary: 'How long each kind of data is kept',
    role: 'administrator',
    status: 200,
    answer: retentionView,
  },
  setRetention: {
    method: 'PUT',
    path: '/api/personal-data/retention',
    summary: 'Sets how long each kind of data is kept; what is older is removed from then on',
    role: 'administrator',
    body: z.strictObject({ revision: z.number().int().nonnegative(), periods: retentionPeriods }),
    status: 200,
    answer: retentionView,
  },
  readStorageEncryption: {
    method: 'GET',
    path: '/api/personal-data/storage-encryption',
    summary: 'Whether stored names and texts are encrypted, as the server last found',
    role: 'administrator',
    status: 200,
    answer: storageEncryptionView,
  },
  listErasures: {
    method: 'GET',
    path: '/api/personal-data/erasures',
    summary: 'The latest erasures of clients and their progress',
    role: 'administrator',
    status: 200,
    answer: z.object({ erasures: z.array(erasureView) }),
  },
  eraseClient: {
    method: 'POST',
    path: '/api/clients/:clientId/erasure',
    summary: 'Erases a client for good. A repeat for the same client returns the same erasure',
    role: 'administrator',
    params: ofClient,
    body: erasureRequest,
    status: 202,
    answer: erasureView,
  },
} as const satisfies Record<string, Endpoint>;
