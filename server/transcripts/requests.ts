/** What people do with transcripts: ask for one, see their own, start one again, delete one. */
import { type Model, Types } from 'mongoose';
import type { z } from 'zod';
import {
  type TranscriptScope,
  type TranscriptView,
  transcriptLimits,
  type transcriptRequest,
} from '../../shared/schemas/transcript.ts';
import { conversationFilterFor, type Permitted, visibleCommunityIds } from '../auth/permissions.ts';
import type { Conversation } from '../conversations/conversation.model.ts';
import type { SearchRequest } from '../search/search.ts';
import type { FileBucket } from '../storage/fileBucket.ts';
import type { Sealing } from '../storage/sealing.ts';
import { currentTime } from '../work/clock.ts';
import { searchPurpose, type Transcript, type TranscriptModels } from './transcript.model.ts';

export interface RequestDeps extends TranscriptModels {
  companyId: Types.ObjectId;
  conversations: Model<Conversation>;
  sealing: Sealing;
  files: FileBucket<{ _id: Types.ObjectId }>;
}

export type Asked = z.output<typeof transcriptRequest>;
/** What is searched, without the place and the person's communities. */
export type AskedSearch = Omit<SearchRequest, 'communityIds' | 'after' | 'limit'>;

export type RequestOutcome =
  | { kind: 'asked'; transcript: Transcript }
  | { kind: 'conversationNotFound' }
  | { kind: 'tooMany' };

/**
 * @param found what a search asks for, with the communities that the person may see and has chosen.
 * @param record writes the request to the audit and the register, before the job exists.
 */
export async function requestTranscript(
  deps: RequestDeps,
  person: Permitted & { name: string },
  { format, language, withNotes, conversationIds = [] }: Asked,
  found: { search: AskedSearch; communityIds: readonly string[] | null } | null,
  record: (transcript: Transcript, clientId: Types.ObjectId | null) => Promise<void>,
): Promise<RequestOutcome> {
  const { companyId, transcripts, conversations, sealing } = deps;
  const active = await transcripts.countDocuments({
    companyId,
    personId: person.id,
    state: { $in: ['queued', 'running'] },
  });
  if (active >= transcriptLimits.atOnce) return { kind: 'tooMany' };
  const ids = [...new Set(conversationIds)].map((id) => new Types.ObjectId(id));
  const visible = await conversations
    .find({ _id: { $in: ids }, companyId, ...conversationFilterFor(person) } as never, {
      lastSeq: 1,
      clientId: 1,
    })
    .lean<Pick<Conversation, '_id' | 'lastSeq' | 'clientId'>[]>();
  if (visible.length < ids.length) return { kind: 'conversationNotFound' };
  const scope: TranscriptScope = found ? 'search' : ids.length === 1 ? 'conversation' : 'selection';
  const all = visibleCommunityIds(person);
  const now = currentTime();
  const _id = new Types.ObjectId();
  const communityIds = found ? found.communityIds : all === 'all' ? null : all;
  const transcript: Transcript = {
    _id,
    companyId,
    personId: person.id,
    personName: person.name,
    communityIds: communityIds && [...communityIds],
    format,
    language,
    withNotes,
    scope,
    conversationIds: ids,
    ...(found && { searchSealed: sealing.seal(JSON.stringify(found.search), searchPurpose(_id)) }),
    state: 'queued',
    reason: null,
    messages: 0,
    ofMessages: found ? null : visible.reduce((sum, { lastSeq }) => sum + lastSeq, 0),
    dueAt: now,
    failures: 0,
    requestedAt: now,
  };
  await record(transcript, visible.length === 1 ? visible[0]!.clientId : null);
  await transcripts.create(transcript);
  return { kind: 'asked', transcript };
}

/** Null for a job of conversations. */
export function searchOf(
  { sealing }: Pick<RequestDeps, 'sealing'>,
  { _id, searchSealed }: Transcript,
): AskedSearch | null {
  if (searchSealed === undefined) return null;
  const stored = JSON.parse(sealing.open(searchSealed, searchPurpose(_id))) as AskedSearch;
  const dateOf = (text: unknown) => (typeof text === 'string' ? new Date(text) : null);
  return { ...stored, from: dateOf(stored.from), before: dateOf(stored.before) };
}

export async function listTranscripts(deps: RequestDeps, personId: string): Promise<TranscriptView[]> {
  const { companyId, transcripts } = deps;
  const found = await transcripts
    .find({ companyId, personId })
    .sort({ requestedAt: -1, _id: -1 })
    .limit(transcriptLimits.listed)
    .lean<Transcript[]>();
  return viewsOf(deps, found);
}

/** Clients' names as they are now: nothing of an erased client is kept in a job. */
export async function viewsOf(
  { conversations }: Pick<RequestDeps, 'conversations'>,
  jobs: readonly Transcript[],
): Promise<TranscriptView[]> {
  const single = jobs.flatMap(({ scope, conversationIds: [id] }) =>
    scope === 'conversation' && id ? [id] : [],
  );
  const named = await conversations
    .find({ _id: { $in: single } }, { clientName: 1 })
    .lean<Pick<Conversation, '_id' | 'clientName'>[]>();
  const nameOf = new Map(named.map(({ _id, clientName }) => [_id.toHexString(), clientName]));
  return jobs.map((job) => ({
    id: job._id.toHexString(),
    format: job.format,
    scope: job.scope,
    clientName:
      job.scope === 'conversation' ? (nameOf.get(job.conversationIds[0]?.toHexString() ?? '') ?? null) : null,
    state: job.state,
    reason: job.reason,
    messages: job.messages,
    ofMessages: job.ofMessages,
    sizeBytes: job.sizeBytes ?? null,
    requestedAt: job.requestedAt.toISOString(),
    finishedAt: job.finishedAt?.toISOString() ?? null,
    expiresAt: job.expiresAt?.toISOString() ?? null,
  }));
}

/** Null when it is another person's, or is not failed or stopped. */
export async function restartTranscript(
  { companyId, transcripts }: RequestDeps,
  person: Permitted,
  transcriptId: string,
): Promise<Transcript | null> {
  return transcripts
    .findOneAndUpdate(
      { _id: transcriptId, companyId, personId: person.id, state: { $in: ['failed', 'stopped'] } },
      {
        $set: { state: 'queued', reason: null, messages: 0, failures: 0, dueAt: currentTime() },
        $unset: { finishedAt: 1, expiresAt: 1, isVoid: 1, runId: 1 },
      },
      { returnDocument: 'after' },
    )
    .lean<Transcript>();
}

/** False when the person has no such transcript. A process that makes it finds out and removes its file. */
export async function deleteTranscript(
  deps: RequestDeps,
  personId: string,
  transcriptId: string,
): Promise<boolean> {
  const job = await deps.transcripts
    .findOne({ _id: transcriptId, companyId: deps.companyId, personId })
    .lean<Transcript>();
  if (!job) return false;
  await removeJob(deps, job);
  return true;
}

/** The job before its file: a file without a job is found by nobody, and the job leads to it. */
export async function removeJob(
  { transcripts, transcriptThreads, files }: Pick<RequestDeps, 'transcripts' | 'transcriptThreads' | 'files'>,
  { _id, fileId }: Pick<Transcript, '_id' | 'fileId'>,
): Promise<void> {
  if (fileId) await files.remove(fileId);
  await transcripts.deleteOne({ _id });
  await transcriptThreads.deleteMany({ transcriptId: _id });
}
