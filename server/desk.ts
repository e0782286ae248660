/**
 * Builds every part of the desk and ties them together; the one place that knows them all. `main.ts` runs it for
 * people, tests run it inside their own process.
 */
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Types } from 'mongoose';
import { type FirstPeople, firstPeople } from './auth/firstPeople.ts';
import { openAuth } from './auth/openAuth.ts';
import { canSeeCommunity } from './auth/permissions.ts';
import { toPersonAccount, toPersonView } from './auth/personDocument.ts';
import type { SignedInPerson } from './auth/signedIn.ts';
import type { SessionTimes } from './channels/vk/session.ts';
import { startVkChannel } from './channels/vk/startVkChannel.ts';
import { clientModel } from './clients/client.model.ts';
import { createProfileReader } from './clients/profiles.ts';
import { communityModel } from './communities/community.model.ts';
import { toCommunityRef, toCommunityView } from './communities/communityView.ts';
import { connectCommunity } from './communities/connectCommunity.ts';
import type { LeaseTimes } from './communities/lease.ts';
import { findCommunity, listCommunities } from './communities/listCommunities.ts';
import { companyModel, openCompany } from './companies/company.model.ts';
import { type Config, publicUrlAt, type RoleName } from './config.ts';
import { wakeSnoozed } from './conversations/actions.ts';
import { conversationModel } from './conversations/conversation.model.ts';
import { createRows } from './conversations/rows.ts';
import { type SenderTiming, startAnswerSender } from './delivery/answerSender.ts';
import type { Channel } from './delivery/channel.ts';
import { createApp } from './http/app.ts';
import { communityRoutes } from './http/communities.route.ts';
import { conversationRoutes } from './http/conversations.route.ts';
import { docsRoutes } from './http/docs.route.ts';
import { endpointRouter } from './http/endpointRouter.ts';
import { healthRoutes } from './http/health.route.ts';
import { mediaRouter } from './http/media.route.ts';
import { peopleRoutes } from './http/people.route.ts';
import { signInRoutes } from './http/signIn.route.ts';
import { createStartingApp } from './http/startingApp.ts';
import { uploadRoutes } from './http/uploads.route.ts';
import { createIntake } from './messages/ingest.ts';
import { messageModel } from './messages/message.model.ts';
import { createThread } from './messages/thread.ts';
import type { Logger } from './observability/logger.ts';
import { measuredChannel } from './observability/measuredChannel.ts';
import { createMetrics } from './observability/metrics.ts';
import { createStoreFigures } from './observability/storeFigures.ts';
import { createAnnouncer } from './realtime/announcer.ts';
import { createEndings } from './realtime/endings.ts';
import { createPresence } from './realtime/presence.ts';
import { relayModels, startRelay } from './realtime/relay.ts';
import { createResume } from './realtime/resume.ts';
import { createSocketServer } from './realtime/socketServer.ts';
import { sampleCommunity, seedSample } from './sandbox/sample.ts';
import { type Sandbox, startSandbox } from './sandbox/startSandbox.ts';
import { loadSecrets } from './secrets.ts';
import { buildIndexes, connectDatabase } from './storage/database.ts';
import { openEmbeddedStore } from './storage/embedded/open.ts';
import { createSealing } from './storage/sealing.ts';
import { createUploadStore } from './uploads/uploadStore.ts';

export interface Desk {
  /** Where this process listens, on loopback; browsers may know it by `publicUrl`. */
  url: string;
  publicUrl: string;
  sandbox: Sandbox | null;
  firstPeople: FirstPeople;
  close(): Promise<void>;
}

/** Shorter waits for tests; nobody else needs to change them. */
export interface DeskTiming {
  lease?: LeaseTimes;
  session?: SessionTimes;
  sender?: Partial<SenderTiming>;
  /** How long a session that ran out may keep its sockets. */
  sessionLookMs?: number;
}

const HOUSEKEEPING_MS = 5_000;

