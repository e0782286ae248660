/**
 * Wiring of what the sample month asks of the desk: the parts that write conversations, without any that work by
 * themselves. The networks are the sandbox's; what they would report is told to the intake by `sample/`.
 */
import { Types } from 'mongoose';
import { createAudited } from '../audit/audited.ts';
import type { FirstPeople } from '../auth/firstPeople.ts';
import { createStoppedLists } from '../campaigns/stoppedLists.ts';
import { createTallies } from '../campaigns/tallies.ts';
import { type CommunityRef, toCommunityRef } from '../communities/communityRef.ts';
import { changeCommunity, connectCommunity } from '../communities/connectCommunity.ts';
import type { Message } from '../conversations/message.model.ts';
import type { Channel } from '../conversations/outbox/channel.ts';
import { recordSent } from '../conversations/outbox/recordSent.ts';
import { askRating, planRating } from '../conversations/rating/askRatings.ts';
import type { Rating } from '../conversations/rating/rating.model.ts';
import { ratingButtons } from '../conversations/rating/ratingButtons.ts';
import { createTransitionCounter } from '../deliveryReports/countTransitions.ts';
import { createPhones } from '../phones/servicePhones.ts';
import { createBroadcaster } from '../realtime/broadcaster.ts';
import { createSessionRevocation } from '../realtime/sessionRevocation.ts';
import { atPast, openPast } from '../sample/pastClock.ts';
import type { LifePorts } from '../sample/playLife.ts';
import { prepareMonth } from '../sample/prepare.ts';
import type { SampleMonth } from '../sample/sampleMonth.model.ts';
import { type Life, PLACE_THAT_ASKS } from '../sample/steps.ts';
import { sampleCommunity, sampleOkGroup } from '../sandbox/sample.ts';
import type { Sandbox } from '../sandbox/startSandbox.ts';
import type { Receipts } from '../serviceMessages/ports.ts';
import { createChannels } from './channels.ts';
import { openCompanyRules } from './company.ts';
import { openCompanySystems } from './companySystems.ts';
import type { AppContext } from './context.ts';
import { deferred } from './deferred.ts';
import { startNetworks } from './networks.ts';
import { openPeople } from './people.ts';
import { openRegister } from './personalData.ts';
import { connectSample, openSandbox } from './sandbox.ts';
import { openSending } from './sending.ts';
import { openTemplates } from './templates.ts';
import { createThreads } from './threads.ts';

/** A tap answers a question among so many of the newest messages. */
const QUESTION_WITHIN = 3;

/** A second shop of the same company, so that people may see different communities. */
const workshop = {
  groupId: 100600,
  name: 'Мастерская «Гвоздь»',
  screenName: 'gvozd_master',
  token: 'sandbox-token-workshop',
} as const;

