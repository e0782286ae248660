/**
 * Erases the client's conversations: each is resolved, loses the client's name and id in the network, and its
 * messages are emptied. Every change is published like any other.
 */
import type { Model, Types } from 'mongoose';
import { limits } from '../../shared/limits.ts';
import type { Conversation } from '../conversations/conversation.model.ts';
import type { Draft } from '../conversations/drafts/draft.model.ts';
import type { ErasedDialogues } from '../conversations/intake/erasedDialogues.ts';
import type { Message } from '../conversations/message.model.ts';
import { ERASED_NAME } from './eraseClientRow.ts';
import { type EraseMessagesDeps, eraseMessages } from './eraseMessages.ts';
import type { Erasure } from './erasure.model.ts';

export interface EraseThreadsDeps extends EraseMessagesDeps {
  conversations: Model<Conversation>;
  drafts: Model<Draft>;
  erasedDialogues: Pick<ErasedDialogues, 'add'>;
  /** Erases the service messages behind the thread's entries. */
  eraseServiceMessages(ids: Types.ObjectId[]): Promise<void>;
}

const erasedPeer = ({ _id }: Pick<Conversation, '_id'>) => `erased:${_id.toHexString()}`;

export async function eraseThreads(
  deps: EraseThreadsDeps,
  { clientId, emptiedAt }: Pick<Erasure, 'clientId' | 'emptiedAt'>,
  now: Date,
): Promise<void> {
  const conversations = deps.conversations
    .find({ clientId })
    .sort({ lastActivityAt: -1 })
    .batchSize(50)
    .lean<Conversation[]>()
    .cursor();
  for await (const conversation of conversations) {
    // First fold in stored messages that the conversation does not count yet: later they would stay uncounted.
    await deps.conversationStore.rollForward(conversation._id);
    await closeConversation(deps, conversation, now);
    await emptyThread(deps, conversation, { isFirst: emptiedAt === null, now });
    // What people had begun to write to the client; no new one is saved now.
    await deps.drafts.deleteMany({ conversationId: conversation._id });
    // Again: another process may have written from an older copy of the conversation meanwhile.
    await closeConversation(deps, conversation, now);
  }
}

async function closeConversation(
  { conversationStore, erasedDialogues }: EraseThreadsDeps,
  { _id, communityId }: Conversation,
  now: Date,
): Promise<void> {
  const { peerId, tailPosition, erasedAt } = await conversationStore.change(_id, () => null);
  if (!erasedAt) await erasedDialogues.add(communityId.toHexString(), peerId, { tailPosition, until: now });
  await conversationStore.change(_id, (conversation) =>
    conversation.erasedAt && conversation.isResolved && !conversation.isWaiting
      ? null
      : {
          peerId: erasedPeer(conversation),
          clientName: ERASED_NAME,
          clientHasAvatar: false,
          labels: [],
          status: 'resolved',
          isResolved: true,
          snoozedUntil: null,
          waitingSince: null,
          isWaiting: false,
          answeredReplyCount: conversation.replyCount,
          canWrite: false,
          isMatched: false,
          erasedAt: conversation.erasedAt ?? now,
        },
  );
}

/** The first run publishes every message: a process that crashed may have emptied some without publishing them. */
async function emptyThread(
  deps: EraseThreadsDeps,
  conversation: Conversation,
  { isFirst, now }: { isFirst: boolean; now: Date },
): Promise<void> {
  const peerId = erasedPeer(conversation);
  let seq = 0;
  for (;;) {
    const page = await deps.messages
      .find({ conversationId: conversation._id, seq: { $gt: seq } })
      .sort({ seq: 1 })
      .limit(limits.changesPerPacket)
      .lean<Message[]>();
    const last = page.at(-1);
    if (!last) break;
    seq = last.seq;
    await deps.eraseServiceMessages(page.flatMap(({ serviceMessageId }) => serviceMessageId ?? []));
    const toErase = isFirst
      ? page
      : page.filter((message) => message.peerId !== peerId || !isErased(message));
    await rememberErased(deps, toErase, peerId, now);
    await eraseMessages(deps, conversation._id, toErase, { peerId, now });
  }
}

/** Records messages that came after the conversation was closed, so that intake does not read them again. */
async function rememberErased(
  { erasedDialogues }: EraseThreadsDeps,
  messages: Message[],
  erasedPeerId: string,
  until: Date,
): Promise<void> {
  const lateMessages = messages.filter(({ peerId }) => peerId !== erasedPeerId);
  const last = lateMessages.at(-1);
  if (!last) return;
  const tailPosition = Math.max(0, ...lateMessages.map(({ position }) => position ?? 0));
  await erasedDialogues.add(last.communityId.toHexString(), last.peerId, { tailPosition, until });
}

const isErased = ({ kind, erasedAt }: Message) => kind === 'system' || erasedAt !== undefined;
