/**
 * Answers while the process listens but is not built yet: its progress for health checks, "starting" for all else.
 */
import express, { type Express, type RequestHandler } from 'express';

const RETRY_AFTER_S = 1;

export function createStartingApp(health: RequestHandler): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.use(health);
  app.use((_req, res) => {
    res
      .status(503)
      .set({ 'Retry-After': String(RETRY_AFTER_S), 'Cache-Control': 'no-store' })
      .type('text/plain')
      .send('Notify Inbox is starting');
  });
  return app;
}
