/**
 * Builds every part of the desk and ties them together: the one place that knows them all. The other files of `app/`
 * build single parts. `main.ts` runs it for people; tests run it inside their own process.
 */
import { createAudit } from '../audit/audit.ts';
import { createAudited } from '../audit/audited.ts';
import type { FirstPeople } from '../auth/firstPeople.ts';
import { createStoppedLists } from '../campaigns/stoppedLists.ts';
import { createTallies } from '../campaigns/tallies.ts';
import { createTransitionCounter } from '../deliveryReports/countTransitions.ts';
import { createApp } from '../http/app.ts';
import { createAuditWriter } from '../http/auditWriter.ts';
import { campaignFilesRouter } from '../http/campaigns.route.ts';
import { deliveryFilesRouter } from '../http/deliveries.route.ts';
import { docsRoutes } from '../http/docs.route.ts';
import { healthRoutes } from '../http/health.route.ts';
import { mediaRouter } from '../http/media.route.ts';
import { clientExportRouter } from '../http/personalData.route.ts';
import { signInRoutes } from '../http/signIn.route.ts';
import { templateMediaRouter } from '../http/templateImages.route.ts';
import { transcriptFilesRouter } from '../http/transcripts.route.ts';
import type { Logger } from '../observability/logger.ts';
import { createPhones } from '../phones/servicePhones.ts';
import { createBroadcaster } from '../realtime/broadcaster.ts';
import { startRelay } from '../realtime/relay.ts';
import { createSessionRevocation } from '../realtime/sessionRevocation.ts';
import type { Sandbox } from '../sandbox/startSandbox.ts';
import type { Receipts } from '../serviceMessages/ports.ts';
import { createApi } from './api.ts';
import { createBootstrap } from './bootstrap.ts';
import { openCampaigns } from './campaigns.ts';
import { openCannedAnswers } from './cannedAnswers.ts';
import { createChannels } from './channels.ts';
import { type Closing, createClosing } from './closing.ts';
import { openCompanyRules } from './company.ts';
import { openCompanySystems } from './companySystems.ts';
import type { Config } from './config.ts';
import { createContext, type DeskTiming } from './context.ts';
import { deferred } from './deferred.ts';
import { openDeliveries } from './deliveries.ts';
import { openFigures } from './figures.ts';
import { startHousekeeping } from './housekeeping.ts';
import { openHttpServer } from './httpServer.ts';
import { startNetworks } from './networks.ts';
import { startOutbox } from './outbox.ts';
import { openPeople } from './people.ts';
import { openPersonalData, openRegister } from './personalData.ts';
import { startRatings } from './ratings.ts';
import { createReadiness } from './readiness.ts';
import { connectSample, openSandbox } from './sandbox.ts';
import { openSearch } from './search.ts';
import { openSending } from './sending.ts';
import { createServiceChannels } from './serviceChannels.ts';
import { createStoreStats } from './storeStats.ts';
import { openTabs } from './tabs.ts';
import { openTemplates } from './templates.ts';
import { createThreads } from './threads.ts';
import { openTranscripts } from './transcripts.ts';

export type { DeskTiming } from './context.ts';

export interface Desk {
  /** Where this process listens, on loopback; browsers may know it by `publicUrl`. */
  url: string;
  publicUrl: string;
  sandbox: Sandbox | null;
  firstPeople: FirstPeople;
  close(): Promise<void>;
}

export interface DeskOptions {
  logger: Logger;
  /** Folder of the built screens; null when the process serves none. */
  webDir: string | null;
  timing?: DeskTiming;
  /** Called when the embedded store ends by itself. The desk cannot go on: its process has to end. */
  onStoreEnded?: () => void;
}

export async function startDesk(config: Config, options: DeskOptions): Promise<Desk> {
  const closing = createClosing();
  try {
    return await build(config, options, closing);
  } catch (error) {
    // The operator needs the error that stopped the start, even if closing fails too.
    await closing
      .closeAll()
      .catch((second: unknown) => options.logger.warn({ err: second }, 'closing failed'));
    throw error;
  }
}

