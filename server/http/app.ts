/**
 * The desk's express app: the steps that every request passes through, in order. The wiring hands in the routers;
 * nothing here knows a resource.
 */
import express, { type Express, json, type RequestHandler } from 'express';
import helmet from 'helmet';
import { limits } from '../../shared/limits.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import { DeskError, errorAnswer } from './errors.ts';
import { requestLog } from './requestLog.ts';
import { sameOriginOnly } from './sameOrigin.ts';
import { staticWeb } from './staticWeb.ts';

export interface AppDeps {
  logger: Logger;
  metrics: Metrics;
  publicUrl: string;
  trustProxy: number | string[] | null;
  /** Served before bodies are parsed and origins checked: health, metrics, webhooks. */
  openRouters: RequestHandler[];
  /** Behind the origin check and the JSON parser: sign-in, the endpoint router, docs, media. */
  routers: RequestHandler[];
  /** Folder of the built screens; null in a process, or a test, that serves none. */
  webDir: string | null;
}

export function createApp(deps: AppDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('query parser', 'simple');
  app.set('trust proxy', deps.trustProxy ?? false);

  app.use(requestLog(deps));
  app.use(securityHeaders(deps.publicUrl));
  for (const router of deps.openRouters) app.use(router);
  app.use(['/api', '/media'], neverStored, sameOriginOnly(deps.publicUrl));
  app.use('/api', json({ limit: limits.apiBodyBytes, strict: true }));
  for (const router of deps.routers) app.use(router);
  if (deps.webDir) app.use(staticWeb(deps.webDir));
  app.use((req) => {
    throw new DeskError('notFound', { message: `Not found: ${req.method} ${req.path}` });
  });
  app.use(errorAnswer(deps.logger));
  return app;
}

/**
 * Answers hold clients' messages: neither a browser nor a proxy may cache them. A router may override this, as media
 * does.
 */
const neverStored: RequestHandler = (_req, res, next) => {
  res.setHeader('Cache-Control', 'no-store');
  next();
};

function securityHeaders(publicUrl: string): RequestHandler {
  const isHttps = publicUrl.startsWith('https:');
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        baseUri: ["'none'"],
        objectSrc: ["'none'"],
        frameAncestors: ["'none'"],
        formAction: ["'self'"],
        scriptSrc: ["'self'"],
        // VKUI sets positions and sizes in style attributes, and Vite's code splitting adds style elements.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        mediaSrc: ["'self'", 'blob:'],
        fontSrc: ["'self'", 'data:'],
        // Older Safari does not count web sockets as 'self'.
        connectSrc: ["'self'", publicUrl.replace(/^http/, 'ws')],
        workerSrc: ["'self'", 'blob:'],
        ...(isHttps && { upgradeInsecureRequests: [] }),
      },
    },
    strictTransportSecurity: isHttps,
    crossOriginEmbedderPolicy: false,
    // Plain HTTP on another machine is not a secure context: browsers ignore the header there and warn about it.
    crossOriginOpenerPolicy: isHttps,
    originAgentCluster: isHttps,
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
    xPoweredBy: false,
  });
}
