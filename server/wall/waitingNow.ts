/** What waits for an answer now: in all, for each person and in each community. */
import type { Model, Types } from 'mongoose';
import { type LongestWait, wallLimits } from '../../shared/schemas/wall.ts';
import type { Conversation } from '../conversations/conversation.model.ts';

/** Of what a person sees: all communities of the company, or some. Each field leads an index of its own. */
export type WallScope = { companyId: Types.ObjectId } | { communityId: { $in: Types.ObjectId[] } };

export interface Waiting {
  waiting: number;
  longestWait: LongestWait | null;
}

export interface WaitingNow {
  all: Waiting;
  unassigned: Waiting;
  byPerson: Map<string, Waiting>;
  byCommunity: Map<string, Waiting>;
}

type Row = Pick<Conversation, '_id' | 'communityId' | 'assigneeId' | 'waitingSince'>;

/** The index that holds only what waits. */
export const waitingIndexOf = (scope: WallScope) =>
  ({
    ['companyId' in scope ? 'companyId' : 'communityId']: 1,
    isResolved: 1,
    isWaiting: 1,
    waitingSince: 1,
    _id: 1,
  }) as const;

/** As the inbox lists it: neither resolved nor snoozed. Of more than the limit, the longest waits are read. */
export async function readWaiting(
  conversations: Model<Conversation>,
  scope: WallScope,
  onBroken: (row: { _id: unknown }, error: unknown) => void,
): Promise<WaitingNow> {
  const rows = await conversations
    .find(
      { ...scope, isResolved: false, isWaiting: true },
      { communityId: 1, assigneeId: 1, waitingSince: 1 },
    )
    .sort({ waitingSince: 1, _id: 1 })
    .hint(waitingIndexOf(scope))
    .limit(wallLimits.waiting)
    .lean<Row[]>();
  const now: WaitingNow = {
    all: none(),
    unassigned: none(),
    byPerson: new Map(),
    byCommunity: new Map(),
  };
  for (const row of rows) {
    // A conversation that is stored wrongly is left out, and hides no other.
    try {
      const wait = {
        conversationId: row._id.toHexString(),
        since: row.waitingSince!.toISOString(),
      };
      const sums = [
        now.all,
        row.assigneeId ? sumOf(now.byPerson, row.assigneeId) : now.unassigned,
        sumOf(now.byCommunity, row.communityId),
      ];
      for (const sum of sums) {
        sum.waiting += 1;
        if (!sum.longestWait || wait.since < sum.longestWait.since) sum.longestWait = wait;
      }
    } catch (error) {
      onBroken(row, error);
    }
  }
  return now;
}

const none = (): Waiting => ({ waiting: 0, longestWait: null });

function sumOf(sums: Map<string, Waiting>, id: Types.ObjectId): Waiting {
  const key = id.toHexString();
  const sum = sums.get(key) ?? none();
  sums.set(key, sum);
  return sum;
}
