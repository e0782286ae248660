/** Serves everything besides VK's API: uploaded files, drawn pictures and the sandbox's own page. */
import { join } from 'node:path';
import express, { type Router } from 'express';
import type { MediaLibrary } from './mediaLibrary.ts';
import { avatarSvg, samplePictureSvg } from './pictures.ts';
import type { World } from './world.ts';

export function fileRoutes(deps: {
  world: World;
  media: MediaLibrary;
  pageDir?: string | undefined;
}): Router {
  const { world, media, pageDir } = deps;
  const router = express.Router();

  router.get('/files/:fileId/:name', (req, res) => {
    const file = media.file(req.params.fileId);
    if (!file) {
      res.status(404).end();
      return;
    }
    // The desk shows the sandbox's pictures from another port. An uploaded file must not run as a page here.
    res.set({
      'cross-origin-resource-policy': 'cross-origin',
      'cache-control': 'max-age=86400',
      'content-security-policy': 'sandbox',
      'x-content-type-options': 'nosniff',
    });
    res.type(file.contentType).send(file.bytes);
  });

  router.get('/avatars/:file', (req, res) => {
    const id = Number(/^(-?\d+)\.svg$/.exec(req.params.file)?.[1]);
    const user = world.users.get(id);
    const name = user ? `${user.firstName} ${user.lastName}` : world.communities.get(-id)?.name;
    if (name === undefined) res.status(404).end();
    else sendSvg(res, avatarSvg(id, name));
  });

  router.get('/samples/picture.svg', (_req, res) => sendSvg(res, samplePictureSvg));

  if (pageDir) {
    router.get('/', (_req, res) => res.sendFile('sandbox.html', { root: pageDir }));
    router.use('/assets', express.static(join(pageDir, 'assets'), { immutable: true, maxAge: '1d' }));
    router.use(express.static(pageDir, { index: false }));
  }
  return router;
}

function sendSvg(res: express.Response, svg: string): void {
  res.set({ 'cross-origin-resource-policy': 'cross-origin', 'cache-control': 'max-age=3600' });
  res.type('image/svg+xml').send(svg);
}
