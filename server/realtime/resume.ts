/**
 * Brings a tab up to date after any gap: the tab sends what it holds with revisions, and gets what differs. A
 * conversation that the person may no longer see is left out of the answer; the tab drops it.
 */
import { type Model, type QueryFilter, Types } from 'mongoose';
import type { ResumeAnswer, ResumeRequest } from '../../shared/events.ts';
import { limits } from '../../shared/limits.ts';
import type { CommunityView } from '../../shared/schemas/community.ts';
import type { PersonView } from '../../shared/schemas/person.ts';
import { conversationFilterFor } from '../auth/permissions.ts';
import type { SignedInPerson } from '../auth/signedIn.ts';
import type { Conversation } from '../conversations/conversation.model.ts';
import { toConversationRow } from '../conversations/list/conversationRow.ts';
import { listConversations } from '../conversations/list/listConversations.ts';
import type { Message } from '../conversations/message.model.ts';
import { listMessages } from '../conversations/thread/listMessages.ts';
import { toMessageView } from '../conversations/thread/messageView.ts';
import type { StoredReadMark } from '../conversations/thread/readMark.model.ts';
import { marksIn } from '../conversations/thread/readMarks.ts';

export type Resume = (person: SignedInPerson, request: ResumeRequest) => Promise<ResumeAnswer>;

export interface ResumeDeps {
  companyId: Types.ObjectId;
  conversations: Model<Conversation>;
  messages: Model<Message>;
  readMarks: Model<StoredReadMark>;
  communitiesFor(person: SignedInPerson): Promise<CommunityView[]>;
  people(): Promise<PersonView[]>;
}

export function createResume(deps: ResumeDeps): Resume {
  const { conversations, messages } = deps;

  /** Both add every conversation that they have read to `read`. */
  async function resumeThreads(
    audience: QueryFilter<Conversation>,
    held: ResumeRequest['threads'],
    read: Conversation[],
  ): Promise<ResumeAnswer['threads']> {
    if (held.length === 0) return [];
    const ids = held.map((thread) => new Types.ObjectId(thread.conversationId));
    const found = await conversations
      .find({ $and: [{ _id: { $in: ids } }, audience] })
      .lean<Conversation[]>();
    read.push(...found);
    const byId = new Map(found.map((conversation) => [conversation._id.toHexString(), conversation]));
    const stale = held.flatMap((thread) => {
      const conversation = byId.get(thread.conversationId);
      return conversation && conversation.revision !== thread.revision ? [{ thread, conversation }] : [];
    });
    return Promise.all(
      stale.map(async ({ thread, conversation }) => {
        const page = await listMessages(messages, conversation, { limit: limits.resumeMessages });
        const reachesBack = (page.messages[0]?.seq ?? 1) <= thread.fromSeq;
        return {
          row: toConversationRow(conversation),
          messages: page.messages.filter((message) => message.seq >= thread.fromSeq).map(toMessageView),
          isTruncated: page.hasOlder && !reachesBack,
        };
      }),
    );
  }

  async function resumeList(
    person: SignedInPerson,
    audience: QueryFilter<Conversation>,
    held: NonNullable<ResumeRequest['list']>,
    read: Conversation[],
  ): Promise<NonNullable<ResumeAnswer['list']>> {
    const { rows, nextCursor } = await listConversations(conversations, {
      audience,
      filter: held.filter,
      communityId: held.communityId,
      ...(held.waiting ? { waiting: true } : {}),
      ...(held.assigneeId ? { assigneeId: held.assigneeId } : {}),
      personId: new Types.ObjectId(person.id),
      limit: Math.min(Math.max(held.rows.length, limits.conversationsPage), limits.resumeRows),
    });
    read.push(...rows);
    const knownRevision = new Map(held.rows.map((row) => [row.id, row.revision]));
    return {
      order: rows.map((conversation) => conversation._id.toHexString()),
      rows: rows
        .filter((conversation) => knownRevision.get(conversation._id.toHexString()) !== conversation.revision)
        .map(toConversationRow),
      nextCursor,
    };
  }

  return async (person, request) => {
    const audience: QueryFilter<Conversation> = {
      companyId: deps.companyId,
      ...conversationFilterFor(person),
    };
    const read: Conversation[] = [];
    const [threads, list, communities, people] = await Promise.all([
      resumeThreads(audience, request.threads, read),
      request.list ? resumeList(person, audience, request.list, read) : null,
      deps.communitiesFor(person),
      deps.people(),
    ]);
    // After the conversations: a mark that is newer than its conversation is right all the same.
    const byId = new Map(read.map((conversation) => [conversation._id.toHexString(), conversation]));
    const readMarks = await marksIn(deps.readMarks, person.id, [...byId.values()]);
    return { threads, list, readMarks, communities, people };
  };
}
