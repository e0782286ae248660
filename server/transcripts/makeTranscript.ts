/**
 * Makes the file of one claimed job. It streams into the file store, and becomes the job's file by one guarded write:
 * not when another process has claimed the job since, nor when a client of it was erased meanwhile.
 */
import { Readable } from 'node:stream';
import type { Types } from 'mongoose';
import type { FileBucket } from '../storage/fileBucket.ts';
import { currentTime } from '../work/clock.ts';
import { csv } from './formats/csv.ts';
import type { Format } from './formats/format.ts';
import { html } from './formats/html.ts';
import { xlsx } from './formats/xlsx.ts';
import { createPhotoReader, type PhotoDeps } from './photos.ts';
import { type ReadTranscriptDeps, readTranscript, type TranscriptPart } from './readTranscript.ts';
import { searchOf } from './requests.ts';
import type { Transcript } from './transcript.model.ts';
import { expiryAt, isOver } from './transcriptTimes.ts';

export interface MakeDeps extends ReadTranscriptDeps, PhotoDeps {
  files: FileBucket<{ _id: Types.ObjectId }>;
  timeZone(): Promise<string>;
}

const formats: Record<Transcript['format'], Format> = { html, csv, xlsx };
const PROGRESS_MS = 500;

export type Made = 'done' | 'lost' | 'void';

export async function makeTranscript(
  deps: MakeDeps,
  job: Transcript,
  { runId, stopping }: { runId: Types.ObjectId; stopping: AbortSignal },
): Promise<Made> {
  const { transcripts, files } = deps;
  const own = { _id: job._id, runId };
  let messages = 0;
  let toldAtMs = performance.now();

  async function* counted(parts: AsyncIterable<TranscriptPart>): AsyncGenerator<TranscriptPart> {
    for await (const part of parts) {
      stopping.throwIfAborted();
      yield part;
      if (part.kind === 'messages') messages += part.messages.length;
      if (performance.now() - toldAtMs < PROGRESS_MS) continue;
      toldAtMs = performance.now();
      const { matchedCount } = await transcripts.updateOne(own, { $set: { messages } });
      if (matchedCount === 0) throw new LostError();
    }
  }

  const parts = counted(readTranscript(deps, job, searchOf(deps, job)));
  const pieces = formats[job.format](parts, {
    language: job.language,
    timeZone: await deps.timeZone(),
    now: currentTime(),
    readPhoto: createPhotoReader(deps),
  });
  const file = await files.store([Readable.from(pieces, { objectMode: false })], job._id.toHexString(), {
    transcriptId: job._id,
  });
  const now = currentTime();
  const { matchedCount } = await transcripts.updateOne(
    { ...own, isVoid: { $exists: false } },
    {
      $set: {
        state: 'done',
        messages,
        fileId: file._id,
        sizeBytes: file.sizeBytes,
        finishedAt: now,
        expiresAt: expiryAt(now),
      },
      $unset: isOver,
    },
  );
  if (matchedCount === 1) return 'done';
  await files.remove(file._id);
  return (await transcripts.exists({ ...own, isVoid: true })) ? 'void' : 'lost';
}

/** Another process has the job, or it was deleted. */
export class LostError extends Error {}
