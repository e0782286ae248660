/**
 * Removes what is kept longer than its time, a bounded step at a time. A message keeps its place in the thread and loses
 * its content; its id begins with the second in which it was stored, so that index finds what is old.
 */
import { type Model, Types } from 'mongoose';
import { limits } from '../../shared/limits.ts';
import type { StoredRegisterLine } from '../accessRegister/register.model.ts';
import type { Mailing, MailingModels } from '../campaigns/mailing.model.ts';
import type { Message } from '../conversations/message.model.ts';
import type { FollowUps } from '../serviceMessages/followUps.ts';
import type { ServiceMessage } from '../serviceMessages/serviceMessage.model.ts';
import type { StatusNotices } from '../statusWebhooks/statusNotices.model.ts';
import type { UploadStore } from '../uploads/uploadStore.ts';
import { type BlankParts, blankMessages } from './blankMessages.ts';
import type { Retention } from './retention.model.ts';

export interface SweepParts
  extends Omit<BlankParts, 'uploads'>,
    Pick<MailingModels, 'mailings' | 'mailingRows' | 'mailingRefusals'> {
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
  followUps: Pick<FollowUps, 'findOpen'>;
}

const DAY_MS = 86_400_000;
const AT_ONCE = 500;
const MAILINGS_AT_ONCE = 20;

export const daysBefore = (now: Date, days: number) => new Date(now.getTime() - days * DAY_MS);

const idAt = (moment: Date) =>
  Types.ObjectId.createFromTime(Math.max(0, Math.floor(moment.getTime() / 1000)));

/** Each of these does one step and returns true while there may be more. */
export async function sweepMessages(parts: SweepParts, before: Date, now: Date): Promise<boolean> {
  const { retention, companyId, messages } = parts;
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
  for (const of of byConversation.values()) await blankMessages(parts, of[0]!.conversationId, of, { now });
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
  { companyId, serviceMessages, statusNotices, followUps }: SweepParts,
  before: Date,
): Promise<boolean> {
  const hasEnded = { outbox: { $exists: false }, expiryDueAt: { $exists: false } };
  const found = await serviceMessages
    .find({ companyId, acceptedAt: { $lt: before }, ...hasEnded }, { history: 1, changeId: 1 })
    .sort({ acceptedAt: 1, _id: 1 })
    .limit(AT_ONCE)
    .lean<Pick<ServiceMessage, '_id' | 'history' | 'changeId'>[]>();
  if (found.length === 0) return false;
  const open = await followUps.findOpen(found);
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
export async function sweepMailings(parts: SweepParts, before: Date): Promise<boolean> {
  const { retention, companyId, mailings, mailingRows, mailingRefusals } = parts;
  const state = await retention.findById(companyId).lean<Retention>();
  const found = await mailings
    .find({ _id: { ...(state?.mailingsUpTo ? { $gt: state.mailingsUpTo } : {}), $lt: idAt(before) } })
    .sort({ _id: 1 })
    .limit(MAILINGS_AT_ONCE)
    .lean<Mailing[]>();
  for (const { _id, headers } of found) {
    // What was never started, or stands still, will not be started with rows of that age.
    await mailings.updateOne(
      { _id, state: { $in: ['uploaded', 'ready', 'paused'] } },
      { $set: { state: 'cancelling' } },
    );
    const isOver = await mailings.exists({ _id, state: { $in: ['done', 'cancelled'] } });
    if (!isOver) continue;
    await mailingRefusals.deleteMany({ mailingId: _id });
    const { deletedCount } = await mailingRows.deleteMany({ mailingId: _id });
    if (deletedCount > 0 || headers.some((each) => each !== ''))
      await mailings.updateOne({ _id }, { $set: { headers: headers.map(() => '') } });
  }
  const isRound = found.length < MAILINGS_AT_ONCE;
  await retention.updateOne(
    { _id: companyId },
    isRound ? { $unset: { mailingsUpTo: 1 } } : { $set: { mailingsUpTo: found.at(-1)!._id } },
  );
  return !isRound;
}

export async function sweepRegister({ companyId, register }: SweepParts, before: Date): Promise<boolean> {
  const found = await register
    .find({ companyId, at: { $lt: before } }, { _id: 1 })
    .sort({ at: 1, _id: 1 })
    .limit(AT_ONCE)
    .lean<Pick<StoredRegisterLine, '_id'>[]>();
  if (found.length > 0) await register.deleteMany({ _id: { $in: found.map(({ _id }) => _id) } });
  return found.length === AT_ONCE;
}
