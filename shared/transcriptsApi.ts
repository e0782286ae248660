/** The HTTP contract of transcripts. The file itself is at `/media/transcripts/:transcriptId`. */
import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';
import { id } from './schemas/common.ts';
import { transcriptRequest, transcriptView } from './schemas/transcript.ts';

const ofTranscript = z.object({ transcriptId: id });

export const transcriptEndpoints = {
  requestTranscript: {
    method: 'POST',
    path: '/api/transcripts',
    summary: 'Starts to make a file of conversations, or of what a search finds, in the background',
    role: 'supervisor',
    body: transcriptRequest,
    status: 202,
    answer: transcriptView,
  },
  listTranscripts: {
    method: 'GET',
    path: '/api/transcripts',
    summary: "The person's own transcripts, the newest first",
    role: 'supervisor',
    status: 200,
    answer: z.object({ transcripts: z.array(transcriptView) }),
  },
  restartTranscript: {
    method: 'POST',
    path: '/api/transcripts/:transcriptId/restart',
    summary: 'Starts a failed or stopped transcript again',
    role: 'supervisor',
    params: ofTranscript,
    status: 202,
    answer: transcriptView,
  },
  deleteTranscript: {
    method: 'DELETE',
    path: '/api/transcripts/:transcriptId',
    summary: 'Cancels a transcript, or deletes it with its file',
    role: 'supervisor',
    params: ofTranscript,
    status: 200,
    answer: z.object({}),
  },
} as const satisfies Record<string, Endpoint>;
