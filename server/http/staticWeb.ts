/**
 * The built screens. Browsers cache hashed files for a year and request pages anew each time; every address of a
 * screen gets the desk's one page.
 */
import { existsSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { type RequestHandler, Router, static as serveStatic } from 'express';

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;
const NOT_SCREENS = /^\/(api|media|socket\.io|webhooks|assets|healthz|readyz|metrics)(\/|$)/;

/** @param givenDir where the build put `index.html` and `assets/`. */
export function staticWeb(givenDir: string): RequestHandler {
  const webDir = resolve(givenDir);
  const router = Router();
  const assets = join(webDir, 'assets') + sep;
  router.use(
    serveStatic(webDir, {
      index: 'index.html',
      redirect: false,
      setHeaders(res, path) {
        // Vite puts a hash of the content into the names in `assets/`: https://vite.dev/guide/build (read 2026-11-23)
        const isHashed = path.startsWith(assets);
        res.setHeader(
          'Cache-Control',
          isHashed ? `public, max-age=${YEAR_MS / 1000}, immutable` : 'no-cache',
        );
      },
    }),
  );
  router.use((req, res, next) => {
    const wantsPage =
      (req.method === 'GET' || req.method === 'HEAD') && req.accepts(['json', 'html']) === 'html';
    const index = join(webDir, 'index.html');
    if (!wantsPage || NOT_SCREENS.test(req.path) || !existsSync(index)) return next();
    res.setHeader('Cache-Control', 'no-cache');
    res.sendFile('index.html', { root: webDir }, (error) => {
      if (error) next(error);
    });
  });
  return router;
}
