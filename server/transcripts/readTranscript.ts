/**
 * Reads what a transcript holds, a page at a time, so that memory stays flat. Before each page the person's rights are
 * checked again, and each conversation is written down before it is read (see the model).
 */
import { type Model, Types } from 'mongoose';
import { can, maskPhone, type Permitted, visibleCommunityIds } from '../auth/permissions.ts';
import type { Client } from '../clients/client.model.ts';
import type { Community } from '../communities/community.model.ts';
import type { Conversation } from '../conversations/conversation.model.ts';
import type { Message } from '../conversations/message.model.ts';
import { openClientPhone } from '../phones/clientPhones.ts';
import type { SearchRequest } from '../search/search.ts';
import { insertEach, isDuplicate, throwUnless } from '../storage/bulkWrites.ts';
import type { Sealing } from '../storage/sealing.ts';
import type { Transcript, TranscriptModels } from './transcript.model.ts';

export interface ReadTranscriptDeps extends TranscriptModels {
  companyId: Types.ObjectId;
  conversations: Model<Conversation>;
  messages: Model<Message>;
  clients: Model<Client>;
  communities: Model<Community>;
  sealing: Sealing;
  readPerson(personId: string): Promise<Permitted | null>;
  /** One page of a search: ids of its messages with their conversations, the newest first. */
  searchPage(request: SearchRequest): Promise<SearchedPage>;
}

export interface SearchedPage {
  hits: { messageId: string; conversationId: string }[];
  after: SearchRequest['after'];
  /** The search took too long, and nothing tells where it would go on. */
  isCut: boolean;
}

/** The beginning of a conversation, then its messages; a search may come back to a conversation. */
export type TranscriptPart =
  | { kind: 'conversation'; conversation: TranscriptConversation }
  | { kind: 'messages'; conversation: TranscriptConversation; messages: Message[] };

export interface TranscriptConversation {
  id: string;
  clientName: string;
  /** Masked by the person's role; null when none is known. */
  phone: string | null;
  communityName: string;
  network: Conversation['network'];
}

/** The job ends without a file, and nothing is wrong with the desk. */
export class StoppedError extends Error {
  readonly reason: 'rightsEnded' | 'searchCut';
  constructor(reason: StoppedError['reason']) {
    super(`The transcript was stopped: ${reason}`);
    this.reason = reason;
  }
}

const MESSAGES_AT_ONCE = 500;
const HITS_AT_ONCE = 200;

export async function* readTranscript(
  deps: ReadTranscriptDeps,
  job: Transcript,
  searchRequest: Omit<SearchRequest, 'communityIds' | 'after' | 'limit'> | null,
): AsyncGenerator<TranscriptPart> {
  if (searchRequest) yield* readSearch(deps, job, searchRequest);
  else for (const id of job.conversationIds) yield* readConversation(deps, job, id);
}

async function* readConversation(
  deps: ReadTranscriptDeps,
  job: Transcript,
  conversationId: Types.ObjectId,
): AsyncGenerator<TranscriptPart> {
  await assertRights(deps, job);
  await writeDown(deps, job, [conversationId]);
  const [conversation] = await readHeads(deps, job, [conversationId]);
  if (!conversation) return;
  yield { kind: 'conversation', conversation };
  for (let seq = 0; ; ) {
    const page = await deps.messages
      .find({ conversationId, seq: { $gt: seq } })
      .sort({ seq: 1 })
      .limit(MESSAGES_AT_ONCE)
      .lean<Message[]>();
    const messages = shown(job, page);
    if (messages.length > 0) yield { kind: 'messages', conversation, messages };
    const last = page.at(-1);
    if (!last || page.length < MESSAGES_AT_ONCE) return;
    seq = last.seq;
    await assertRights(deps, job);
  }
}