/** In the order of dependency; closing goes in reverse. */
async function build(
  config: Config,
  { logger, webDir, timing = {}, onStoreEnded }: DeskOptions,
  closing: Closing,
): Promise<Desk> {
  const context = await createContext(config, { logger, timing, closing, onStoreEnded });
  const { store, metrics } = context;
  const sandbox = await openSandbox(context, webDir);

  const readiness = createReadiness(config.roles);
  const health = healthRoutes({
    metrics,
    metricsToken: config.metricsToken,
    refreshStats: createStoreStats({ ...store, metrics, logger }),
    pingStore: () => store.db.command({ ping: 1 }),
    startedRoles: readiness.startedRoles,
  });
  const http = await openHttpServer(context, health);
  const { publicUrl } = http;
  readiness.ask('web', http.isServing);

  // Carries changes to this process's tabs and to other processes. The relay closes after all parts that publish.
  const broadcaster = createBroadcaster();
  const sessionRevocation = createSessionRevocation();
  const { auth, first, signInAudit } = await openPeople(context, {
    publicUrl,
    broadcaster,
    sessionRevocation,
    withSamples: sandbox !== null,
  });
  const { processId } = context;
  const relay = await startRelay(store.connection, { broadcaster, sessionRevocation }, { processId, logger });
  closing.add(() => relay.stop());

  // Receiving and sending
  const channels = createChannels(context);
  const receipts = deferred<Receipts>();
  const register = openRegister(context);
  const threads = createThreads(context, { broadcaster, channels, register, receipts: receipts.promise });
  const canReceiveWebhooks = publicUrl.startsWith('https:') || sandbox !== null;
  const networks = startNetworks(context, {
    channels,
    intake: threads.intake,
    broadcaster,
    sandbox,
    webhookBaseUrl: canReceiveWebhooks ? publicUrl : null,
  });
  // Closes before the networks: a read mark that waits for sending must not delay them.
  closing.add(receipts.abandon);
  readiness.ask('listener', networks.isListening);
  const outbox = startOutbox(context, { threads, channels });
  readiness.ask('sender', outbox.isRunning);
  const communityActions = {
    ...store,
    sealing: context.sealing,
    connectorOf: networks.connectorOf,
    publish: broadcaster.publish,
    wake: networks.wake,
    publicUrl,
    canReceiveWebhooks,
    logger,
  };
  const companySystems = await openCompanySystems(context, publicUrl);
  const { keyActions } = companySystems;
  const gatewaySettings = {
    ...store,
    sealing: context.sealing,
    audited: createAudited(store),
    publicUrl,
  };
  if (sandbox) await connectSample(sandbox, communityActions, gatewaySettings);

  // Service messages
  const templates = await openTemplates(context);
  const phones = createPhones(context.sealing);
  const tallies = createTallies({ ...store, logger });
  const company = await openCompanyRules(context, broadcaster);
  const ratings = startRatings(context, { threads, outbox, limits: company.limits });
  const sending = openSending(context, {
    templates,
    phones,
    statusOutbox: companySystems.statusOutbox,
    channels: createServiceChannels(context, { networks, images: templates.images, phones, publicUrl }),
    limits: company.limits,
    isBank: company.isBank,
    threads: threads.threading.follow,
    stops: createStoppedLists(store),
    listeners: [tallies.onTransition, createTransitionCounter(store).onTransition],
  });
  receipts.resolve(sending.receipts);
  const campaigns = await openCampaigns(context, { tallies, sending, phones, templates, register });
  const deliveries = openDeliveries(context, { people: auth.people, templates, sending, phones, register });
  const search = openSearch(context);
  const extraOrigins = sandbox ? [new URL(sandbox.url).origin] : [];
  const transcripts = openTranscripts(context, { people: auth.people, register, search, extraOrigins });
  openFigures(context);
  const cannedAnswers = await openCannedAnswers(context, broadcaster);
  const personalData = openPersonalData(context, { register, threads, sending, templates, phones });

  // What people see
  const bootstrap = createBootstrap(context, auth.people);
  const { currentPerson } = auth;
  const sandboxUrl = sandbox?.url ?? null;
  const app = createApp({
    logger,
    metrics,
    publicUrl,
    trustProxy: config.trustProxy,
    openRouters: [health, ...networks.webhooks, sending.webhook, companySystems.routerFor(sending.port)],
    routers: [
      signInRoutes({
        auth,
        metrics,
        logger,
        signInAudit,
        writeAudit: createAuditWriter(store.companyId, createAudit(store.auditLines)),
      }),
      createApi(context, {
        auth,
        bootstrap,
        broadcaster,
        threads,
        channels,
        outbox,
        ratings,
        communityActions,
        ingestLetter: networks.ingestLetter,
        keyActions,
        gatewaySettings,
        company: company.settings,
        templates,
        cannedAnswers,
        campaigns,
        deliveries,
        sending,
        personalData,
        search,
        transcripts,
        sandboxUrl,
      }),
      docsRoutes(),
      mediaRouter({ ...store, currentPerson, extraOrigins }),
      campaignFilesRouter({ ...campaigns, currentPerson }),
      deliveryFilesRouter({ ...deliveries, currentPerson }),
      clientExportRouter({ ...personalData, currentPerson }),
      transcriptFilesRouter({ ...transcripts, currentPerson }),
      templateMediaRouter({ ...templates, currentPerson }),
    ],
    webDir: config.roles.has('web') ? webDir : null,
  });
  http.serve(app);
  openTabs(context, {
    server: http.server,
    publicUrl,
    auth,
    bootstrap,
    channels,
    broadcaster,
    sessionRevocation,
    relay,
  });
  startHousekeeping(context, threads);

  return { url: http.url, publicUrl, sandbox, firstPeople: first, close: closing.closeAll };
}
