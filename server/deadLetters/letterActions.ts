/** Administrators' actions on dead letters: list, read, try again, drop. Both changes are in the audit. */

import { randomUUID } from 'node:crypto';
import type { Model, Types } from 'mongoose';
import type { AuditAction } from '../../shared/schemas/auditActions.ts';
import {
  type DeadLetterPage,
  type DeadLetterView,
  deadLetterLimits,
} from '../../shared/schemas/deadLetter.ts';
import type { Actor } from '../audit/actor.ts';
import type { DetailsOf, NewAuditLine } from '../audit/audit.ts';
import type { Audited } from '../audit/audited.ts';
import type { Community } from '../communities/community.model.ts';
import { parseTextCursor, readPage } from '../storage/pageCursor.ts';
import type { Sealing } from '../storage/sealing.ts';
import { currentTime } from '../work/clock.ts';
import type { DeadLetter } from './deadLetter.model.ts';
import { openDeadLetter } from './deadLetters.ts';

export interface LetterActionDeps {
  companyId: Types.ObjectId;
  deadLetters: Model<DeadLetter>;
  communities: Model<Community>;
  audited: Audited;
  sealing: Sealing;
  /** Ingests the raw text again by the community's network. Rejects as the intake does. */
  ingestAgain(community: Community, letter: Pick<DeadLetter, 'form'>, raw: string): Promise<void>;
  /** Null when the store or the network is away: the event itself was not tried. */
  reasonOf(error: unknown): DeadLetter['reason'] | null;
}

export type LetterRetried =
  | { kind: 'stored' }
  | { kind: 'stillFails'; letter: DeadLetter }
  | { kind: 'notFound' }
  /** Only a part of the event was kept. */
  | { kind: 'notWhole' };

export async function listDeadLetters(
  { companyId, deadLetters }: Pick<LetterActionDeps, 'companyId' | 'deadLetters'>,
  cursor: string | undefined,
): Promise<DeadLetterPage> {
  const page = await readPage(
    deadLetters,
    { companyId },
    { timeField: 'at', after: parseTextCursor(cursor), limit: deadLetterLimits.page },
  );
  return { letters: page.rows.map(toDeadLetterView), nextCursor: page.nextCursor };
}

/** Null when there is no such letter. */
export async function readDeadLetter(
  { companyId, deadLetters, sealing }: Pick<LetterActionDeps, 'companyId' | 'deadLetters' | 'sealing'>,
  letterId: string,
): Promise<{ letter: DeadLetter; raw: string } | null> {
  const letter = await deadLetters.findOne({ _id: letterId, companyId }).lean<DeadLetter>();
  return letter && { letter, raw: openDeadLetter(sealing, letter) };
}

/** Safe to repeat: the intake stores an event once. Rejects when the store or the network is away. */
export async function retryDeadLetter(
  deps: LetterActionDeps,
  letterId: string,
  by: Actor,
): Promise<LetterRetried> {
  const { deadLetters } = deps;
  const found = await readDeadLetter(deps, letterId);
  if (!found) return { kind: 'notFound' };
  const { letter, raw } = found;
  if (!letter.isWhole) return { kind: 'notWhole' };
  const community = await deps.communities.findById(letter.communityId).lean<Community>();
  if (!community) return { kind: 'notFound' };
  const line = { action: 'community.eventRetried', details: { event: letter.eventType } } as const;
  return withLine<'community.eventRetried', LetterRetried>(deps, community, by, line, async () => {
    try {
      await deps.ingestAgain(community, letter, raw);
    } catch (error) {
      const reason = deps.reasonOf(error);
      if (!reason) throw error;
      const failed = await deadLetters
        .findOneAndUpdate(
          { _id: letterId },
          { $set: { reason, lastAt: currentTime() }, $inc: { failures: 1 } },
          { returnDocument: 'after' },
        )
        .lean<DeadLetter>();
      return {
        answer: failed ? { kind: 'stillFails', letter: failed } : { kind: 'notFound' },
        details: { isStored: false },
      };
    }
    await deadLetters.deleteOne({ _id: letterId });
    return { answer: { kind: 'stored' }, details: { isStored: true } };
  });
}

/** False when there is no such letter. */
export async function dropDeadLetter(deps: LetterActionDeps, letterId: string, by: Actor): Promise<boolean> {
  const { companyId, deadLetters } = deps;
  const letter = await deadLetters.findOne({ _id: letterId, companyId }).lean<DeadLetter>();
  if (!letter) return false;
  const community = await deps.communities.findById(letter.communityId).lean<Community>();
  const line = { action: 'community.eventDropped', details: { event: letter.eventType } } as const;
  const about = community ?? { _id: letter.communityId, name: letter.network };
  return withLine<'community.eventDropped', boolean>(deps, about, by, line, async () => {
    await deadLetters.deleteOne({ _id: letterId });
    return { answer: true, details: {} };
  });
}

export function toDeadLetterView(letter: DeadLetter): DeadLetterView {
  const { _id, communityId, network, eventType, reason, failures, at, lastAt, isWhole } = letter;
  return {
    id: _id,
    communityId: communityId.toHexString(),
    network,
    eventType,
    cause: reason.cause,
    errorName: reason.name,
    errorCode: reason.code ?? null,
    failures,
    at: at.toISOString(),
    lastAt: lastAt.toISOString(),
    canRetry: isWhole,
  };
}

/** @param change resolves with the details that only the change knows. */
function withLine<Action extends AuditAction, Answer>(
  { audited, companyId }: LetterActionDeps,
  community: Pick<Community, '_id' | 'name'>,
  by: Actor,
  line: { action: Action; details: DetailsOf<Action> },
  change: () => Promise<{ answer: Answer; details: DetailsOf<Action> }>,
): Promise<Answer> {
  const planned: NewAuditLine<Action> = {
    _id: `deadLetter:${randomUUID()}`,
    companyId,
    at: currentTime(),
    personId: by.id,
    personName: by.name,
    subject: { kind: 'community', id: community._id.toHexString(), name: community.name },
    ...line,
  };
  return audited([planned], async () => {
    const { answer, details } = await change();
    return { answer, lines: [{ ...planned, details: { ...line.details, ...details } }] };
  });
}
