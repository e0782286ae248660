/**
 * The sending API under /api/v1: separate from the screens' endpoints, because its callers sign each request instead
 * of signing in. Mount it before bodies are parsed.
 */
import { type Request, type RequestHandler, type Response, Router } from 'express';
import type { z } from 'zod';
import { type V1Endpoint, type V1EndpointName, v1Endpoints } from '../../../shared/v1/endpoints.ts';
import type { LastUse } from '../../apiKeys/lastUse.ts';
import type { SendingPort } from '../../serviceMessages/accepting/sendingPort.ts';
import { type ShapeDeps, shapeAnswer } from '../shapeAnswer.ts';
import { checkOrRefuse } from './checkRequest.ts';
import { messageHandlers } from './messages.route.ts';
import type { ProblemOfStatusUrl } from './sendItem.ts';
import { admit, type SignedRequestDeps } from './signedRequests.ts';
import { v1DocsRoutes } from './v1Docs.route.ts';
import { V1Error, v1ErrorAnswer } from './v1Error.ts';

export interface V1Deps extends SignedRequestDeps, ShapeDeps {
  sending: SendingPort;
  problemOfStatusUrl: ProblemOfStatusUrl;
  lastUse: LastUse;
}

export function v1Router(deps: V1Deps): Router {
  const router = Router({ caseSensitive: true, strict: false });
  const handlers = messageHandlers(deps);
  router.use('/api/v1', neverStored, v1DocsRoutes());

  for (const name of Object.keys(v1Endpoints) as V1EndpointName[]) {
    const endpoint: V1Endpoint = v1Endpoints[name];
    const answer = async (req: Request, res: Response) => {
      res.locals.endpoint = `v1.${name}`;
      const { signer, body } = await admit(
        deps,
        { right: endpoint.right, takesJson: endpoint.body !== undefined, costOf: messagesIn },
        req,
        res,
      );
      deps.lastUse.record(signer.key);
      const given = await handlers[name]({
        sender: { companyId: signer.key.companyId, keyId: signer.key._id, statusUrl: signer.key.statusUrl },
        req,
        res,
        params: endpoint.params ? pathParams(endpoint.params, req) : {},
        query: endpoint.query ? checkOrRefuse(endpoint.query, withoutOauth(req.query)) : undefined,
        body,
      });
      const shaped = shapeAnswer(
        deps,
        { name, schema: endpoint.answer },
        given,
        () => new V1Error({ code: 'internal' }),
      );
      res.status(endpoint.status).json(shaped);
    };
    if (endpoint.method === 'GET') router.get(endpoint.path, answer);
    else router.post(endpoint.path, answer);
  }

  router.use('/api/v1', () => {
    throw new V1Error({ code: 'notFound' });
  });
  router.use('/api/v1', v1ErrorAnswer(deps.logger));
  return router;
}

/** Answers hold phones: no proxy may cache them. */
const neverStored: RequestHandler = (_req, res, next) => {
  res.setHeader('Cache-Control', 'no-store');
  next();
};

function messagesIn(body: unknown): number {
  const messages = (body as { messages?: unknown } | null | undefined)?.messages;
  return Array.isArray(messages) ? messages.length : 1;
}

/** A path without a valid id is answered as not found. */
function pathParams(schema: z.ZodType, req: Request): { messageId?: string } {
  const checked = schema.safeParse(req.params);
  if (!checked.success) throw new V1Error({ code: 'notFound' });
  return checked.data as { messageId?: string };
}

/** A signature may stand in the query; it is not part of the request itself. */
function withoutOauth(query: Request['query']): Record<string, unknown> {
  return Object.fromEntries(Object.entries(query).filter(([name]) => !name.startsWith('oauth_')));
}
