/**
 * Service messages for supervisors and administrators: search, detail, cancelling, trying again. A person limited to
 * some communities sees a message only when its current or last tried community is one of them.
 */

import { randomUUID } from 'node:crypto';
import { type Model, Types } from 'mongoose';
import type { z } from 'zod';
import type {
  AgainOutcome,
  DeliveriesPage,
  DeliveryDetail,
  DeliveryFilters,
  deliverySearch,
} from '../../shared/schemas/delivery.ts';
import { deliveryLimits } from '../../shared/schemas/delivery.ts';
import { v1ErrorBody } from '../../shared/v1/errorCodes.ts';
import type { NewAuditLine } from '../audit/audit.ts';
import type { Audited } from '../audit/audited.ts';
import { canSeeCommunity, conversationFilterFor, visibleCommunityIds } from '../auth/permissions.ts';
import type { SignedInPerson } from '../auth/signedIn.ts';
import type { Community } from '../communities/community.model.ts';
import { listCommunities } from '../communities/listCommunities.ts';
import type { Conversation } from '../conversations/conversation.model.ts';
import { phoneOrNull } from '../phones/readPhone.ts';
import type { Phones } from '../phones/servicePhones.ts';
import type { Accepting, AcceptOutcome } from '../serviceMessages/ports.ts';
import type { ServiceMessage } from '../serviceMessages/serviceMessage.model.ts';
import { cancelWaiting } from '../serviceMessages/statuses/cancelWaiting.ts';
import type { StatusEffects } from '../serviceMessages/statuses/statusEffects.ts';
import { formatCursor, parseCursor } from '../storage/pageCursor.ts';
import type { ImageStore } from '../templates/images/imageStore.ts';
import { toImageView } from '../templates/views.ts';
import { currentTime } from '../work/clock.ts';
import { type DeliveryQuery, deliveryQuery } from './deliveryQuery.ts';
import { toDetail, toRows } from './deliveryViews.ts';
import { lookReach, pageReach, readDeliveries } from './readDeliveries.ts';
import { type SenderDeps, sendersOf } from './senders.ts';
import { canTryAgain, tryAgain } from './tryAgain.ts';

export interface DeliveryDeps extends SenderDeps {
  companyId: Types.ObjectId;
  serviceMessages: Model<ServiceMessage>;
  communities: Model<Community>;
  conversations: Model<Conversation>;
  images: ImageStore;
  phones: Phones;
  statusEffects: StatusEffects;
  accepting: Accepting;
  audited: Audited;
}

/** Null when the typed text is not a phone. */
export async function queryFor(
  { companyId, communities, phones }: DeliveryDeps,
  person: SignedInPerson,
  filters: DeliveryFilters,
): Promise<DeliveryQuery | null> {
  const phone = filters.phone === undefined ? null : phoneOrNull(filters.phone);
  const phoneIndex = phone === null ? null : phones.indexOf(phone);
  if (filters.phone !== undefined && phoneIndex === null) return null;
  const all = await listCommunities(communities, companyId);
  return deliveryQuery(person, filters, { companyId, communities: all, phoneIndex });
}

export async function searchDeliveries(
  deps: DeliveryDeps,
  person: SignedInPerson,
  search: z.output<typeof deliverySearch>,
): Promise<DeliveriesPage | null> {
  const query = await queryFor(deps, person, search);
  if (!query) return null;
  const [page, known] = await Promise.all([
    readDeliveries(deps.serviceMessages, query, {
      place: parseCursor(search.cursor),
      limit: search.limit,
      reach: search.isLook ? lookReach : pageReach,
    }),
    readKnown(deps, person, search.known),
  ]);
  const [rows, knownRows] = await Promise.all([
    toRows(deps, page.messages, person.role),
    toRows(deps, known, person.role),
  ]);
  return {
    rows,
    known: knownRows,
    nextCursor: page.next && formatCursor(page.next),
    searchedTo: page.searchedTo?.toISOString() ?? null,
  };
}

async function readKnown(
  { companyId, serviceMessages }: DeliveryDeps,
  person: SignedInPerson,
  ids: readonly string[],
): Promise<ServiceMessage[]> {
  if (ids.length === 0) return [];
  return serviceMessages
    .find({
      _id: { $in: ids.map((id) => new Types.ObjectId(id)) },
      companyId,
      ...conversationFilterFor(person),
    } as never)
    .limit(deliveryLimits.known)
    .lean<ServiceMessage[]>();
}

