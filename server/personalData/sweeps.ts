/**
 * Removes data older than its retention period, one bounded step at a time. A message keeps its place in the thread
 * and loses its content. Its id begins with the second in which it was stored, so the `_id` index finds old messages.
 */
import { type Model, Types } from 'mongoose';
import { limits } from '../../shared/limits.ts';
import type { StoredRegisterLine } from '../accessRegister/register.model.ts';
import type { Campaign, CampaignModels } from '../campaigns/campaign.model.ts';
import { withoutHeaders } from '../campaigns/eraseRows.ts';
import type { Message } from '../conversations/message.model.ts';
import type { Logger } from '../observability/logger.ts';
import type { Review } from '../quality/quality.model.ts';
import type { ServiceMessage } from '../serviceMessages/serviceMessage.model.ts';
import type { StatusEffects } from '../serviceMessages/statuses/statusEffects.ts';
import type { StatusNotices } from '../statusWebhooks/statusNotices.model.ts';
import { isolated } from '../storage/isolate.ts';
import type { UploadStore } from '../uploads/uploadStore.ts';
import { type EraseMessagesDeps, eraseMessages } from './eraseMessages.ts';
import type { Retention } from './retention.model.ts';

export interface SweepDeps
  extends Omit<EraseMessagesDeps, 'uploads'>,
    Pick<CampaignModels, 'campaigns' | 'campaignRows' | 'campaignRefusals'> {
  companyId: Types.ObjectId;
  retention: Model<Retention>;
  messages: Model<Message>;
  serviceMessages: Model<ServiceMessage>;
  statusNotices: Model<StatusNotices>;
  register: Model<StoredRegisterLine>;
  reviews: Model<Review>;
  uploads: Pick<UploadStore, 'erase' | 'sweep'>;
  /** Removes images that no template uses. One step; true while there may be more. */
  sweepImages(now: Date, keptMs: number): Promise<boolean>;
  /** Removes files that a process stored or removed only halfway. One step; true while there may be more. */
  sweepPieces(now: Date): Promise<boolean>;
  statusEffects: Pick<StatusEffects, 'findPending'>;
  logger: Logger;
}

const DAY_MS = 86_400_000;
const AT_ONCE = 500;
const CAMPAIGNS_AT_ONCE = 20;

export const daysBefore = (now: Date, days: number) => new Date(now.getTime() - days * DAY_MS);

const idAt = (moment: Date) =>
  Types.ObjectId.createFromTime(Math.max(0, Math.floor(moment.getTime() / 1000)));

/** Each of these does one step and returns true while there may be more. */
export async function sweepMessages(deps: SweepDeps, before: Date, now: Date): Promise<boolean> {
  const { retention, companyId, messages } = deps;
  const state = await retention.findById(companyId).lean<Retention>();
  const from = state?.messagesUpTo;
  const batch = await messages
    .find({ _id: { ...(from ? { $gt: from } : {}), $lt: idAt(before) } })
    .sort({ _id: 1 })
    .limit(limits.changesPerPacket)
    .lean<Message[]>();
  const last = batch.at(-1);
  if (!last) return false;
  const failed = await emptyThreads(deps, groupByConversation(batch), now);
  // Two sweeps at once erase the same messages; the filter keeps the checkpoint from going back.
  await retention.updateOne(
    { _id: companyId, ...(from ? { messagesUpTo: from } : { messagesUpTo: { $exists: false } }) },
    {
      $set: { messagesUpTo: last._id },
      ...(failed.length > 0 && { $addToSet: { messagesFailed: { $each: failed } } }),
    },
  );
  return batch.length === limits.changesPerPacket;
}

/** Messages that an earlier sweep could not empty. */
export async function sweepFailedMessages(deps: SweepDeps, now: Date): Promise<boolean> {
  const { retention, companyId, messages } = deps;
  const state = await retention.findById(companyId).lean<Retention>();
  const ids = state?.messagesFailed?.slice(0, limits.changesPerPacket) ?? [];
  if (ids.length === 0) return false;
  const found = await messages.find({ _id: { $in: ids } }).lean<Message[]>();
  const failed = new Set((await emptyThreads(deps, groupByConversation(found), now)).map(String));
  const done = ids.filter((id) => !failed.has(id.toHexString()));
  await retention.updateOne({ _id: companyId }, { $pull: { messagesFailed: { $in: done } } as never });
  return false;
}

