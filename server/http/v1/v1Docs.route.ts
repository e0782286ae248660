/** The sending API's description, for programs and for people. Public: it contains no data. */
import { Router } from 'express';
import { docsPage } from '../docsPage.ts';
import { v1OpenApiDocument } from './v1OpenApi.ts';

/** Mounted under /api/v1. */
export function v1DocsRoutes(): Router {
  const router = Router();
  let made: { json: string; html: string } | undefined;
  const documents = () => {
    if (!made) {
      const document = v1OpenApiDocument();
      made = {
        json: JSON.stringify(document),
        html: docsPage(document, {
          jsonPath: '/api/v1/openapi.json',
          refusal: '{ "error": { "code", "message": { "ru", "en" }, "field"?, "details"? } }',
        }),
      };
    }
    return made;
  };
  router.get('/openapi.json', (_req, res) => {
    res.locals.endpoint = 'v1.openapi';
    res.type('application/json').send(documents().json);
  });
  router.get('/docs', (_req, res) => {
    res.locals.endpoint = 'v1.docs';
    res.type('text/html').send(documents().html);
  });
  return router;
}
