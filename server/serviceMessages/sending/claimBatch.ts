/**
 * Claims the due messages of one community, many at once. A claim is a lease in the message's own document. If the
 * process dies, the lease expires, and the next sender looks up each message before it sends it again.
 */
import { type Model, Types } from 'mongoose';
import { currentTime } from '../../work/clock.ts';
import { dueLease } from '../../work/lease.ts';
import { startStopwatch } from '../../work/stopwatch.ts';
import type { ServiceMessage, ServiceOutbox } from '../serviceMessage.model.ts';
import type { SendingTimes } from './sendingTimes.ts';

/** Each claim has its own id: a process may hold several claims of one community. */
export const serviceLease = dueLease({ dueAt: 'outbox.dueAt', owner: 'outbox.claimId' });

export interface Claim {
  claimId: Types.ObjectId;
  messages: ServiceMessage[];
  leaseMs: number;
  /** How long ago the claim was asked for: it begins no earlier. */
  ageMs(): number;
}

/** A message as the look for due work reads it: enough to prepare and claim it. */
export type Due = Pick<
  ServiceMessage,
  '_id' | 'phoneSealed' | 'templateId' | 'templateName' | 'templateVersion' | 'imageIds' | 'direction'
> & { outbox: ServiceOutbox & { dueAt: Date } };

const dueFields = {
  outbox: 1,
  phoneSealed: 1,
  templateId: 1,
  templateName: 1,
  templateVersion: 1,
  imageIds: 1,
  direction: 1,
};

export type TemplateOfDue = Pick<Due, 'templateId' | 'templateVersion'>;

export interface DueFilter {
  limit: number;
  now: Date;
  phase?: ServiceOutbox['phase'];
  /** Templates that are still being prepared. */
  exceptTemplates?: readonly TemplateOfDue[];
}

/** Finds due messages, the longest waiting first; claims nothing. */
export function findDue(
  serviceMessages: Model<ServiceMessage>,
  communityId: Types.ObjectId,
  { limit, now, phase, exceptTemplates = [] }: DueFilter,
): Promise<Due[]> {
  const filter = {
    communityId,
    'outbox.dueAt': { $lte: now },
    ...(phase && { 'outbox.phase': phase }),
    ...(exceptTemplates.length > 0 && { $nor: exceptTemplates }),
  };
  return serviceMessages
    .find(filter as never, dueFields)
    .sort({ 'outbox.dueAt': 1 })
    .limit(limit)
    .lean<Due[]>()
    .exec();
}

/**
 * After this, each message counts as possibly sent until its outcome is written. All must be of one phase. Of those
 * whose sender was lost, a call may last until `callMostMs` after now.
 */
export async function claimDue(
  serviceMessages: Model<ServiceMessage>,
  due: readonly Due[],
  { claimLeaseMs: leaseMs, callMostMs }: Pick<SendingTimes, 'claimLeaseMs' | 'callMostMs'>,
): Promise<Claim> {
  const claimId = new Types.ObjectId();
  const ids = due.map(({ _id }) => _id);
  const phase = due[0]?.outbox.phase;
  const ageMs = startStopwatch();
  const now = currentTime();
  const { filter, set } = serviceLease.claim(claimId, leaseMs, now);
  const claim = (more: Record<string, unknown>, values: Record<string, unknown>) =>
    serviceMessages.collection.updateMany({ _id: { $in: ids }, 'outbox.phase': phase, ...filter, ...more }, {
      $set: { ...set, 'outbox.phase': 'calling', ...values },
      $inc: { 'outbox.attempts': 1 },
    } as never);
  if (phase === 'calling')
    await claim(
      { 'outbox.calledBy': { $exists: false } },
      { 'outbox.calledBy': new Date(now.getTime() + callMostMs) },
    );
  await claim({}, {});
  const messages = await serviceMessages
    .find({ _id: { $in: ids }, 'outbox.claimId': claimId })
    .lean<ServiceMessage[]>();
  return { claimId, messages, leaseMs, ageMs };
}