/** Null when the message does not exist or the person may not see it. */
async function readVisible(
  deps: DeliveryDeps,
  person: SignedInPerson,
  messageId: string,
): Promise<ServiceMessage | null> {
  const [message] = await readKnown(deps, person, [messageId]);
  return message ?? null;
}

export async function readDelivery(
  deps: DeliveryDeps,
  person: SignedInPerson,
  messageId: string,
): Promise<DeliveryDetail | null> {
  const message = await readVisible(deps, person, messageId);
  if (!message) return null;
  const [[row], communities, images, senders, conversationId] = await Promise.all([
    toRows(deps, [message], person.role),
    listCommunities(deps.communities, deps.companyId),
    message.imageIds.length === 0 ? [] : deps.images.find(deps.companyId, message.imageIds),
    sendersOf(deps, [message.senderKey]),
    visibleConversation(deps, person, message),
  ]);
  const byId = new Map(images.map((image) => [image._id.toHexString(), image]));
  const inOrder = message.imageIds.flatMap((id) => byId.get(id) ?? []);
  return toDetail(message, {
    row: row!,
    // A message may have been tried in a community that this person does not know.
    communities: communities.filter(({ _id: id }) => canSeeCommunity(person, id.toHexString())),
    images: inOrder.map(toImageView),
    sender: senders.get(message.senderKey)!,
    conversationId,
  });
}

async function visibleConversation(
  { companyId, conversations }: DeliveryDeps,
  person: SignedInPerson,
  { conversationId }: ServiceMessage,
): Promise<string | null> {
  if (!conversationId) return null;
  const isSeen = await conversations.exists({
    _id: conversationId,
    companyId,
    ...conversationFilterFor(person),
  } as never);
  return isSeen ? conversationId.toHexString() : null;
}

export type CancelOutcome = { kind: 'cancelled' } | { kind: 'notFound' } | { kind: 'notCancellable' };

export async function cancelDelivery(
  deps: DeliveryDeps,
  person: SignedInPerson,
  messageId: string,
): Promise<CancelOutcome> {
  const line = lineOf(deps, person, 'delivery.cancelled', messageId);
  return deps.audited<CancelOutcome>([line], async () => {
    const { kind } = await cancelWaiting(deps, () => readVisible(deps, person, messageId));
    return { answer: { kind }, lines: kind === 'cancelled' ? [line] : [] };
  });
}

/** One outcome per id, in order. A message that the person may not see is answered like one that does not exist. */
export async function tryDeliveriesAgain(
  deps: DeliveryDeps,
  person: SignedInPerson,
  messageIds: readonly string[],
): Promise<AgainOutcome[]> {
  const visible = await readKnown(deps, person, messageIds);
  const retryable = visible.filter(canTryAgain);
  const outcomes = await auditedAgain(deps, person, retryable);
  const byId = new Map(retryable.map(({ _id }, at) => [_id.toHexString(), outcomes[at]!]));
  const results: AgainOutcome[] = [];
  for (const id of messageIds) {
    const outcome = byId.get(id);
    if (!outcome) results.push({ id, outcome: 'notNow', messageId: null, reason: null });
    else if (outcome.kind === 'refused')
      results.push({
        id,
        outcome: 'refused',
        messageId: null,
        reason: v1ErrorBody(outcome.refusal).message,
      });
    else {
      const messageId = outcome.message._id.toHexString();
      results.push({ id, outcome: outcome.kind, messageId, reason: null });
    }
  }
  return results;
}

/** A message that was tried again before gets no second line. */
async function auditedAgain(
  deps: DeliveryDeps,
  person: SignedInPerson,
  messages: readonly ServiceMessage[],
): Promise<AcceptOutcome[]> {
  if (messages.length === 0) return [];
  const planned = messages.map(({ _id }) => lineOf(deps, person, 'delivery.triedAgain', _id.toHexString()));
  return deps.audited(planned, async () => {
    const answer = await tryAgain(deps, messages, visibleCommunityIds(person));
    const lines = answer.flatMap((outcome, at) =>
      outcome.kind === 'accepted'
        ? [{ ...planned[at]!, details: { againId: outcome.message._id.toHexString() } }]
        : [],
    );
    return { answer, lines };
  });
}

function lineOf<Action extends 'delivery.cancelled' | 'delivery.triedAgain'>(
  { companyId }: DeliveryDeps,
  person: SignedInPerson,
  action: Action,
  messageId: string,
): NewAuditLine<Action> {
  return {
    _id: `${action}:${messageId}:${randomUUID()}`,
    companyId,
    at: currentTime(),
    personId: person.id,
    personName: person.name,
    action,
    subject: { kind: 'serviceMessage', id: messageId, name: messageId },
    details: {},
  };
}
