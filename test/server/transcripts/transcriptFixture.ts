/** What makes transcripts, over the store of a test: the worker's dependencies, and the files that it made. */
import type { Connection, Types } from 'mongoose';
import type { Permitted } from '../../../server/auth/permissions.ts';
import { clientModel } from '../../../server/clients/client.model.ts';
import { communityModel } from '../../../server/communities/community.model.ts';
import { conversationModel } from '../../../server/conversations/conversation.model.ts';
import { messageModel } from '../../../server/conversations/message.model.ts';
import { createFileBucket } from '../../../server/storage/fileBucket.ts';
import type { Sealing } from '../../../server/storage/sealing.ts';
import { requestTranscript } from '../../../server/transcripts/requests.ts';
import {
  TRANSCRIPT_BUCKET,
  type Transcript,
  transcriptModels,
} from '../../../server/transcripts/transcript.model.ts';
import { type WorkerDeps, workOnNext } from '../../../server/transcripts/worker.ts';
import { createUploadStore } from '../../../server/uploads/uploadStore.ts';
import { silent } from '../../support/store.ts';

export interface TranscriptFixtureNeeds {
  connection: Connection;
  companyId: Types.ObjectId;
  sealing: Sealing;
}

const never = new AbortController().signal;

export function transcriptFixture({ connection, companyId, sealing }: TranscriptFixtureNeeds) {
  const person: Permitted & { name: string } = {
    id: 'a'.repeat(24),
    name: 'Мария',
    role: 'supervisor',
    communityIds: null,
    isActive: true,
  };
  const ends: Transcript['state'][] = [];
  /** Called before each page with how many there were: a test changes the world here. */
  let beforePage: (pages: number) => Promise<unknown> | unknown = () => undefined;
  let pages = 0;
  const deps: WorkerDeps = {
    companyId,
    ...transcriptModels(connection),
    conversations: conversationModel(connection),
    messages: messageModel(connection),
    clients: clientModel(connection),
    communities: communityModel(connection),
    sealing,
    files: createFileBucket(connection, TRANSCRIPT_BUCKET),
    uploads: createUploadStore(connection),
    extraOrigins: [],
    logger: silent,
    timing: { firstRetryMs: 1 },
    timeZone: async () => 'Europe/Moscow',
    readPerson: async () => {
      await beforePage(pages++);
      return person;
    },
    searchPage: async () => ({ hits: [], after: null, isCut: false }),
    recordEnd: async ({ state }) => {
      ends.push(state);
    },
  };
  return {
    deps,
    person,
    /** How the jobs ended, as it was recorded. */
    ends,
    onPage(change: typeof beforePage) {
      pages = 0;
      beforePage = change;
    },
    async ask(
      conversationIds: Types.ObjectId[],
      format: Transcript['format'] = 'html',
    ): Promise<Types.ObjectId> {
      const asked = { format, language: 'ru' as const, withNotes: true };
      const outcome = await requestTranscript(
        deps,
        person,
        { ...asked, conversationIds: conversationIds.map(String) },
        null,
        async () => {},
      );
      if (outcome.kind !== 'asked') throw new Error(outcome.kind);
      return outcome.transcript._id;
    },
    work: () => workOnNext(deps, never),
    read: (id: Types.ObjectId) => deps.transcripts.findById(id).orFail().lean<Transcript>(),
    /** The text of a finished transcript. */
    async fileOf(id: Types.ObjectId): Promise<string> {
      const { fileId } = await deps.transcripts.findById(id).orFail().lean<Transcript>();
      const pieces: Buffer[] = [];
      for await (const piece of deps.files.open(fileId!)) pieces.push(piece as Buffer);
      return Buffer.concat(pieces).toString();
    },
    /** How many files and pieces of files are stored. */
    async stored() {
      const { files, chunks } = deps.files;
      return (await files().countDocuments()) + (await chunks().countDocuments());
    },
  };
}
export type TranscriptFixture = ReturnType<typeof transcriptFixture>;