export async function startDesk(
  config: Config,
  { logger, webDir, timing = {} }: { logger: Logger; webDir: string | null; timing?: DeskTiming },
): Promise<Desk> {
  const closers: (() => Promise<unknown> | unknown)[] = [];
  const close = async () => {
    for (const closer of closers.reverse().splice(0)) await closer();
  };
  try {
    return await build();
  } catch (error) {
    await close();
    throw error;
  }

  async function build(): Promise<Desk> {
    // One process at a time opens an embedded store, so its next start is the same owner: leases that a crash left
    // are its own, and nothing waits for them to run out.
    const processId = config.mongodbUri ? randomUUID() : 'embedded';
    await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
    const secrets = await loadSecrets(config.dataDir, config);
    const sealing = createSealing(secrets.sealingKey);
    const metrics = createMetrics();

    // The store
    const embedded = config.mongodbUri ? null : await openEmbeddedStore({ dataDir: config.dataDir, logger });
    if (embedded) closers.push(() => embedded.close());
    const connection = await connectDatabase(config.mongodbUri ?? embedded?.uri ?? '');
    closers.push(() => connection.close());
    const companies = companyModel(connection);
    const communities = communityModel(connection);
    const clients = clientModel(connection);
    const conversations = conversationModel(connection);
    const messages = messageModel(connection);
    const relayed = relayModels(connection);
    const uploads = createUploadStore(connection);
    await buildIndexes([
      companies,
      communities,
      clients,
      conversations,
      messages,
      relayed.packets,
      relayed.processes,
    ] as never);
    await uploads.buildIndexes();
    const { _id: companyId } = await openCompany(companies);

    // The sandbox, when it stands in for the networks
    const sandbox = config.isSandboxOn
      ? await startSandbox({
          port: config.sandboxPort,
          logger,
          ...(webDir ? { pageDir: webDir } : {}),
          stateFile: join(config.dataDir, 'sandbox.json'),
        })
      : null;
    if (sandbox) closers.push(() => sandbox.close());

    // Listening comes first, because a port taken at random is part of the desk's own address
    const db = connection.getClient().db(connection.name);
    const isRunning: Record<RoleName, () => boolean> = {
      web: () => false,
      listener: () => false,
      sender: () => false,
    };
    const health = healthRoutes({
      metrics,
      metricsToken: config.metricsToken,
      refreshFigures: createStoreFigures({ metrics, messages, communities, logger }),
      pingStore: () => db.command({ ping: 1 }),
      startedRoles: () => Object.fromEntries([...config.roles].map((role) => [role, isRunning[role]()])),
    });
    let answer: RequestListener = createStartingApp(health);
    const http = createServer((req, res) => answer(req, res));
    await new Promise<void>((resolve, reject) => {
      http.once('error', reject);
      http.listen(config.port, config.host, resolve);
    });
    closers.push(() => new Promise((resolve) => http.close(resolve)));
    closers.push(() => http.closeAllConnections());
    const { port } = http.address() as AddressInfo;
    const publicUrl = publicUrlAt(config, port);
    const url = `http://127.0.0.1:${port}`;

    // People
    const announcer = createAnnouncer();
    const { announce } = announcer;
    const endings = createEndings();
    const auth = await openAuth({
      connection,
      publicUrl,
      authSecret: secrets.authSecret,
      logger,
      metrics,
      announce,
      onEnded: endings.end,
    });
    const first = await firstPeople({
      db,
      people: auth.people,
      dataDir: config.dataDir,
      withSamples: sandbox !== null,
    });

    // Threads, what comes in and what goes out
    const rows = createRows(conversations, messages, announce);
    const thread = createThread(messages, rows);
    const channels = new Map<string, Channel>();
    const channelFor = ({ network }: { network: string }): Channel => {
      const channel = channels.get(network);
      if (!channel) throw new Error(`No channel for the network ${network}`);
      return channel;
    };
    const communityOf = async (communityId: Types.ObjectId) => {
      const community = await findCommunity(communities, communityId.toHexString());
      return community && toCommunityRef(community);
    };
    const profiles = createProfileReader({ companyId, clients, conversations, rows, channelFor, logger });
    closers.push(() => profiles.stop());
    const intake = createIntake({
      companyId,
      conversations,
      clients,
      messages,
      rows,
      thread,
      clientSeen: profiles.seen,
      showTyping: (conversation) =>
        announcer.showTyping(conversation.communityId.toHexString(), {
          conversationId: conversation._id.toHexString(),
          personId: null,
        }),
    });

    const vk = startVkChannel({
      communities,
      sealing,
      intake,
      announce,
      logger,
      metrics,
      onStored: (receivedAtMs) =>
        announcer.afterShown(() =>
          metrics.eventToSocketSeconds.observe((performance.now() - receivedAtMs) / 1000),
        ),
      processId,
      apiBaseUrl: sandbox?.apiBaseUrl ?? config.vkApiUrl,
      isListening: config.roles.has('listener'),
      ...(timing.lease ? { leaseTimes: timing.lease } : {}),
      ...(timing.session ? { sessionTimes: timing.session } : {}),
    });
    closers.push(() => vk.stop());
    isRunning.listener = vk.isListening;
    channels.set('vk', measuredChannel('vk', vk.channel, metrics));

    const sender = config.roles.has('sender')
      ? startAnswerSender({
          messages,
          rows,
          thread,
          uploads,
          channelFor,
          communityOf,
          processId,
          logger,
          ...(timing.sender ? { timing: timing.sender } : {}),
        })
      : null;
    if (sender) {
      closers.push(() => sender.stop());
      isRunning.sender = sender.isRunning;
    }

    const communityActions = {
      companyId,
      communities,
      gateway: vk.gateway,
      sealing,
      announce,
      wake: vk.wake,
      publicUrl,
      canReceiveWebhooks: publicUrl.startsWith('https:') || sandbox !== null,
      logger,
    };
    if (sandbox) await connectSample(sandbox, communityActions);

    // Screens
    const presence = createPresence({
      conversations,
      announcer,
      showTypingInNetwork: (conversation) => {
        void communityOf(conversation.communityId)
          .then((community) => community && channelFor(community).showTyping(community, conversation.peerId))
          .catch((error: unknown) => logger.debug({ err: error }, 'typing was not shown in the network'));
      },
    });
    const communitiesFor = async (person: SignedInPerson) =>
      (await listCommunities(communities, companyId))
        .filter((community) => canSeeCommunity(person, community._id.toHexString()))
        .map(toCommunityView);
    const peopleViews = async () => (await auth.people.listPeople()).map(toPersonView);
    const endpoints = endpointRouter({
      currentPerson: auth.currentPerson,
      logger,
      isAnswerStrict: process.env.NODE_ENV !== 'production',
    });
    endpoints.handle('bootstrap', async ({ person }) => ({
      me: toPersonAccount(person),
      people: await peopleViews(),
      communities: await communitiesFor(person),
      sandboxUrl: sandbox?.url ?? null,
    }));
    conversationRoutes(endpoints, {
      companyId,
      conversations,
      clients,
      messages,
      rows,
      thread,
      uploads,
      sealing,
      wakeSender: () => sender?.wake(),
      findColleague: async (personId) => {
        const person = await auth.people.readPerson(personId);
        return person?.isActive ? { id: new Types.ObjectId(person.id), name: person.name } : null;
      },
      readInDesk: (row, { externalId }) => {
        if (!externalId) return;
        void communityOf(row.communityId)
          .then((community) => community && channelFor(community).markRead(community, row.peerId, externalId))
          .catch((error: unknown) => logger.debug({ err: error }, 'the network was not told of the reading'));
      },
    });
    uploadRoutes(endpoints, uploads);
    communityRoutes(endpoints, communityActions);
    peopleRoutes(endpoints, auth.people);
    const missing = endpoints.missing();
    if (missing.length > 0) throw new Error(`Nothing handles ${missing.join(', ')}`);

    answer = createApp({
      logger,
      metrics,
      publicUrl,
      trustProxy: config.trustProxy,
      openRouters: [health, vk.webhookRouter],
      routers: [
        signInRoutes({ auth, metrics }),
        endpoints.router,
        docsRoutes(),
        mediaRouter({
          companyId,
          currentPerson: auth.currentPerson,
          messages,
          clients,
          conversations,
          communities,
          uploads,
          extraOrigins: sandbox ? [new URL(sandbox.url).origin] : [],
        }),
      ],
      webDir: config.roles.has('web') ? webDir : null,
    });
    const io = createSocketServer(http, {
      currentPerson: auth.currentPerson,
      publicUrl,
      resume: createResume({ companyId, conversations, messages, communitiesFor, people: peopleViews }),
      presence,
      endings,
      metrics,
      logger,
    });
    closers.push(() => io.close());
    announcer.attach(io);
    const watch = endings.watch({
      io,
      liveSessions: auth.liveSessions,
      logger,
      ...(timing.sessionLookMs && { lookEveryMs: timing.sessionLookMs }),
    });
    closers.push(() => watch.stop());
    endings.onRelayed(auth.forget);
    announcer.onRelayed((change) => {
      if (change.type === 'person.changed') auth.forget({ kind: 'person', personId: change.person.id });
    });
    const relay = await startRelay(connection, { announcer, endings }, { processId, logger });
    closers.push(() => relay.stop());

    isRunning.web = () => http.listening;

    const housekeeping = setInterval(() => {
      const now = new Date();
      Promise.all([wakeSnoozed({ conversations, rows, thread }, now), uploads.sweep(now)]).catch(
        (error: unknown) => logger.warn({ err: error }, 'housekeeping failed; it runs again'),
      );
    }, HOUSEKEEPING_MS);
    closers.push(() => clearInterval(housekeeping));

    return { url, publicUrl, sandbox, firstPeople: first, close };
  }
}

/** The sandbox's own community, connected at the first start the way an administrator would. */
async function connectSample(
  sandbox: Sandbox,
  actions: Parameters<typeof connectCommunity>[0],
): Promise<void> {
  seedSample(sandbox.control);
  const outcome = await connectCommunity(actions, {
    network: 'vk',
    token: sampleCommunity.token,
    intake: { longPoll: true, webhook: false },
  });
  if (outcome.kind !== 'done' && outcome.kind !== 'communityExists')
    actions.logger.warn({ outcome: outcome.kind }, "the sandbox's community could not be connected");
}
