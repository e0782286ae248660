/**
 * The whole desk in one screen: builds every part and ties them together, the one place that knows them all. How a
 * part is built is in `desk/`. `main.ts` runs it for people, tests run it inside their own process.
 */
import { createAudit } from '../audit/audit.ts';
import type { FirstPeople } from '../auth/firstPeople.ts';
import { createStoppedLists } from '../campaigns/stoppedLists.ts';
import { createTallies } from '../campaigns/tallies.ts';
import { createMoveCounter } from '../deliveryReports/countMoves.ts';
import { createApp } from '../http/app.ts';
import { deliveryFilesRouter } from '../http/deliveries.route.ts';
import { docsRoutes } from '../http/docs.route.ts';
import { healthRoutes } from '../http/health.route.ts';
import { mailingFilesRouter } from '../http/mailings.route.ts';
import { mediaRouter } from '../http/media.route.ts';
import { clientExportRouter } from '../http/personalData.route.ts';
import { signInRoutes } from '../http/signIn.route.ts';
import { templateMediaRouter } from '../http/templateImages.route.ts';
import type { Logger } from '../observability/logger.ts';
import { createPhones } from '../phones/servicePhones.ts';
import { createAnnouncer } from '../realtime/announcer.ts';
import { createEndings } from '../realtime/endings.ts';
import { startRelay } from '../realtime/relay.ts';
import type { Sandbox } from '../sandbox/startSandbox.ts';
import type { Receipts } from '../serviceMessages/ports.ts';
import { createApi } from './api.ts';
import { createChannels } from './channels.ts';
import { type Closing, createClosing } from './closing.ts';
import { openCompanyRules } from './company.ts';
import { openCompanySystems } from './companySystems.ts';
import type { Config } from './config.ts';
import { openDeliveries } from './deliveries.ts';
import { createFirstSight } from './firstSight.ts';
import { type DeskTiming, layGround } from './ground.ts';
import { startHousekeeping } from './housekeeping.ts';
import { openHttpServer } from './httpServer.ts';
import { openMailings } from './mailings.ts';
import { startNetworks } from './networks.ts';
import { openLater } from './openLater.ts';
import { startOutbox } from './outbox.ts';
import { openPeople } from './people.ts';
import { openPersonalData, openRegister } from './personalData.ts';
import { createReadiness } from './readiness.ts';
import { connectSample, openSandbox } from './sandbox.ts';
import { openSending } from './sending.ts';
import { createServiceChannels } from './serviceChannels.ts';
import { createStoreFigures } from './storeFigures.ts';
import { openTabs } from './tabs.ts';
import { openTemplates } from './templates.ts';
import { createThreads } from './threads.ts';

export type { DeskTiming } from './ground.ts';

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
  /** Folder of the built screens; null where none are served. */
  webDir: string | null;
  timing?: DeskTiming;
}

export async function startDesk(config: Config, options: DeskOptions): Promise<Desk> {
  const closing = createClosing();
  try {
    return await build(config, options, closing);
  } catch (error) {
    // What failed to start is what the operator must hear of, whatever else fails on the way back.
    await closing
      .closeAll()
      .catch((second: unknown) => options.logger.warn({ err: second }, 'closing failed'));
    throw error;
  }
}

