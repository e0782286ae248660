/**
 * The API's description for programs and for people: OpenAPI as JSON, and a page that the server renders from the
 * same document. The page has no script and loads nothing from other hosts.
 */
import { Router } from 'express';
import { docsPage } from './docsPage.ts';
import { openApiDocument } from './openapi.ts';

export function docsRoutes(): Router {
  const router = Router();
  // Both follow from the code alone: they are built once, on the first request.
  let made: { json: string; html: string } | undefined;
  const documents = () => {
    if (!made) {
      const document = openApiDocument();
      made = { json: JSON.stringify(document), html: docsPage(document) };
    }
    return made;
  };

  router.get('/api/openapi.json', (_req, res) => {
    res.locals.endpoint = 'openapi';
    res.type('application/json').send(documents().json);
  });
  router.get('/api/docs', (_req, res) => {
    res.locals.endpoint = 'docs';
    res.type('text/html').send(documents().html);
  });
  return router;
}
