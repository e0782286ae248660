/** The HTTP contract of canned answers. Everybody keeps their own; supervisors and administrators keep the shared ones. */
import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';
import {
  cannedAnswerChange,
  cannedAnswerView,
  cannedFolderRename,
  cannedImportAnswer,
  newCannedAnswer,
} from './schemas/cannedAnswer.ts';
import { id } from './schemas/common.ts';

const ofCannedAnswer = z.object({ cannedAnswerId: id });

export const cannedAnswerEndpoints = {
  listCannedAnswers: {
    method: 'GET',
    path: '/api/canned-answers',
    summary: "All canned answers that the person may use: the shared ones and the person's own, by name",
    role: 'agent',
    status: 200,
    answer: z.object({ answers: z.array(cannedAnswerView) }),
  },
  addCannedAnswer: {
    method: 'POST',
    path: '/api/canned-answers',
    summary: 'Adds an own canned answer, or a shared one: only supervisors and administrators may',
    role: 'agent',
    body: newCannedAnswer,
    status: 201,
    answer: cannedAnswerView,
  },
  changeCannedAnswer: {
    method: 'PUT',
    path: '/api/canned-answers/:cannedAnswerId',
    summary: 'Changes a canned answer. An own one may become shared, a shared one stays so',
    role: 'agent',
    params: ofCannedAnswer,
    body: cannedAnswerChange,
    status: 200,
    answer: cannedAnswerView,
  },
  deleteCannedAnswer: {
    method: 'DELETE',
    path: '/api/canned-answers/:cannedAnswerId',
    summary: 'Deletes a canned answer for good; answers that were made of it stay',
    role: 'agent',
    params: ofCannedAnswer,
    status: 200,
    answer: z.object({}),
  },
  renameCannedFolder: {
    method: 'POST',
    path: '/api/canned-answers/folders/rename',
    summary: 'Moves all answers of a folder to another name, or out of folders',
    role: 'agent',
    body: cannedFolderRename,
    status: 200,
    answer: z.object({ answers: z.number().int().nonnegative() }),
  },
  importCannedAnswers: {
    method: 'POST',
    path: '/api/canned-answers/import',
    summary:
      'Imports a CSV or .xlsx file with the columns folder, name and text. A row replaces the answer of its name. ' +
      'When a row is wrong, nothing is imported and every wrong row is named',
    role: 'agent',
    query: z.strictObject({ whose: z.enum(['shared', 'own']) }),
    body: 'multipart',
    status: 200,
    answer: cannedImportAnswer,
  },
} as const satisfies Record<string, Endpoint>;
