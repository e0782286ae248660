/**
 * The control API over HTTP: `POST /control/<operation>` with JSON, and `GET /control/events` as Server-Sent Events.
 */
import express, { type Router } from 'express';
import { ZodError } from 'zod';
import { type ControlOperation, controlInputs, type SandboxChange } from '../../shared/sandbox.ts';
import type { SandboxControl } from './control.ts';
import type { MediaLibrary } from './mediaLibrary.ts';
import type { Views } from './messageView.ts';
import type { World } from './world.ts';

const operations = Object.keys(controlInputs) as ControlOperation[];
/** Changes are collected for this long before they are sent, so that a burst does not flood the page. */
const batchMs = 50;
const keepAliveMs = 15_000;

export function controlRoutes(deps: {
  control: SandboxControl;
  world: World;
  media: MediaLibrary;
  views: Views;
}): Router {
  const { control, world, media, views } = deps;
  const router = express.Router();
  router.use(express.json({ limit: '16mb' }));

  for (const operation of operations) {
    const run = control[operation].bind(control) as (input: unknown) => unknown;
    router.post(`/${operation}`, async (req, res) => {
      try {
        res.json((await run(req.body ?? {})) ?? {});
      } catch (error) {
        if (!(error instanceof ZodError) && !(error instanceof RangeError)) throw error;
        res.status(400).json({ error: error instanceof ZodError ? error.issues : error.message });
      }
    });
  }

  /** Uploads a client's picture: the body is the bytes, the answer is an attachment for clientSends. */
  router.post('/uploadPhoto', express.raw({ type: () => true, limit: '60mb' }), (req, res) => {
    const file = media.store(
      String(req.query.name ?? 'photo.jpg'),
      req.headers['content-type'] ?? 'image/jpeg',
      req.body,
    );
    res.json(views.withAddresses(media.savePhoto(file, Number(req.query.userId) || 1)));
  });

  router.get('/events', (req, res) => {
    res.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      connection: 'keep-alive',
    });
    res.write(': open\n\n');
    const pending = new Map<string, SandboxChange>();
    let timer: NodeJS.Timeout | undefined;
    const onChange = (change: SandboxChange) => {
      pending.set(JSON.stringify(change), change);
      timer ??= setTimeout(() => {
        timer = undefined;
        for (const text of pending.keys()) res.write(`data: ${text}\n\n`);
        pending.clear();
      }, batchMs);
    };
    const keepAlive = setInterval(() => res.write(': still here\n\n'), keepAliveMs);
    world.on('change', onChange);
    req.on('close', () => {
      clearTimeout(timer);
      clearInterval(keepAlive);
      world.off('change', onChange);
    });
  });
  return router;
}