/** In the order of need; it ends in the reverse. */
async function build(
  config: Config,
  { logger, webDir, timing = {} }: DeskOptions,
  closing: Closing,
): Promise<Desk> {
  const ground = await layGround(config, { logger, timing, closing });
  const { store, metrics } = ground;
  const sandbox = await openSandbox(ground, webDir);

  const readiness = createReadiness(config.roles);
  const health = healthRoutes({
    metrics,
    metricsToken: config.metricsToken,
    refreshFigures: createStoreFigures({ ...store, metrics, logger }),
    pingStore: () => store.db.command({ ping: 1 }),
    startedRoles: readiness.startedRoles,
  });
  const http = await openHttpServer(ground, health);
  const { publicUrl } = http;
  readiness.ask('web', http.isServing);

  // Who hears what: here, and in the other processes. The relay ends after all who announce.
  const announcer = createAnnouncer();
  const endings = createEndings();
  const { auth, first } = await openPeople(ground, {
    publicUrl,
    announcer,
    endings,
    withSamples: sandbox !== null,
  });
  const { processId } = ground;
  const relay = await startRelay(store.connection, { announcer, endings }, { processId, logger });
  closing.add(() => relay.stop());

  // What comes in and what goes out
  const channels = createChannels(ground);
  const receipts = openLater<Receipts>();
  const register = openRegister(ground);
  const threads = createThreads(ground, { announcer, channels, register, receipts: receipts.opened });
  const canReceiveWebhooks = publicUrl.startsWith('https:') || sandbox !== null;
  const networks = startNetworks(ground, {
    channels,
    intake: threads.intake,
    announcer,
    sandbox,
    webhookBaseUrl: canReceiveWebhooks ? publicUrl : null,
  });
  // Ends before the networks do: a read mark that waits for sending must not keep them.
  closing.add(receipts.giveUp);
  readiness.ask('listener', networks.isListening);
  const outbox = startOutbox(ground, { threads, channels });
  readiness.ask('sender', outbox.isRunning);
  const communityActions = {
    ...store,
    sealing: ground.sealing,
    gatewayOf: networks.gatewayOf,
    announce: announcer.announce,
    wake: networks.wake,
    publicUrl,
    canReceiveWebhooks,
    logger,
  };
  const companySystems = await openCompanySystems(ground, publicUrl);
  const { keyActions } = companySystems;
  const gatewaySettings = {
    ...store,
    sealing: ground.sealing,
    audit: createAudit(store.auditLines),
    publicUrl,
  };
  if (sandbox) await connectSample(sandbox, communityActions, gatewaySettings);

  // Service messages
  const templates = await openTemplates(ground);
  const phones = createPhones(ground.sealing);
  const tallies = createTallies(store);
  const company = await openCompanyRules(ground);
  const sending = openSending(ground, {
    templates,
    phones,
    statusOutbox: companySystems.statusOutbox,
    channels: createServiceChannels(ground, { networks, images: templates.images, phones, publicUrl }),
    limits: company.limits,
    isBank: company.isBank,
    threads: threads.threading.follow,
    stops: createStoppedLists(store),
    listeners: [tallies.moved, createMoveCounter(store).moved],
  });
  receipts.open(sending.receipts);
  const mailings = await openMailings(ground, { tallies, sending, phones });
  const deliveries = openDeliveries(ground, { people: auth.people, templates, sending, phones, register });
  const personalData = openPersonalData(ground, { register, threads, sending, templates, phones });

  // What people see
  const firstSight = createFirstSight(ground, auth.people);
  const { currentPerson } = auth;
  const extraOrigins = sandbox ? [new URL(sandbox.url).origin] : [];
  const sandboxUrl = sandbox?.url ?? null;
  const app = createApp({
    logger,
    metrics,
    publicUrl,
    trustProxy: config.trustProxy,
    openRouters: [health, ...networks.webhooks, sending.webhook, companySystems.routerFor(sending.port)],
    routers: [
      signInRoutes({ auth, metrics }),
      createApi(ground, {
        auth,
        firstSight,
        threads,
        channels,
        outbox,
        communityActions,
        keyActions,
        gatewaySettings,
        company: company.settings,
        templates,
        mailings,
        deliveries,
        sending,
        personalData,
        sandboxUrl,
      }),
      docsRoutes(),
      mediaRouter({ ...store, currentPerson, extraOrigins }),
      mailingFilesRouter({ ...mailings, currentPerson, register }),
      deliveryFilesRouter({ ...deliveries, currentPerson }),
      clientExportRouter({ ...personalData, currentPerson }),
      templateMediaRouter({ ...templates, currentPerson }),
    ],
    webDir: config.roles.has('web') ? webDir : null,
  });
  http.serve(app);
  openTabs(ground, {
    server: http.server,
    publicUrl,
    auth,
    firstSight,
    channels,
    announcer,
    endings,
    relay,
  });
  startHousekeeping(ground, threads);

  return { url: http.url, publicUrl, sandbox, firstPeople: first, close: closing.closeAll };
}
