/**
 * Claims what one community may do now: messages that are due, prepared and within its rate, to be sent; or messages
 * that may have been sent, to be looked up. A message is prepared before it is claimed, so no claim waits for uploads.
 */

import { Types } from 'mongoose';
import type { CommunityRef } from '../../communities/communityRef.ts';
import { currentTime } from '../../work/clock.ts';
import { claimDue, type Due, findDue, type TemplateOfDue } from './claimBatch.ts';
import { type LookUpDeps, lookUpBatch } from './lookUpBatch.ts';
import type { Rates } from './rates.ts';
import { type SendBatchDeps, sendBatch } from './sendBatch.ts';
import type { Preparation, ServiceChannel, ServiceChannels } from './serviceChannel.ts';

export interface NextBatchDeps extends SendBatchDeps, LookUpDeps {
  rates: Rates;
  channels: ServiceChannels;
}

export interface Wanted {
  /** False while enough batches of this kind are under way. */
  sends: boolean;
  lookUps: boolean;
  /** Called for messages that could not be claimed, when their preparation has ended. */
  whenPrepared(done: Promise<void>): void;
  /** Ends preparations, and gives back what has not been sent. */
  stopping: AbortSignal;
}

export interface Batch {
  kind: 'send' | 'lookUp';
  run(): Promise<void>;
}

/** Large enough to share one write among many messages; small enough that a crash leaves few to look up. */
const BATCH_MAX = 500;

/** Null when nothing is due, no channel can send, or the rate is spent. */
export async function nextBatch(
  deps: NextBatchDeps,
  community: CommunityRef,
  wanted: Wanted,
): Promise<Batch | null> {
  const { serviceMessages, times } = deps;
  const communityId = new Types.ObjectId(community.id);
  // Each queued message wakes the sender, so a look while this second's rate is spent must cost nothing.
  if (deps.rates.isSpent(communityId)) return null;
  // Most looks find nothing: they must not read the community and its gateway.
  const [any] = await findDue(serviceMessages, communityId, { limit: 1, now: currentTime() });
  if (!any) return null;
  const channel = await deps.channels.forCommunity(community);
  if (!channel) return null;
  const limit = Math.min(BATCH_MAX, channel.mostPerCall, channel.perSecond);
  const due = await findDue(serviceMessages, communityId, { limit, now: currentTime() });
  const called = due.filter(({ outbox }) => outbox.phase === 'calling');
  if (called.length > 0 && wanted.lookUps) {
    const claim = await claimDue(serviceMessages, called, times);
    if (claim.messages.length > 0)
      return { kind: 'lookUp', run: () => lookUpBatch(deps, community, channel, claim) };
  }
  if (!wanted.sends) return null;
  const isCrowded = called.length > 0 && due.length === limit;
  const waiting = isCrowded
    ? await findDue(serviceMessages, communityId, { limit, now: currentTime(), phase: 'waiting' })
    : due.filter(({ outbox }) => outbox.phase === 'waiting');
  const prepared = await findPrepared(deps, community, channel, { limit, wanted, waiting });
  if (prepared.length === 0) return null;
  const granted = await deps.rates.reserve(communityId, prepared.length, channel.perSecond);
  if (granted === 0) return null;
  const claimed = prepared.slice(0, granted);
  const claim = await claimDue(
    serviceMessages,
    claimed.map(({ due: each }) => each),
    times,
  );
  if (claim.messages.length === 0) return null;
  const decided = new Map(
    claimed.flatMap(({ due: { _id }, preparation }) =>
      preparation.kind === 'ready' ? [] : [[_id.toHexString(), preparation] as const],
    ),
  );
  return {
    kind: 'send',
    run: () => sendBatch(deps, { community, channel, claim, decided, stopping: wanted.stopping }),
  };
}

interface Prepared {
  due: Due;
  preparation: Exclude<Preparation, { kind: 'underWay' }>;
}

/** Passes by the templates that are still being prepared, so that they hold up no others. */
async function findPrepared(
  { serviceMessages, phones }: NextBatchDeps,
  community: CommunityRef,
  channel: ServiceChannel,
  { limit, wanted, waiting: first }: { limit: number; wanted: Wanted; waiting: Due[] },
): Promise<Prepared[]> {
  const exceptTemplates: TemplateOfDue[] = [];
  for (let waiting = first; ; ) {
    const preparations = await channel.prepare(
      community,
      waiting.map(({ _id, phoneSealed, ...about }) => ({
        ...about,
        phone: () => phones.open(phoneSealed, _id),
      })),
      wanted.stopping,
    );
    const prepared: Prepared[] = [];
    for (const [at, preparation] of preparations.entries()) {
      const due = waiting[at]!;
      if (preparation.kind !== 'underWay') prepared.push({ due, preparation });
      else {
        wanted.whenPrepared(preparation.done);
        if (!exceptTemplates.some((each) => isSameTemplate(each, due)))
          exceptTemplates.push({ templateId: due.templateId, templateVersion: due.templateVersion });
      }
    }
    if (prepared.length > 0 || waiting.length < limit) return prepared;
    waiting = await findDue(serviceMessages, new Types.ObjectId(community.id), {
      limit,
      now: currentTime(),
      phase: 'waiting',
      exceptTemplates,
    });
  }
}

function isSameTemplate(a: TemplateOfDue, b: TemplateOfDue): boolean {
  return a.templateVersion === b.templateVersion && a.templateId.equals(b.templateId);
}