/** Returns the ids of those messages that could not be emptied: their conversation stops no other one. */
async function emptyThreads(
  deps: SweepDeps,
  byConversation: Map<string, Message[]>,
  now: Date,
): Promise<Types.ObjectId[]> {
  const failed: Types.ObjectId[] = [];
  for (const [conversationId, of] of byConversation)
    await isolated(
      () => eraseMessages(deps, of[0]!.conversationId, of, { now }),
      (err) => {
        deps.logger.error({ err, conversationId }, 'old messages could not be emptied; it is tried again');
        failed.push(...of.map(({ _id }) => _id));
      },
    );
  return failed;
}

function groupByConversation(messages: Message[]): Map<string, Message[]> {
  const byConversation = new Map<string, Message[]>();
  for (const message of messages) {
    // Erased messages are not skipped: a process that crashed may not have published them.
    if (message.kind === 'system') continue;
    const key = message.conversationId.toHexString();
    byConversation.set(key, [...(byConversation.get(key) ?? []), message]);
  }
  return byConversation;
}

/**
 * Removes only messages that have ended and whose effects have run. Sorted by `acceptedAt`: the id is derived from
 * the idempotency token and carries no time.
 */
export async function sweepServiceMessages(
  { companyId, serviceMessages, statusNotices, statusEffects }: SweepDeps,
  before: Date,
): Promise<boolean> {
  const hasEnded = { outbox: { $exists: false }, expiryDueAt: { $exists: false } };
  const batch = await serviceMessages
    .find({ companyId, acceptedAt: { $lt: before }, ...hasEnded }, { history: 1, changeId: 1 })
    .sort({ acceptedAt: 1, _id: 1 })
    .limit(AT_ONCE)
    .lean<Pick<ServiceMessage, '_id' | 'history' | 'changeId'>[]>();
  if (batch.length === 0) return false;
  const pending = await statusEffects.findPending(batch);
  const removable = batch.filter(({ _id }) => !pending.has(_id.toHexString()));
  const ids = removable.map(({ _id }) => _id);
  await statusNotices.deleteMany({ _id: { $in: ids } });
  // A message that was changed meanwhile has new effects to run, so it stays.
  const changeIds = [
    ...new Map(removable.map(({ changeId }) => [String(changeId), changeId ?? null])).values(),
  ];
  await serviceMessages.deleteMany({ _id: { $in: ids }, ...hasEnded, changeId: { $in: changeIds } });
  return ids.length > 0 && batch.length === AT_ONCE;
}

/** Removes the rows of campaigns' lists and keeps their totals. Starts over at the end: some campaigns still run. */
export async function sweepCampaigns(deps: SweepDeps, before: Date): Promise<boolean> {
  const { retention, companyId, campaigns, campaignRows, campaignRefusals } = deps;
  const state = await retention.findById(companyId).lean<Retention>();
  const batch = await campaigns
    .find({ _id: { ...(state?.mailingsUpTo ? { $gt: state.mailingsUpTo } : {}), $lt: idAt(before) } })
    .sort({ _id: 1 })
    .limit(CAMPAIGNS_AT_ONCE)
    .lean<Campaign[]>();
  for (const campaign of batch) {
    const { _id, headers, headersSealed } = campaign;
    // A campaign that was never started, is paused or failed is cancelled: its rows are too old to send.
    await campaigns.updateOne(
      { _id, state: { $in: ['uploaded', 'ready', 'paused', 'failed'] } },
      { $set: { state: 'cancelling' } },
    );
    const isOver = await campaigns.exists({ _id, state: { $in: ['done', 'cancelled'] } });
    if (!isOver) continue;
    await campaignRefusals.deleteMany({ mailingId: _id });
    const { deletedCount } = await campaignRows.deleteMany({ mailingId: _id });
    if (deletedCount > 0 || headersSealed !== undefined || headers.some((each) => each !== ''))
      await campaigns.updateOne({ _id }, withoutHeaders(campaign));
  }
  const isEnd = batch.length < CAMPAIGNS_AT_ONCE;
  await retention.updateOne(
    { _id: companyId },
    isEnd ? { $unset: { mailingsUpTo: 1 } } : { $set: { mailingsUpTo: batch.at(-1)!._id } },
  );
  return !isEnd;
}

export async function sweepRegister({ companyId, register }: SweepDeps, before: Date): Promise<boolean> {
  const batch = await register
    .find({ companyId, at: { $lt: before } }, { _id: 1 })
    .sort({ at: 1, _id: 1 })
    .limit(AT_ONCE)
    .lean<Pick<StoredRegisterLine, '_id'>[]>();
  if (batch.length > 0) await register.deleteMany({ _id: { $in: batch.map(({ _id }) => _id) } });
  return batch.length === AT_ONCE;
}
