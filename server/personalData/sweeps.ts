/**
 * Removes what is kept longer than its time, a bounded step at a time. A message keeps its place in the thread and loses
 * its content; its id begins with the second in which it was stored, so that index finds what is old.
 */
import { type Model, Types } from 'mongoose';
import { limits } from '../../shared/limits.ts';
import type { StoredRegisterLine } from '../accessRegister/register.model.ts';
import type { Campaign, CampaignModels } from '../campaigns/campaign.model.ts';
import type { Message } from '../conversations/message.model.ts';
import type { ServiceMessage } from '../serviceMessages/serviceMessage.model.ts';
import type { StatusEffects } from '../serviceMessages/statusEffects.ts';
import type { StatusNotices } from '../statusWebhooks/statusNotices.model.ts';
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
  uploads: Pick<UploadStore, 'erase' | 'sweep'>;
  /** Images that no template has; one step, true while there may be more. */
  sweepImages(now: Date, keptMs: number): Promise<boolean>;
  /** What a process left of a file halfway; one step likewise. */
  sweepPieces(now: Date): Promise<boolean>;
  statusEffects: Pick<StatusEffects, 'findPending'>;
}

const DAY_MS = 86_400_000;
const AT_ONCE = 500;
const MAILINGS_AT_ONCE = 20;

export const daysBefore = (now: Date, days: number) => new Date(now.getTime() - days * DAY_MS);

const idAt = (moment: Date) =>
  Types.ObjectId.createFromTime(Math.max(0, Math.floor(moment.getTime() / 1000)));

/** Each of these does one step and returns true while there may be more. */
export async function sweepMessages(deps: SweepDeps, before: Date, now: Date): Promise<boolean> {
  const { retention, companyId, messages } = deps;
  const state = await retention.findById(companyId).lean<Retention>();
  const from = state?.messagesUpTo;
  const found = await messages
    .find({ _id: { ...(from ? { $gt: from } : {}), $lt: idAt(before) } })
    .sort({ _id: 1 })
    .limit(limits.changesPerPacket)
    .lean<Message[]>();
  const last = found.at(-1);
  if (!last) return false;
  const byConversation = new Map<string, Message[]>();
  for (const message of found) {
    // One that died here may have emptied some and told nobody: the whole step is done again.
    if (message.kind === 'system') continue;
    const key = message.conversationId.toHexString();
    byConversation.set(key, [...(byConversation.get(key) ?? []), message]);
  }
  for (const of of byConversation.values()) await eraseMessages(deps, of[0]!.conversationId, of, { now });
  // Two sweeps at once do the same messages; the place only moves on.
  await retention.updateOne(
    { _id: companyId, ...(from ? { messagesUpTo: from } : { messagesUpTo: { $exists: false } }) },
    { $set: { messagesUpTo: last._id } },
  );
  return found.length === limits.changesPerPacket;
}

/**
 * Only what has ended: what waits or is followed up stays until it has. By the time of accepting: the id of a message
 * that can be told again comes from its token and says nothing of its age.
 */
export async function sweepServiceMessages(
  { companyId, serviceMessages, statusNotices, statusEffects }: SweepDeps,
  before: Date,
): Promise<boolean> {
  const hasEnded = { outbox: { $exists: false }, expiryDueAt: { $exists: false } };
  const found = await serviceMessages
    .find({ companyId, acceptedAt: { $lt: before }, ...hasEnded }, { history: 1, changeId: 1 })
    .sort({ acceptedAt: 1, _id: 1 })
    .limit(AT_ONCE)
    .lean<Pick<ServiceMessage, '_id' | 'history' | 'changeId'>[]>();
  if (found.length === 0) return false;
  const open = await statusEffects.findPending(found);
  const followed = found.filter(({ _id }) => !open.has(_id.toHexString()));
  const ids = followed.map(({ _id }) => _id);
  await statusNotices.deleteMany({ _id: { $in: ids } });
  // One that was changed meanwhile has something to follow again.
  const changeIds = [
    ...new Map(followed.map(({ changeId }) => [String(changeId), changeId ?? null])).values(),
  ];
  await serviceMessages.deleteMany({ _id: { $in: ids }, ...hasEnded, changeId: { $in: changeIds } });
  return ids.length > 0 && found.length === AT_ONCE;
}

/** The lists' rows go, their sums stay. Walks round and round: what still runs is met again. */
export async function sweepCampaigns(deps: SweepDeps, before: Date): Promise<boolean> {
  const { retention, companyId, campaigns, campaignRows, campaignRefusals } = deps;
  const state = await retention.findById(companyId).lean<Retention>();
  const found = await campaigns
    .find({ _id: { ...(state?.mailingsUpTo ? { $gt: state.mailingsUpTo } : {}), $lt: idAt(before) } })
    .sort({ _id: 1 })
    .limit(MAILINGS_AT_ONCE)
    .lean<Campaign[]>();
  for (const { _id, headers } of found) {
    // What was never started, or stands still, will not be started with rows of that age.
    await campaigns.updateOne(
      { _id, state: { $in: ['uploaded', 'ready', 'paused'] } },
      { $set: { state: 'cancelling' } },
    );
    const isOver = await campaigns.exists({ _id, state: { $in: ['done', 'cancelled'] } });
    if (!isOver) continue;
    await campaignRefusals.deleteMany({ mailingId: _id });
    const { deletedCount } = await campaignRows.deleteMany({ mailingId: _id });
    if (deletedCount > 0 || headers.some((each) => each !== ''))
      await campaigns.updateOne({ _id }, { $set: { headers: headers.map(() => '') } });
  }
  const isRound = found.length < MAILINGS_AT_ONCE;
  await retention.updateOne(
    { _id: companyId },
    isRound ? { $unset: { mailingsUpTo: 1 } } : { $set: { mailingsUpTo: found.at(-1)!._id } },
  );
  return !isRound;
}

export async function sweepRegister({ companyId, register }: SweepDeps, before: Date): Promise<boolean> {
  const found = await register
    .find({ companyId, at: { $lt: before } }, { _id: 1 })
    .sort({ at: 1, _id: 1 })
    .limit(AT_ONCE)
    .lean<Pick<StoredRegisterLine, '_id'>[]>();
  if (found.length > 0) await register.deleteMany({ _id: { $in: found.map(({ _id }) => _id) } });
  return found.length === AT_ONCE;
}
