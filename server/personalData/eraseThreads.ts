/**
 * The client's conversations become emptied threads: closed, nameless, no longer found by the client's id in the
 * network. Screens that hold them hear of it like of any change.
 */
import type { Model, Types } from 'mongoose';
import { limits } from '../../shared/limits.ts';
import type { Conversation } from '../conversations/conversation.model.ts';
import type { ErasedDialogues } from '../conversations/intake/erasedDialogues.ts';
import type { Message } from '../conversations/message.model.ts';
import { ERASED_NAME } from './eraseClientRow.ts';
import { type EraseMessagesDeps, eraseMessages } from './eraseMessages.ts';
import type { Erasure } from './erasure.model.ts';

export interface EraseThreadsDeps extends EraseMessagesDeps {
  conversations: Model<Conversation>;
  erasedDialogues: Pick<ErasedDialogues, 'add'>;
  /** Service messages that the emptied entries stand for. */
  eraseServiceMessages(ids: Types.ObjectId[]): Promise<void>;
}

const erasedPeer = ({ _id }: Pick<Conversation, '_id'>) => `erased:${_id.toHexString()}`;

export async function eraseThreads(
  deps: EraseThreadsDeps,
  { clientId, emptiedAt }: Pick<Erasure, 'clientId' | 'emptiedAt'>,
  now: Date,
): Promise<void> {
  const found = deps.conversations
    .find({ clientId })
    .sort({ lastActivityAt: -1 })
    .batchSize(50)
    .lean<Conversation[]>()
    .cursor();
  for await (const conversation of found) {
    // A message that is ahead of its row is counted first: a place that was not folded stays so.
    await deps.conversationStore.rollForward(conversation._id);
    await closeRow(deps, conversation, now);
    await emptyThread(deps, conversation, { isFirst: emptiedAt === null, now });
    // Somebody who held the row as it was may have added to it meanwhile.
    await closeRow(deps, conversation, now);
  }
}

async function closeRow(
  { conversationStore, erasedDialogues }: EraseThreadsDeps,
  { _id, communityId }: Conversation,
  now: Date,
): Promise<void> {
  const { peerId, tailPosition, erasedAt } = await conversationStore.change(_id, () => null);
  if (!erasedAt) await erasedDialogues.add(communityId.toHexString(), peerId, { tailPosition, until: now });
  await conversationStore.change(_id, (conversation) =>
    conversation.erasedAt && conversation.isResolved && !conversation.isUnread
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
          readReplyCount: conversation.replyCount,
          isUnread: false,
          canWrite: false,
          isMatched: false,
          erasedAt: conversation.erasedAt ?? now,
        },
  );
}

/** The first time through it tells of every message: one that died on the way may have emptied some and told nobody. */
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
    const full = isFirst ? page : page.filter((message) => message.peerId !== peerId || !isBlank(message));
    await keepErased(deps, full, peerId, now);
    await eraseMessages(deps, conversation._id, full, { peerId, now });
  }
}

/** What came after the row was closed is erased too, and must not be read again either. */
async function keepErased(
  { erasedDialogues }: EraseThreadsDeps,
  messages: Message[],
  erasedPeerId: string,
  until: Date,
): Promise<void> {
  const unattributedMessages = messages.filter(({ peerId }) => peerId !== erasedPeerId);
  const last = unattributedMessages.at(-1);
  if (!last) return;
  const tailPosition = Math.max(0, ...unattributedMessages.map(({ position }) => position ?? 0));
  await erasedDialogues.add(last.communityId.toHexString(), last.peerId, { tailPosition, until });
}

const isBlank = ({ kind, erasedAt }: Message) => kind === 'system' || erasedAt !== undefined;
