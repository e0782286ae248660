/** The list of missed targets: clients who still wait, or what was late. Pages follow an index; nothing is counted. */
import type { Model, Types } from 'mongoose';
import { type BreachRow, reportLimits } from '../../shared/schemas/report.ts';
import type { Conversation } from '../conversations/conversation.model.ts';
import { formatCursor, type Page, type Place, parseTextCursor } from '../storage/pageCursor.ts';
import { currentTime } from '../work/clock.ts';
import type { FigureModels, ThreadPart } from './figures.model.ts';

export interface BreachDeps extends Pick<FigureModels, 'threadParts'> {
  companyId: Types.ObjectId;
  conversations: Model<Conversation>;
}

export interface BreachesAsked {
  state: 'open' | 'over';
  /** Null: all communities. */
  communityIds: readonly string[] | null;
  cursor: string | undefined;
}

export async function readBreaches(
  deps: BreachDeps,
  { state, communityIds, cursor }: BreachesAsked,
): Promise<Page<BreachRow>> {
  const scope = communityIds ? { communityId: { $in: communityIds } } : { companyId: deps.companyId };
  const field = state === 'open' ? 'dueAt' : 'wasLateAt';
  const known = state === 'open' ? { $gt: new Date(0), $lte: currentTime() } : { $gt: new Date(0) };
  const after = parseTextCursor(cursor);
  const found = await deps.threadParts
    .find({ ...scope, [field]: known, ...(after ? { $and: [beyond(field, state, after)] } : {}) } as never)
    .sort(state === 'open' ? { dueAt: 1, _id: 1 } : { wasLateAt: -1, _id: -1 })
    .limit(reportLimits.breachesPerPage + 1)
    .lean<ThreadPart[]>();
  const parts = found.slice(0, reportLimits.breachesPerPage);
  const last = found.length > parts.length ? parts.at(-1) : undefined;
  return {
    rows: await toRows(deps, state, parts),
    nextCursor: last ? formatCursor({ at: last[field]!, id: last._id }) : null,
  };
}

function beyond(field: 'dueAt' | 'wasLateAt', state: BreachesAsked['state'], { at, id }: Place<string>) {
  const further = state === 'open' ? '$gt' : '$lt';
  return { $or: [{ [field]: { [further]: at } }, { [field]: at, _id: { [further]: id } }] };
}

async function toRows(
  { conversations }: BreachDeps,
  state: BreachesAsked['state'],
  parts: readonly ThreadPart[],
): Promise<BreachRow[]> {
  const found = await conversations
    .find({ _id: { $in: parts.map(({ conversationId }) => conversationId) } })
    .lean<Conversation[]>();
  const byId = new Map(found.map((conversation) => [conversation._id.toHexString(), conversation]));
  return parts.flatMap((part): BreachRow[] => {
    const conversationId = part.conversationId.toHexString();
    const conversation = byId.get(conversationId);
    if (!conversation) return [];
    return [
      {
        id: part._id,
        conversationId,
        communityId: part.communityId.toHexString(),
        clientName: conversation.clientName,
        assigneeId: conversation.assigneeId?.toHexString() ?? null,
        isErased: conversation.erasedAt !== undefined,
        breaches: state === 'open' ? openBreach(part) : overBreaches(part),
      },
    ];
  });
}

function openBreach({ dueKind, waitingSince, dueAt }: ThreadPart): BreachRow['breaches'] {
  if (!dueKind || !waitingSince || !dueAt) throw new Error('a part that is due names no wait');
  const [since, due] = [waitingSince.toISOString(), dueAt.toISOString()];
  return [{ kind: dueKind, since, dueAt: due, endedAt: null, personId: null }];
}

function overBreaches({ late }: ThreadPart): BreachRow['breaches'] {
  return late
    .map(({ kind, since, dueAt, endedAt, personId }) => ({
      kind,
      since: since.toISOString(),
      dueAt: dueAt.toISOString(),
      endedAt: endedAt.toISOString(),
      personId,
    }))
    .reverse();
}
