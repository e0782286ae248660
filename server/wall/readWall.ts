/**
 * Reads the live wall for people who see the same communities. Every read is bounded and follows an index; nothing is
 * kept for the wall when a message comes (ADR 35). What a person may see is a condition of each query.
 */
import { type Model, Types } from 'mongoose';
import {
  type PersonState,
  type WallCommunity,
  type WallPerson,
  type WallView,
  wallLimits,
} from '../../shared/schemas/wall.ts';
import { canSeeCommunity, visibleCommunityIds } from '../auth/permissions.ts';
import type { SignedInPerson } from '../auth/signedIn.ts';
import { behindSince } from '../communities/behind.ts';
import type { Community } from '../communities/community.model.ts';
import { listCommunities } from '../communities/listCommunities.ts';
import type { Company } from '../companies/company.model.ts';
import { calendarSettingsOf } from '../companies/workingTime.ts';
import type { Conversation } from '../conversations/conversation.model.ts';
import type { Message } from '../conversations/message.model.ts';
import { type LiveFigureDeps, readLiveFigures } from '../figures/readLiveFigures.ts';
import type { Logger } from '../observability/logger.ts';
import type { ServiceMessage } from '../serviceMessages/serviceMessage.model.ts';
import { currentTime, currentTimeMs } from '../work/clock.ts';
import { readQueuedAnswers, readQueuedServiceMessages } from './queues.ts';
import { readWaiting, type WaitingNow, type WallScope } from './waitingNow.ts';

export interface WallDeps extends LiveFigureDeps {
  companyId: Types.ObjectId;
  companies: Model<Company>;
  communities: Model<Community>;
  conversations: Model<Conversation>;
  messages: Model<Message>;
  serviceMessages: Model<ServiceMessage>;
  listPeople(): Promise<SignedInPerson[]>;
  stateOf(personId: string): PersonState;
  logger: Logger;
}

/** @param viewer one of the people who see these communities. */
export async function readWall(deps: WallDeps, viewer: SignedInPerson): Promise<WallView> {
  const at = currentTime();
  const visible = visibleCommunityIds(viewer);
  const scope: WallScope =
    visible === 'all'
      ? { companyId: deps.companyId }
      : { communityId: { $in: visible.map((communityId) => new Types.ObjectId(communityId)) } };
  const [company, listed, people] = await Promise.all([
    deps.companies.findById(deps.companyId).orFail().lean<Company>(),
    listCommunities(deps.communities, deps.companyId),
    deps.listPeople(),
  ]);
  const communities = listed.filter(({ _id }) => canSeeCommunity(viewer, _id.toHexString()));
  const communityIds = communities.map(({ _id }) => _id);
  const [waiting, figures, answers, serviceMessages] = await Promise.all([
    readWaiting(deps.conversations, scope, ({ _id }, err) =>
      deps.logger.warn({ err, conversationId: _id }, 'a conversation cannot be shown on the wall'),
    ),
    readLiveFigures(deps, {
      communityIds: visible === 'all' ? null : visible,
      timeZone: calendarSettingsOf(company).timeZone,
      lateMost: wallLimits.late,
    }),
    readQueuedAnswers(deps.messages, communityIds),
    readQueuedServiceMessages(deps.serviceMessages, communityIds),
  ]);
  return {
    at: at.toISOString(),
    today: figures.today,
    waiting: waiting.all.waiting,
    longestWait: waiting.all.longestWait,
    unassigned: waiting.unassigned,
    late: figures.late,
    newToday: figures.newCases,
    countedAt: figures.countedAt?.toISOString() ?? null,
    isCounting: figures.isCounting,
    people: await readPeople(deps, scope, { people, communityIds, waiting, answered: figures.answered }),
    communities: communities.map((community): WallCommunity => {
      const communityId = community._id.toHexString();
      return {
        communityId,
        waiting: waiting.byCommunity.get(communityId)?.waiting ?? 0,
        behindSince: behindSince(community, currentTimeMs())?.toISOString() ?? null,
        queuedAnswers: answers.get(communityId) ?? 0,
        queuedServiceMessages: serviceMessages.get(communityId) ?? 0,
      };
    }),
  };
}

interface PeopleRead {
  people: readonly SignedInPerson[];
  communityIds: readonly Types.ObjectId[];
  waiting: WaitingNow;
  answered: ReadonlyMap<string, number>;
}

/**
 * Agents who work in these communities, and everybody else with conversations that wait or answers of the last hour:
 * also a person who may not sign in any more and whose clients still wait.
 */
async function readPeople(
  { conversations, stateOf }: WallDeps,
  scope: WallScope,
  { people, communityIds, waiting, answered }: PeopleRead,
): Promise<WallPerson[]> {
  const worksHere = (person: SignedInPerson) =>
    person.role === 'agent' && communityIds.some((id) => canSeeCommunity(person, id.toHexString()));
  const shown = people.filter(
    (person) => worksHere(person) || waiting.byPerson.has(person.id) || (answered.get(person.id) ?? 0) > 0,
  );
  return Promise.all(
    shown.map(async ({ id: personId, isActive }): Promise<WallPerson> => {
      // Counted in the index alone.
      const open = await conversations.countDocuments(openOf(scope, personId), {
        limit: wallLimits.openOfPerson,
      });
      return {
        personId,
        state: isActive ? stateOf(personId) : 'offline',
        open,
        ...(waiting.byPerson.get(personId) ?? { waiting: 0, longestWait: null }),
        answered: answered.get(personId) ?? 0,
      };
    }),
  );
}

export function openOf(scope: WallScope, personId: string) {
  return { ...scope, assigneeId: new Types.ObjectId(personId), isResolved: false };
}
