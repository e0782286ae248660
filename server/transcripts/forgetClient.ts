/**
 * What an erasure does with transcripts: a file that has read one of the client's conversations is deleted, and one
 * that is being made begins anew, without the client. Runs after the threads are emptied, so a run that begins later
 * reads nothing of them.
 */
import type { Model, Types } from 'mongoose';
import type { Conversation } from '../conversations/conversation.model.ts';
import type { FileBucket } from '../storage/fileBucket.ts';
import { currentTime } from '../work/clock.ts';
import type { Transcript, TranscriptModels } from './transcript.model.ts';
import { expiryAt } from './transcriptTimes.ts';

export interface ForgetDeps extends TranscriptModels {
  conversations: Model<Conversation>;
  files: FileBucket<{ _id: Types.ObjectId }>;
}

/** Safe to repeat. */
export async function forgetInTranscripts(deps: ForgetDeps, clientId: Types.ObjectId): Promise<void> {
  const { conversations, transcripts, transcriptThreads, files } = deps;
  const own = conversations
    .find({ clientId }, { _id: 1 })
    .batchSize(50)
    .lean<{ _id: Types.ObjectId }[]>()
    .cursor();
  for await (const { _id: conversationId } of own) {
    const found = await transcriptThreads.find({ conversationId }).lean();
    for (const { transcriptId: _id } of found) {
      await transcripts.updateOne({ _id, state: 'running' }, { $set: { isVoid: true } });
      const now = currentTime();
      const done = await transcripts
        .findOneAndUpdate(
          { _id, fileId: { $exists: true } },
          {
            $set: { state: 'stopped', reason: 'clientErased', finishedAt: now, expiresAt: expiryAt(now) },
            $unset: { sizeBytes: 1 },
          },
          { returnDocument: 'before' },
        )
        .lean<Transcript>();
      // The job names the file until it is gone, so a crash in between is repeated.
      if (!done?.fileId) continue;
      await files.remove(done.fileId);
      await transcripts.updateOne({ _id, fileId: done.fileId }, { $unset: { fileId: 1 } });
    }
  }
}