async function* readSearch(
  deps: ReadTranscriptDeps,
  job: Transcript,
  request: Omit<SearchRequest, 'communityIds' | 'after' | 'limit'>,
): AsyncGenerator<TranscriptPart> {
  let after: SearchRequest['after'] = null;
  let shownLast: string | null = null;
  do {
    await assertRights(deps, job);
    const found = await deps.searchPage({
      ...request,
      communityIds: job.communityIds,
      after,
      limit: HITS_AT_ONCE,
    });
    if (found.isCut && !found.after) throw new StoppedError('searchCut');
    const ids = [...new Set(found.hits.map(({ conversationId }) => conversationId))].map(
      (id) => new Types.ObjectId(id),
    );
    await writeDown(deps, job, ids);
    const heads = new Map((await readHeads(deps, job, ids)).map((each) => [each.id, each]));
    const stored = await deps.messages
      .find({ _id: { $in: found.hits.map(({ messageId }) => messageId) }, conversationId: { $in: ids } })
      .lean<Message[]>();
    const byId = new Map(shown(job, stored).map((each) => [each._id.toHexString(), each]));
    for (const { messageId, conversationId } of found.hits) {
      const [conversation, message] = [heads.get(conversationId), byId.get(messageId)];
      if (!conversation || !message) continue;
      if (shownLast !== conversationId) yield { kind: 'conversation', conversation };
      shownLast = conversationId;
      yield { kind: 'messages', conversation, messages: [message] };
    }
    after = found.after;
  } while (after);
}

const shown = ({ withNotes }: Transcript, messages: readonly Message[]) =>
  messages.filter(({ kind }) => withNotes || kind !== 'note');

async function assertRights({ readPerson }: ReadTranscriptDeps, job: Transcript): Promise<void> {
  const person = await readPerson(job.personId);
  if (!person || !mayHave(person, job)) throw new StoppedError('rightsEnded');
}

/** Whether the person may still see all that they might see when they asked. */
export function mayHave(person: Permitted, { communityIds }: Pick<Transcript, 'communityIds'>): boolean {
  if (!can(person, 'exportHistory')) return false;
  const visible = visibleCommunityIds(person);
  return visible === 'all' || (communityIds?.every((id) => visible.includes(id)) ?? false);
}

/** Before these conversations are read: from then on an erasure of their client finds the job. */
async function writeDown(
  { transcriptThreads }: ReadTranscriptDeps,
  { _id: transcriptId }: Transcript,
  conversationIds: readonly Types.ObjectId[],
): Promise<void> {
  const rows = conversationIds.map((conversationId) => ({
    _id: `${transcriptId.toHexString()}:${conversationId.toHexString()}`,
    transcriptId,
    conversationId,
  }));
  throwUnless(await insertEach(transcriptThreads.collection as never, rows), isDuplicate);
}

/** Only of conversations that the person may see, and whose client was not erased. */
async function readHeads(
  deps: ReadTranscriptDeps,
  { communityIds, personId }: Transcript,
  ids: readonly Types.ObjectId[],
): Promise<TranscriptConversation[]> {
  const { companyId, conversations, clients, communities, sealing } = deps;
  const found = await conversations
    .find({
      _id: { $in: ids },
      companyId,
      erasedAt: { $exists: false },
      ...(communityIds && { communityId: { $in: communityIds } }),
    } as never)
    .lean<Conversation[]>();
  const [people, places, person] = await Promise.all([
    clients
      .find({ _id: { $in: found.map(({ clientId }) => clientId) } }, { phoneSealed: 1 })
      .lean<Pick<Client, '_id' | 'phoneSealed'>[]>(),
    communities
      .find({ _id: { $in: found.map(({ communityId }) => communityId) } }, { name: 1 })
      .lean<Pick<Community, '_id' | 'name'>[]>(),
    deps.readPerson(personId),
  ]);
  const phoneOf = new Map(people.map(({ _id, phoneSealed }) => [_id.toHexString(), phoneSealed]));
  const nameOf = new Map(places.map(({ _id, name }) => [_id.toHexString(), name]));
  return found.map(({ _id, clientId, clientName, communityId, network }) => {
    const sealed = phoneOf.get(clientId.toHexString());
    return {
      id: _id.toHexString(),
      clientName,
      phone: sealed ? maskPhone(openClientPhone(sealing, clientId, sealed), person?.role ?? 'agent') : null,
      communityName: nameOf.get(communityId.toHexString()) ?? '',
      network,
    };
  });
}
