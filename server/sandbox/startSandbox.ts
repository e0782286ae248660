/**
 * Builds the sandbox's objects, starts the server and closes it. The program reaches VK's stand-in by its base URL
 * alone.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import multer from 'multer';
import type { Logger } from 'pino';
import type { SandboxSettings } from '../../shared/sandbox.ts';
import { ApiServer } from './apiServer.ts';
import { Bursts } from './burst.ts';
import { CallbackDelivery } from './callbackDelivery.ts';
import { SandboxControl } from './control.ts';
import { controlRoutes } from './controlRoutes.ts';
import { EventStream } from './eventStream.ts';
import { FaultState } from './faultState.ts';
import { fileRoutes } from './fileRoutes.ts';
import { buildGateway } from './gateway/buildGateway.ts';
import { gatewayRoutes } from './gateway/gateway.route.ts';
import { usualRatePerSecond } from './gateway/protocol.ts';
import { LongPoll } from './longPoll.ts';
import { MediaLibrary, type StoredFile } from './mediaLibrary.ts';
import { Views } from './messageView.ts';
import { Messaging } from './messaging.ts';
import { dialogueActionMethods } from './methods/dialogueActions.ts';
import { groupMethods } from './methods/groups.ts';
import { historyMethods } from './methods/history.ts';
import { peopleMethods } from './methods/people.ts';
import { sendingMethods } from './methods/sending.ts';
import { uploads } from './methods/uploads.ts';
import { buildOk } from './ok/buildOk.ts';
import { Phones } from './phones.ts';
import { slowUpload } from './slowUpload.ts';
import { StateFile } from './stateFile.ts';
import { World } from './world.ts';

export interface SandboxOptions {
  /** 0 picks a free port. */
  port: number;
  host?: string;
  logger: Logger;
  /** The folder of the built web; its sandbox.html is served at `/`. */
  pageDir?: string;
  /** Where the state is kept between starts; absent: in memory only. */
  stateFile?: string;
}

export interface Sandbox {
  url: string;
  /** The value for vk-io's apiBaseUrl. */
  apiBaseUrl: string;
  /** The base URL of the Notify gateway; gateway/protocol.ts lists its paths. */
  gatewayBaseUrl: string;
  /** The base URL of OK's Bot API, without the last slash; ok/protocol.ts lists its paths. */
  okBaseUrl: string;
  control: SandboxControl;
  close(): Promise<void>;
}

const mostUploadBytes = 64 * 1024 * 1024;

function usualSettings(): SandboxSettings {
  return {
    rateLimitPerSecond: 20,
    textLimitChars: 4096,
    eventRetention: 50_000,
    maxUpdatesPerPoll: 500,
    callbackRetryScale: 1,
    callbackTimeoutMs: 10_000,
    shuffleHoldMs: 200,
    gatewayRatePerSecond: usualRatePerSecond,
    ttlScale: 1,
    messageTags: false,
  };
}

export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { port, host = '127.0.0.1', logger } = options;
  let url = '';
  const baseUrl = () => url;
  const settings = usualSettings();
  const world = new World();
  world.setMaxListeners(0);
  const keepers: ((file: StoredFile) => void)[] = [];
  const media = new MediaLibrary((file) => {
    for (const keep of keepers) keep(file);
  });
  const faults = new FaultState();
  const views = new Views(world, baseUrl);
  const longPoll = new LongPoll(world, faults, settings);
  const callbacks = new CallbackDelivery(world, faults, settings, logger);
  const stream = new EventStream({ faults, settings, longPoll, callbacks });
  const messaging = new Messaging(world, views, stream, settings);
  const phones = new Phones(world);
  const odnoklassniki = buildOk({ world, views, media, faults, settings, logger, baseUrl });
  const gateway = buildGateway({ world, media, messaging, faults, settings, logger, ...odnoklassniki });
  const bursts = new Bursts();
  const upload = uploads({ media, views, baseUrl });
  const sending = { world, views, messaging, media, settings };
  const methods = new Map([
    ...groupMethods({ world, views, longPoll, callbacks, baseUrl }),
    ...historyMethods({ world, views }),
    ...sendingMethods(sending),
    ...dialogueActionMethods({ ...sending, phones }),
    ...peopleMethods({ world, views }),
    ...upload.methods,
  ]);
  const api = new ApiServer({ world, faults, settings, methods, logger });
  const control = new SandboxControl({
    world,
    views,
    messaging,
    stream,
    longPoll,
    callbacks,
    phones,
    faults,
    settings,
    bursts,
    api,
    gateway,
    ...odnoklassniki,
  });
  const stateFile = options.stateFile
    ? new StateFile(options.stateFile, { world, media, gateway, ok: odnoklassniki.ok }, logger)
    : undefined;
  stateFile?.load();
  if (stateFile) keepers.push((file) => stateFile.keepFile(file));

  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  const form = multer({ storage: multer.memoryStorage(), limits: { fileSize: mostUploadBytes, files: 1 } });
  const urlencoded = express.urlencoded({ extended: false, limit: '1mb', parameterLimit: 1000 });
  app.use('/control', controlRoutes({ control, world, media, views }));
  app.all('/method/:name', urlencoded, form.none(), (req, res) => api.handle(req, res));
  app.get('/lp/:groupId', (req, res) => longPoll.check(req, res));
  app.use('/gateway', gatewayRoutes({ gateway, faults, baseUrl }));
  app.use('/ok', odnoklassniki.routes);
  app.post('/upload/:kind/:ticket', slowUpload(faults), form.any(), (req, res) => upload.receive(req, res));
  app.use(fileRoutes({ world, media, pageDir: options.pageDir }));

  const server = createServer((req, res) => {
    if (faults.current.networkOff && isNetwork(req)) req.socket.destroy();
    else app(req, res);
  });
  cutWhenOff(server, faults);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  url = `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;

  return {
    url,
    apiBaseUrl: `${url}/method`,
    gatewayBaseUrl: `${url}/gateway`,
    okBaseUrl: `${url}/ok/graph`,
    control,
    close: async () => {
      bursts.close();
      stream.close();
      callbacks.close();
      gateway.close();
      odnoklassniki.okWebhooks.close();
      stateFile?.close();
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
}

/** The control API and the page with its pictures stay reachable when "the network" is switched off. */
function isNetwork(req: IncomingMessage): boolean {
  const isFromPage = req.headers['sec-fetch-site'] === 'same-origin';
  return !isFromPage && /^\/(method|lp|upload|files|gateway|ok)\//.test(req.url ?? '');
}

/** Switching the network off also resets open requests: a waiting long poll, an upload in progress. */
function cutWhenOff(server: Server, faults: FaultState): void {
  const open = new Set<IncomingMessage>();
  server.on('request', (req, res) => {
    open.add(req);
    res.on('close', () => open.delete(req));
  });
  faults.onChange(() => {
    if (!faults.current.networkOff) return;
    for (const req of open) if (isNetwork(req)) req.socket.destroy();
  });
}