export async function openPorts(
  context: AppContext,
  lives: readonly Life[],
  month: SampleMonth,
): Promise<{ ports: LifePorts; first: FirstPeople; sandbox: Sandbox }> {
  const { store, closing, config, sealing, logger } = context;
  const sandbox = await openSandbox(context, null);
  if (!sandbox) throw new Error('The sandbox is off');
  const broadcaster = createBroadcaster();
  const { auth, first } = await openPeople(context, {
    publicUrl: config.publicUrl,
    broadcaster,
    sessionRevocation: createSessionRevocation(),
    withSamples: true,
  });
  const channels = createChannels(context);
  const receipts = deferred<Receipts>();
  const register = openRegister(context);
  const threads = createThreads(context, { broadcaster, channels, register, receipts: receipts.promise });
  const networks = startNetworks(context, {
    channels,
    intake: threads.intake,
    broadcaster,
    sandbox,
    webhookBaseUrl: config.publicUrl,
  });
  closing.add(receipts.abandon);
  const nameOf = new Map(lives.map(({ userId, name }) => [userId, name]));
  for (const network of ['vk', 'ok'] as const) channels.enter(network, namingChannel(nameOf));
  const audited = createAudited(store);
  const communityActions = {
    ...store,
    sealing,
    connectorOf: networks.connectorOf,
    publish: broadcaster.publish,
    wake: () => undefined,
    publicUrl: config.publicUrl,
    canReceiveWebhooks: true,
    logger,
  };
  await connectSample(sandbox, communityActions, { ...store, sealing, audited, publicUrl: config.publicUrl });
  if (!sandbox.control.listCommunities().some(({ groupId }) => groupId === workshop.groupId))
    sandbox.control.createCommunity(workshop);
  const intake = { longPoll: true, webhook: false };
  await connectCommunity(communityActions, { network: 'vk', token: workshop.token, intake });
  const communities = await communitiesOf(context);
  await changeCommunity(communityActions, communities[PLACE_THAT_ASKS]!.id, { asksRating: true });

  const companySystems = await openCompanySystems(context, config.publicUrl);
  const templates = await openTemplates(context);
  const phones = createPhones(sealing);
  const company = await openCompanyRules(context, broadcaster);
  const sending = openSending(context, {
    templates,
    phones,
    statusOutbox: companySystems.statusOutbox,
    channels: { forCommunity: async () => null },
    limits: company.limits,
    isBank: company.isBank,
    threads: threads.threading.follow,
    stops: createStoppedLists(store),
    listeners: [
      createTallies({ ...store, logger }).onTransition,
      createTransitionCounter(store).onTransition,
    ],
  });
  receipts.resolve(sending.receipts);
  const past = openPast();
  closing.add(past.close);
  // Templates are older than the messages that were made of them.
  const beforeMonth = { nowMs: month.untilAt.getTime() - (month.days + 3) * 86_400_000 };
  const prepared = await atPast(beforeMonth, () =>
    prepareMonth({
      people: auth.people,
      templates,
      company: company.settings,
      keys: companySystems.keyActions,
    }),
  );
  const ratingDeps = {
    ...store,
    thread: threads.thread,
    hours: () => company.limits.hours(store.companyId),
    wakeSender: () => undefined,
    logger,
  };
  const ports: LifePorts = {
    ...store,
    ...prepared,
    ...threads,
    accepting: sending.accepting,
    receipts: sending.receipts,
    communities,
    register,
    wakeSender: () => undefined,
    recordSent: (message, fact) => recordSent({ ...store, ...threads }, message, fact),
    async askForMark(conversation, line, personId) {
      if (!(await planRating(store, conversation, line, new Types.ObjectId(personId)))) return null;
      const rating = await store.ratings.findById(line._id).orFail().lean<Rating>();
      await askRating(ratingDeps, rating, await ratingDeps.hours());
      // The question stands right after the resolution.
      const next = { conversationId: conversation._id, seq: line.seq + 1 };
      const question = await store.messages.findOne(next).lean<Message>();
      return question?.ratingId ? question : null;
    },
    async buttonOfMark({ _id: conversationId }, mark) {
      const newest = await store.messages
        .find({ conversationId })
        .sort({ seq: -1 })
        .limit(QUESTION_WITHIN)
        .lean<Message[]>();
      const question = newest.find(({ kind, ratingId }) => kind === 'answer' && ratingId);
      return (question?.ratingId && ratingButtons(question.ratingId)[mark - 1]?.payload) ?? null;
    },
    untilNamed: untilNamed(broadcaster, nameOf),
  };
  return { ports, first, sandbox };
}

/** In the order of `places`. */
async function communitiesOf({ store }: AppContext): Promise<CommunityRef[]> {
  const ids = [String(sampleCommunity.groupId), sampleOkGroup.okGroupId, String(workshop.groupId)];
  const found = await store.communities.find({ companyId: store.companyId, externalId: { $in: ids } }).lean();
  return ids.map((id) => {
    const community = found.find(({ externalId }) => externalId === id);
    if (!community) throw new Error(`The sample community ${id} is not connected`);
    return toCommunityRef(community);
  });
}

/** A network that tells the names of the month's clients, and is asked for nothing else. */
function namingChannel(nameOf: ReadonlyMap<string, string>): Channel {
  const refuse = () => Promise.reject(new Error('the sample month sends nothing'));
  return {
    send: refuse,
    findSent: refuse,
    markRead: refuse,
    showTyping: refuse,
    profiles: async (_community, userIds) =>
      userIds.flatMap((externalUserId) => {
        const name = nameOf.get(externalUserId);
        return name ? [{ externalUserId, name, avatarSourceUrl: null, isDeleted: false }] : [];
      }),
  };
}

/** Names are read from the network a moment after the first message, here as at the desk. */
function untilNamed(
  { onPublished }: Pick<ReturnType<typeof createBroadcaster>, 'onPublished'>,
  nameOf: ReadonlyMap<string, string>,
): LifePorts['untilNamed'] {
  const waiting = new Map<string, () => void>();
  const named = new Set<string>();
  const names = new Set(nameOf.values());
  onPublished((change) => {
    if (change.type !== 'conversation.changed' || !names.has(change.row.client.name)) return;
    const { id } = change.row;
    const go = waiting.get(id);
    waiting.delete(id);
    if (go) go();
    else named.add(id);
  });
  return ({ _id, clientName }) =>
    new Promise((resolve) => {
      const id = _id.toHexString();
      if (names.has(clientName) || named.delete(id)) resolve();
      else waiting.set(id, resolve);
    });
}
