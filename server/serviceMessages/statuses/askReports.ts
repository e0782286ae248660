/**
 * Asks the networks for reports that did not come. A message that was handed over is not called expired because nobody
 * reported its delivery: the client may have it, and a unit given back would allow a sixth message (N7, ADR 26). If
 * the network does not say for an hour, the message ends as unknown and keeps its unit.
 */
import type { Model } from 'mongoose';
import type { CommunityRef } from '../../communities/communityRef.ts';
import type { Logger } from '../../observability/logger.ts';
import { isolated } from '../../storage/isolate.ts';
import { currentTime } from '../../work/clock.ts';
import type { Receipts } from '../ports.ts';
import { unknownUntil } from '../sending/lookUpBatch.ts';
import { type ServiceChannels, tryKeyOf } from '../sending/serviceChannel.ts';
import type { ServiceMessage } from '../serviceMessage.model.ts';
import { beginChange, currentTryOf } from './change.ts';
import { expire } from './expiry.ts';
import type { StatusEffects } from './statusEffects.ts';
import { writeChanges } from './writeChanges.ts';

export interface AskReportsDeps {
  serviceMessages: Model<ServiceMessage>;
  statusEffects: StatusEffects;
  receipts: Receipts;
  channels: ServiceChannels;
  /** The communities whose network may be asked now. */
  communities(): Promise<CommunityRef[]>;
  logger: Logger;
}

/** What a network tells in one call, so that a slow one holds up neither the others nor the end of the process. */
const BATCH = 100;
/** Also how long other processes leave the message to the one that asks. */
const ASK_AGAIN_MS = 5 * 60_000;

/** Handles one batch of sent messages whose reports are overdue; returns its size. Call again until it returns 0. */
export async function askReports(deps: AskReportsDeps): Promise<number> {
  const { serviceMessages } = deps;
  const now = currentTime();
  const overdue = { status: 'sent', expiryDueAt: { $lte: now } } as const;
  const due = await serviceMessages
    .find(overdue)
    .sort({ expiryDueAt: 1 })
    .limit(BATCH)
    .lean<ServiceMessage[]>();
  if (due.length === 0) return 0;
  const ids = due.map(({ _id }) => _id);
  // Before the calls: they take time, and after a crash somebody asks again.
  await serviceMessages.updateMany(
    { _id: { $in: ids }, ...overdue },
    { $set: { expiryDueAt: new Date(now.getTime() + ASK_AGAIN_MS) } },
  );
  const communities = await deps.communities();
  for (const community of communities) {
    const own = due.filter(({ communityId }) => communityId.toHexString() === community.id);
    if (own.length === 0) continue;
    await isolated(
      () => ask(deps, community, own),
      (err) =>
        deps.logger.warn({ err, communityId: community.id }, 'asking for reports failed; it is repeated'),
    );
  }
  await endUnknown(deps, ids, now);
  return due.length;
}

async function ask(
  { channels, receipts }: AskReportsDeps,
  community: CommunityRef,
  messages: ServiceMessage[],
): Promise<void> {
  const channel = await channels.forCommunity(community);
  if (!channel?.reportsOf) return;
  const keys = messages.map((message) => tryKeyOf(message._id, currentTryOf(message).current.network));
  const reports = await channel.reportsOf(community, keys);
  // "Still sent" is nothing new, and would fill the history.
  const told = reports.filter(({ status }) => status !== null && status !== 'sent');
  if (told.length > 0) await receipts.record(told);
}

async function endUnknown(
  deps: AskReportsDeps,
  ids: readonly ServiceMessage['_id'][],
  now: Date,
): Promise<void> {
  const left = await deps.serviceMessages
    .find({ _id: { $in: ids as ServiceMessage['_id'][] }, status: 'sent' })
    .lean<ServiceMessage[]>();
  const givenUp = left.filter(
    ({ expiresAt, statusAt }) => unknownUntil({ expiresAt, calledBy: statusAt }).getTime() <= now.getTime(),
  );
  await writeChanges(
    deps,
    givenUp.map((message) => {
      const change = beginChange(message);
      expire(change, 'outcomeUnknown', now);
      return change;
    }),
  );
}
